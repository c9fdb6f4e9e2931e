import CProcessor
import Glibc
import Synchronization

/// One chunk seen as an item: a header of 20 bytes, the key, the value, and behind it what few items have.
///
/// ```
///  0        8            12           16        17         18      19         20
///  fresh 8  expiresAt 4  valueCount   keyCount  slabClass  state   age, pins  key … value … [client flags 4] [extension]
///                        │ 31: has client flags
///                        │ 30: has an extension
///                        │ 29 … 0: the count; an item has at most 1 GB
/// ```
///
/// Most clients' flags are zero, and such an item has none. They stand behind everything else, wherever that ends, so
/// they cost a reader nothing who does not ask for them.
///
/// **The extension** is of items whose three stamps (`Version`) are not one, or that have marks (`ItemMarks`). A lookup
/// must know `fresh`, which a flush is compared with, so that stands in the header; what else there is stands here. The
/// extension comes with the first touch, derived value or mark, goes with the next `set`, and who is only set pays
/// nothing. Only a chained item, whose head is small beside its pieces and cannot move, has space for the longest from
/// the beginning.
///
/// ```
///  touched                                       8   bit 63 is 0, bit 62 is 0: touched only; changed is fresh
///  touched                                       8   bit 63 is 0, bit 62 is 1: derived; changed is touched
///  marks   touched   changed   [explicit cas]   24   bit 63 is 1: derived and then touched, or marked
///                                               32   and with the cas that a client has given it
/// ```
///
/// No stamp has one of the two highest bits.
///
/// | field | guarded by |
/// |---|---|
/// | fresh, expiresAt (atomic), valueCount, flags, extension, value | the key's stripe; the author before that |
/// | keyCount, key | written before linking, then constant until the chunk is freed (class lock) |
/// | slabClass | class lock; constant while the page belongs to the class |
/// | state and pins | atomic, see `ItemState` |
///
/// A pin keeps the value's bytes as they are, not the fields: a touch changes those of a pinned item, too. So who reads
/// a value by a pin alone takes its count from where it was noted under the lock.
///
/// A free chunk keeps the reference of the next free one of its page in its first four bytes.
///
/// A chained item has a table of its pieces in place of the value: see `ItemPointer+Chained`.
///
/// The pointer is `@safe` by the rule of this module: it is made only by `ChunkMemory.item`, from a reference which the
/// caller holds by a lock or a pin, and every chunk has space for a header.
@safe struct ItemPointer {
  let raw: UnsafeMutableRawPointer

  static let headerCount = 20

  init(_ raw: UnsafeMutableRawPointer) { unsafe self.raw = raw }

  /// Of the last write that carried its whole value. To be set alone only where there is no extension.
  var fresh: Stamp {
    get { unsafe Stamp(rawValue: raw.load(as: UInt64.self)) }
    nonmutating set { unsafe raw.storeBytes(of: newValue.rawValue, as: UInt64.self) }
  }
  /// Atomic, for the crawler looks at it under the class lock only.
  @inline(__always) private var expiryWord: UnsafeMutablePointer<Atomic<UInt32>> {
    unsafe (raw + 8).assumingMemoryBound(to: Atomic<UInt32>.self)
  }
  var expiresAt: UInt32 { unsafe expiryWord.pointee.load(ordering: .relaxed) }

  /// Of an item in the index `ItemStore.setExpiry` sets it, which sees to it that it is crawled in time.
  @inline(__always) func setExpiresAt(_ seconds: UInt32) {
    unsafe expiryWord.pointee.store(seconds, ordering: .relaxed)
  }

  var valueWord: UInt32 {
    get { unsafe raw.load(fromByteOffset: 12, as: UInt32.self) }
    nonmutating set { unsafe raw.storeBytes(of: newValue, toByteOffset: 12, as: UInt32.self) }
  }
  static let flagsBit: UInt32 = 1 << 31
  static let extensionBit: UInt32 = 1 << 30

