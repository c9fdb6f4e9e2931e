/// What a lookup came to: an item whose stripe is locked, or why there is none, and then nothing is locked.
///
/// A few words that fit in registers. `ItemStore.view` alone makes use of it, and releases the lock.
@safe @usableFromInline struct FoundItem {
  @usableFromInline let stripe: UnsafeMutablePointer<IndexStripe>
  /// The item; nil where there is none.
  @usableFromInline let raw: UnsafeMutableRawPointer?
  @usableFromInline let reference: UInt32
  @usableFromInline let lookup: Lookup

  @inline(__always) init(_ lookup: Lookup, in stripe: UnsafeMutablePointer<IndexStripe>) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = nil
    reference = 0
    self.lookup = lookup
  }

  @inline(__always) init(
    _ item: ItemPointer, _ reference: UInt32, in stripe: UnsafeMutablePointer<IndexStripe>
  ) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = item.raw
    self.reference = reference
    lookup = .hit
  }
}
