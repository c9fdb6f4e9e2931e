/// Where a key was seen by who had its memory fetched (`ItemStore.prefetch`), for the lookup that follows: if its item
/// still stands there, it need not be searched for.
///
/// It may be wrong by then in any way, even another key's, and is believed only under the stripe's lock, where stripe,
/// bucket, slot and key are compared. A bucket never moves and is guarded by one stripe for good, so it may be looked
/// at; and a key stands in one slot at most, so whoever has found it has found all there is.
@safe @usableFromInline package struct LookupHint: BitwiseCopyable, @unchecked Sendable {
  private let raw: UnsafeMutableRawPointer?
  private(set) var reference: UInt32 = 0
  private var slotNumber: UInt32 = 0

  /// Of a key whose memory was not fetched.
  @inlinable package static var none: LookupHint { LookupHint(nowhere: ()) }

  @usableFromInline init(nowhere: Void) { unsafe raw = nil }

  @inline(__always) init(_ bucket: IndexBucket) { unsafe raw = bucket.raw }

  @inline(__always) var bucket: IndexBucket? { unsafe raw.map { unsafe IndexBucket($0) } }
  @inline(__always) var slot: Int { Int(slotNumber) }

  @inline(__always) mutating func look(for tag: UInt8) {
    guard let bucket else { return }
    let (slot, reference) = bucket.likelySlot(tag)
    self.reference = reference
    slotNumber = UInt32(truncatingIfNeeded: slot)
  }
}