  var valueCount: Int { Int(valueWord & ~(Self.flagsBit | Self.extensionBit)) }
  var keyCount: Int {
    get { unsafe Int(raw.load(fromByteOffset: 16, as: UInt8.self)) }
    nonmutating set { unsafe raw.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: 16, as: UInt8.self) }
  }
  var slabClass: UInt8 {
    get { unsafe raw.load(fromByteOffset: 17, as: UInt8.self) }
    nonmutating set { unsafe raw.storeBytes(of: newValue, toByteOffset: 17, as: UInt8.self) }
  }

  // MARK: Behind the value

  var clientFlags: UInt32 {
    valueWord & Self.flagsBit == 0 ? 0 : unsafe raw.loadUnaligned(fromByteOffset: contentCount, as: UInt32.self)
  }

  var isExtended: Bool { valueWord & Self.extensionBit != 0 }

  /// All at once, for flags and extension stand where the value ends. Of an item that is not chained, whose key has
  /// been set. It has no extension then, until `setVersion`.
  @inline(__always) func setValueCount(_ count: Int, clientFlags: UInt32) {
    valueWord = Self.valueWord(count, clientFlags)
    if clientFlags != 0 { unsafe raw.storeBytes(of: clientFlags, toByteOffset: contentCount, as: UInt32.self) }
  }

  /// Whether such a value and flags, without an extension, would stand where the item's own do.
  @inline(__always) func hasShape(valueCount: Int, clientFlags: UInt32) -> Bool {
    valueWord == Self.valueWord(valueCount, clientFlags)
  }

  @inline(__always)
  private static func valueWord(_ valueCount: Int, _ clientFlags: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: valueCount) | (clientFlags == 0 ? 0 : flagsBit)
  }

  /// Bytes of header, key, and value or table of pieces.
  var contentCount: Int { state.isChained ? tableEnd : Self.headerCount + keyCount + valueCount }

  /// Bytes that the item fills of its own chunk.
  var size: Int { extensionOffset + (state.isChained ? Self.maxExtension : extensionCount) }

  /// Bytes of a chunk that holds a whole item.
  @inline(__always)
  static func size(keyCount: Int, valueCount: Int, clientFlags: UInt32) -> Int {
    headerCount + keyCount + valueCount + (clientFlags == 0 ? 0 : 4)
  }

  /// In a free chunk: the next free one of the page, or 0.
  var nextFree: UInt32 {
    get { unsafe raw.load(as: UInt32.self) }
    nonmutating set { unsafe raw.storeBytes(of: newValue, as: UInt32.self) }
  }

  // MARK: State

  @inline(__always) private var stateWord: UnsafeMutablePointer<Atomic<UInt16>> {
    unsafe (raw + 18).assumingMemoryBound(to: Atomic<UInt16>.self)
  }
  var state: ItemState { unsafe ItemState(bits: stateWord.pointee.load(ordering: .acquiring)) }

  func setState(_ bits: UInt16) { unsafe stateWord.pointee.store(bits, ordering: .releasing) }

  /// Sets bits; returns the state before.
  @discardableResult func insert(_ bits: UInt16) -> ItemState {
    unsafe ItemState(bits: stateWord.pointee.bitwiseOr(bits, ordering: .acquiringAndReleasing).oldValue)
  }
  /// Clears bits; returns the state before.
  @discardableResult func remove(_ bits: UInt16) -> ItemState {
    unsafe ItemState(bits: stateWord.pointee.bitwiseAnd(~bits, ordering: .acquiringAndReleasing).oldValue)
  }
  func pin() { _ = unsafe stateWord.pointee.wrappingAdd(ItemState.onePin, ordering: .acquiringAndReleasing) }

  /// Whether the caller, by this, has become the one who frees the chunk.
  func unpin() -> Bool {
    let before = unsafe stateWord.pointee.wrappingSubtract(ItemState.onePin, ordering: .acquiringAndReleasing).oldValue
    return before >> ItemState.pinShift == 1 && before & ItemState.linked == 0
  }
  /// Whether the caller, by this, has become the one who frees the chunk.
  func unlink() -> Bool {
    remove(ItemState.linked).pins == 0
  }
  /// A hit: raises the eviction counter if it is not at its top, and the item has just been accessed. A collision with
  /// another change loses the hit.
  @inline(__always) func noteUse() { noteUse(of: state) }

  /// The same, by the state just read.
  @inline(__always) func noteUse(of state: ItemState) {
    let before = state.bits
    if before & ItemState.saturatedMask == ItemState.saturated { return }
    let more: UInt16 = before & ItemState.useMask == ItemState.maxUse ? 0 : 1
    let after = (before & ~ItemState.ageMask | ItemState.fetched) &+ more
    _ = unsafe stateWord.pointee.weakCompareExchange(expected: before, desired: after, ordering: .relaxed)
  }
  /// A command that did not show the value has used it.
  func noteUpdate() {
    let before = unsafe stateWord.pointee.load(ordering: .relaxed)
    let use = min((before & ItemState.useMask) + 1, ItemState.maxUse)
    let after = before & ~(ItemState.useMask | ItemState.ageMask) | use
    if after == before { return }
    _ = unsafe stateWord.pointee.weakCompareExchange(expected: before, desired: after, ordering: .relaxed)
  }
  /// It had been asked for once, of an item just linked.
  func setUsed() { insert(1) }
  /// The value has been overwritten: that is a use, and nobody has read the new one.
  func noteWrite() {
    let before = unsafe stateWord.pointee.load(ordering: .relaxed)
    let use = min((before & ItemState.useMask) + 1, ItemState.maxUse)
    let after = before & ~(ItemState.useMask | ItemState.fetched | ItemState.ageMask) | use
    if after == before { return }
    _ = unsafe stateWord.pointee.weakCompareExchange(expected: before, desired: after, ordering: .relaxed)
  }
  /// A hand of the clock has passed by: the counter falls, to zero where the item ends its probation by it.
  func lowerUse(from state: ItemState, toZero: Bool) {
    let use = toZero ? 0 : state.use - 1
    let bits = state.bits & ~ItemState.useMask | use
    _ = unsafe stateWord.pointee.weakCompareExchange(expected: state.bits, desired: bits, ordering: .relaxed)
  }

  /// The sweep has come by (`AccessAges`). Under the class's lock.
  func raiseAge() {
    let state = state
    guard state.isLinked, !state.isTombstone, !state.isPiece, state.age < ItemState.maxAge else { return }
    _ = unsafe stateWord.pointee.weakCompareExchange(
      expected: state.bits, desired: state.bits + ItemState.oneAge, ordering: .relaxed)
  }

  /// Has the first lines fetched: header, key, and all of a small value. A longer one's rest the processor guesses.
  @inline(__always) func prefetch() {
    unsafe processor_prefetch(raw)
    unsafe processor_prefetch(raw + 64)
    unsafe processor_prefetch(raw + 128)
  }

  // MARK: Bytes

  var keyBytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: raw + Self.headerCount, count: keyCount)
  }
  /// Where an inline value begins.
  var valueStart: UnsafeMutableRawPointer { unsafe raw + Self.headerCount + keyCount }

  func setKey(_ key: Span<UInt8>) {
    keyCount = key.count
    unsafe key.withUnsafeBytes { unsafe copyBytes(from: $0, to: raw + Self.headerCount) }
  }

  @inline(__always) func hasKey(_ key: UnsafeRawPointer, _ count: Int) -> Bool {
    if keyCount != count { return false }
    return unsafe equalBytes(UnsafeRawPointer(raw + Self.headerCount), key, count: count)
  }
}

