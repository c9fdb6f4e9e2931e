/// How old is what eviction would take next; for `stats items`.
extension Evictor {
  /// Chunks looked at for one that tells.
  private static let maxLookSteps = 64

  /// Seconds since the item was written that the class's hands come to next; 0 where there is none that tells.
  func age(_ slabClass: Int, at moment: Moment) -> UInt64 {
    let slabClass = UInt8(slabClass)
    slabs.lock(slabClass)
    defer { slabs.unlock(slabClass) }
    var written = moment.unixMicroseconds
    let isYoung = slabs.isYoungHandNext(slabClass)
    slabs.lookAhead(slabClass, steps: Self.maxLookSteps, newcomers: isYoung) { chunk in
      guard let stamp = stamp(ofChunk: chunk) else { return true }
      written = min(stamp.unixMicroseconds, written)
      return false
    }
    return (moment.unixMicroseconds - written) / 1_000_000
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
    return index.find(reference: owner, hash) == nil ? nil : item.touched
  }
}

/// What is told of evictions, under class and stripe locks.
extension Evictor {
  @inline(__always) func tellOfEviction(_ victim: UInt32, _ now: UInt32) {
    if watch.wantsEvictions { tell(victim, now) }
  }

  @inline(never)
  private func tell(_ victim: UInt32, _ now: UInt32) {
    let view = ItemView(victim, in: memory)
    let expiresAt = view.expiresAt
    let moment = Moment(seconds: now, unixMicroseconds: processClock.unixMicroseconds(ofSeconds: now))
    watch.tell(
      view,
      StoreWatch.Eviction(
        timeToLive: expiresAt == 0 ? nil : expiresAt - min(now, expiresAt),
        idleSeconds: accessAges.seconds(view.state, changed: view.changed, at: moment)))
  }
}
