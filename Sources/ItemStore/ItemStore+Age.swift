/// How old is what eviction would take next; for `stats items`.
extension ItemStore {
  /// Chunks looked at for one that tells.
  private static let longestLook = 64

  /// Seconds since the item before the old hand of the class's clock was written; 0 where there is none that tells.
  package func ageBeforeHand(_ slabClass: Int, at moment: Moment) -> UInt64 {
    let slabClass = UInt8(slabClass)
    slabs.lock(slabClass)
    defer { slabs.unlock(slabClass) }
    let hand = unsafe slabs.classes[Int(slabClass)].oldHand
    defer { unsafe slabs.classes[Int(slabClass)].oldHand = hand }
    for _ in 0..<Self.longestLook {
      let found = slabs.advanceHand(slabClass, sparing: false).reference
      guard found != 0, let stamp = stamp(ofChunk: found) else { continue }
      return (moment.unixMicroseconds - min(stamp.unixMicroseconds, moment.unixMicroseconds)) / 1_000_000
    }
    return 0
  }

  /// Of the live item that the chunk belongs to. Its class lock is held, so the stripe is only tried (see Eviction).
  private func stamp(ofChunk reference: UInt32) -> Stamp? {
    let state = memory.item(reference).state
    guard state.isAllocated else { return nil }
    let owner = state.isPiece ? memory.item(reference).owner : reference
    let item = memory.item(owner)
    guard item.state.isLinked else { return nil }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return nil }
    defer { index.unlock(hash) }
    return index.find(reference: owner, hash) == nil ? nil : item.stamp
  }
}
