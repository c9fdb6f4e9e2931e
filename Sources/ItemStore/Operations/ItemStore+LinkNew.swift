/// Short items that a command makes under the stripe's lock: the number that an increment begins with, the empty value
/// that a meta get vivifies, what is left of an item whose value is dropped.
extension ItemStore {
  /// Puts a new item, of a write that carries its whole value, into the slot's place; 0 without memory.
  ///
  /// - Parameter fill: writes the value, which is short.
  func linkNew(
    _ key: Span<UInt8>, _ hash: UInt64, _ slot: IndexSlot?, valueCount: Int, clientFlags: UInt32 = 0,
    expiresAt: UInt32, marks: ItemMarks, _ moment: Moment, _ replaced: inout OwnedChunk?,
    _ fill: (ItemPointer) -> Void = { _ in }
  ) -> UInt32 {
    let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
    guard
      case .pending(let pending) = allocator.reserve(
        key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: valueCount, version: Version(stamp),
        marks: marks, effort: .underLock, now: moment.seconds)
    else { return 0 }
    let reference = pending.reference
    let item = memory.item(reference)
    fill(item)
    item.setVersion(Version(stamp), marks)
    if let slot, keyspace.isDead(slot, moment.seconds) { keyspace.countReplacedDead(memory.item(slot.reference)) }
    let linked = keyspace.link(reference, in: slot, hash)
    if !linked.isDone {
      allocator.abandon(pending)
      return 0
    }
    replaced = linked.replaced
    return reference
  }
}