/// Copies all of `source`; an empty one is nothing.
@inline(__always) func copyBytes(from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
  if let start = source.baseAddress { unsafe memcpy(target, start, source.count) }
}

/// Compares sixteen bytes a step; keys are short, and the call to `memcmp` costs more than the comparison. The last
/// step goes back over bytes that have been compared.
@inline(__always) func equalBytes(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
  if count < 16 { return unsafe equalFewBytes(left, right, count: count) }
  let last = count &- 16
  var offset = 0
  while offset < last {
    if unsafe differ(left, right, offset, offset &+ 8) { return false }
    offset &+= 16
  }
  return unsafe !differ(left, right, last, last &+ 8)
}

/// Fewer than sixteen.
@inline(__always) private func equalFewBytes(
  _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int
) -> Bool {
  if count >= 8 { return unsafe !differ(left, right, 0, count &- 8) }
  var offset = 0
  while offset < count {
    let equal =
      unsafe left.load(fromByteOffset: offset, as: UInt8.self)
      == right.load(fromByteOffset: offset, as: UInt8.self)
    if !equal { return false }
    offset &+= 1
  }
  return true
}

/// Whether eight bytes differ at either offset.
@inline(__always) private func differ(
  _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ first: Int, _ second: Int
) -> Bool {
  let one =
    unsafe left.loadUnaligned(fromByteOffset: first, as: UInt64.self)
    ^ right.loadUnaligned(fromByteOffset: first, as: UInt64.self)
  let other =
    unsafe left.loadUnaligned(fromByteOffset: second, as: UInt64.self)
    ^ right.loadUnaligned(fromByteOffset: second, as: UInt64.self)
  return one | other != 0
}
