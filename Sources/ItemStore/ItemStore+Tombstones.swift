/// Deleting for the peer's sake: what must be remembered of an item that is gone, and for how long. Where it is kept is told
/// at `TombstoneLog`, who remembers what at `TombstoneLedger`.
extension ItemStore {
  // MARK: What the link tells

  /// From now on deletes leave tombstones, if they did not before, and what is evicted or expires leaves them, too.
  package func notePairing() { tombstones.notePairing() }
  package var hasEverPaired: Bool { tombstones.hasEverPaired }

  /// Nothing older than `stamp` can come from the peer any more, so what bears such a stamp may go without a tombstone.
  package func setSettled(_ stamp: Stamp) { tombstones.setSettled(stamp) }

  /// A peer of another name (node, boot, epoch) is there: what it has had begins to be known. To be called before its stamps
  /// are heard.
  ///
  /// - Parameter nodeBit: of this side's stamps, on the link with it.
  package func meetAnother(nodeBit: UInt64) {
    tombstones.leave(at: stampClock.fence())
    // In between, stamps of this side may bear either bit.
    tombstones.meetAnother(at: Stamp(rawValue: .max))
    stampClock.setNode(nodeBit)
    tombstones.meetAnother(at: stampClock.fence())
  }

  /// A peer is there that does not tell what it has had.
  package func meetUnknown() { tombstones.meetUnknown() }

  /// Whether what the peer has had is known, from some stamp on.
  package var knowsPeer: Bool { tombstones.knowsPeer }

  /// The peer has acknowledged this; older states may still be on their way from it.
  package func setPeerHas(_ stamp: Stamp) { tombstones.setPeerHas(stamp) }

  /// A link begins, over which states come with their stamps, and ends.
  package func beginLink() { tombstones.beginLink() }
  package func endLink() { tombstones.endLink() }

  /// Tombstones at or below `stamp` wait for the end of a copy under way; zero when there is none.
  package func keepTombstones(upTo stamp: Stamp) { tombstones.keepForCopy(upTo: stamp) }

  /// Highest stamp of what was deleted and could not be remembered; zero: none.
  package var horizon: Stamp { tombstones.horizon }
  package var horizonRaisedCount: UInt64 { tombstones.timesRaised }

  /// The horizon falls as far as `settled` has passed it and the refusals that it was a reason for are confirmed. To be called
  /// after every frame, unless a copy is awaited.
  ///
  /// - Parameter refusalsConfirmed: the number, on this link, of the last refusal that the peer has confirmed.
  package func settleHorizon(upTo settled: Stamp, refusalsConfirmed: UInt64) {
    tombstones.settleHorizon(upTo: settled, refusalsConfirmed: refusalsConfirmed)
  }

  /// Who the peer is. If it is another one than the last, what had settled with others is no reason any more to take what
  /// comes: the horizon rises to all that was forgotten because it had. `setSettled` and `meetAnother` come first.
  ///
  /// - Parameter raises: the horizon may rise.
  package func meet(_ partner: PartnerName, raises: Bool = true) { tombstones.meet(partner, raises: raises) }

  /// The partner before this one is not expected back: what is kept for it may go.
  package func forgetAbsentPartner() { tombstones.forgetAbsent() }

  /// The link's refusal of this number was of a state of this key.
  package func noteRefusal(_ hash: UInt64, _ version: Version, number: UInt64) {
    tombstones.noteRefusal(hash, version, number: number)
  }

  package var rules: PairRules { tombstones.rules }
  package var tombstoneCount: Int { tombstoneLog.count }
  /// Bytes of memory that tombstones have.
  package var tombstoneBytes: Int { tombstoneLog.byteCount }

  /// Whether, since last asked, an item was evicted that a copy under way had still to tell, and no room found for its
  /// tombstone. The peer may then keep an older state of it for good, unless it is asked for a copy from zero: what it
  /// offers at or below the horizon is refused. To be asked when a copy ends.
  package func takeCopyLoss() -> Bool { tombstones.takeLoss() }

  /// Tombstones up to `settled` may go. Returns whether more are left to do.
  package func settleTombstones(upTo settled: Stamp, atMost: Int = 1000) -> Bool {
    for _ in 0..<atMost {
      switch tombstoneLog.nextSettled(upTo: settled) {
      case .drop(let entry): _ = drop(entry)
      case .move(let entry): if !move(entry) { return true }
      case .passed: continue
      case .none: return false
      }
    }
    return true
  }

  /// Drops the oldest tombstones while there are more than have room, and clears the log of stale ones. Returns whether
  /// more is left to do.
  ///
  /// - Parameter isHurried: the caller may hold locks, so a stripe's is only tried.
  @discardableResult
  package func trimTombstones(atMost: Int = 10_000, isHurried: Bool = false) -> Bool {
    for _ in 0..<atMost {
      switch tombstoneLog.nextCare() {
      case .none: return false
      case .passed: continue
      case .drop(let entry): if !drop(entry, isHurried: isHurried) { return true }
      case .move(let entry): if !move(entry, isHurried: isHurried) { return true }
      }
    }
    return true
  }

  /// Removes the tombstone if it still stands. False where the lock was not to be had.
  private func drop(_ entry: TombstoneLog.Entry, isHurried: Bool = false) -> Bool {
    guard lock(entry, isHurried) else { return false }
    defer { index.unlock(entry.hash) }
    guard let slot = find(entry) else { return true }
    if entry.stamp > tombstones.settled {
      tombstones.pushOut(entry.hash, entry.stamp)
    } else {
      tombstones.noteSettled(entry.hash, entry.stamp)
    }
    index.remove(slot, entry.hash)
    tombstoneLog.remove(entry.reference)
    return true
  }

  /// Moves the tombstone away from the stale ones around it, if it still stands. False where that cannot be.
  private func move(_ entry: TombstoneLog.Entry, isHurried: Bool = false) -> Bool {
    guard lock(entry, isHurried) else { return false }
    defer { index.unlock(entry.hash) }
    guard let slot = find(entry) else { return true }
    let moved = tombstoneLog.move(entry.reference)
    if moved == 0 { return false }
    index.replace(slot, with: moved)
    tombstoneLog.remove(entry.reference)
    return true
  }

  private func lock(_ entry: TombstoneLog.Entry, _ isHurried: Bool) -> Bool {
    if isHurried { return index.tryLock(entry.hash) }
    index.lock(entry.hash)
    return true
  }

  /// Its memory may be anything's by now: what the index leads to tells.
  private func find(_ entry: TombstoneLog.Entry) -> IndexSlot? {
    guard let slot = index.find(reference: entry.reference, entry.hash) else { return nil }
    let item = memory.item(slot.reference)
    return item.state.isTombstone && item.touched == entry.stamp ? slot : nil
  }

  // MARK: Under the stripe's lock

  /// Puts a tombstone with these stamps in the place of what is in the slot, if anything is.
  ///
  /// Where it finds no room the key is pushed out, and nothing stands in the index (`entry` 0). `freed` is a chunk that has
  /// become the caller's to release.
  func entomb(
    _ key: Span<UInt8>, _ slot: IndexSlot?, _ hash: UInt64, _ version: Version
  ) -> (entry: UInt32, freed: UInt32) {
    let entry = Self.isKey(key) ? tombstoneLog.append(key, version: version) : 0
    if entry == 0 { tombstones.pushOut(hash, version.touched) }
    guard let slot else { return (insert(entry, hash, version.touched), 0) }
    if entry == 0 { return (0, unlink(slot, hash) ?? 0) }
    let item = memory.item(slot.reference)
    if !item.state.isTombstone { index.count(hash, items: -1, bytes: -liveBytes(item)) }
    index.replace(slot, with: entry)
    return (entry, unlinked(slot.reference))
  }

  /// The same for what stands in the slot, by its own key.
  func entomb(_ slot: IndexSlot, _ hash: UInt64, _ version: Version) -> UInt32 {
    entomb(ItemView(slot.reference, in: memory).key, slot, hash, version).freed
  }

  /// Of a key that is not in the index.
  private func insert(_ entry: UInt32, _ hash: UInt64, _ stamp: Stamp) -> UInt32 {
    if entry == 0 || index.insert(entry, hash) != .refused { return entry }
    tombstones.pushOut(hash, stamp)
    tombstoneLog.remove(entry)
    return 0
  }

  /// The index leads to it no more. Returns the chunk if it has become the caller's to release: a tombstone's memory is
  /// the log's.
  func unlinked(_ reference: UInt32) -> UInt32 {
    let item = memory.item(reference)
    if item.state.isTombstone {
      tombstoneLog.remove(reference)
      return 0
    }
    return item.unlink() ? reference : 0
  }

  /// Unlinks an item that has died of itself, leaving a tombstone where the peer does not know it yet. Returns whether
  /// the chunk has become the caller's to release.
  ///
  /// A tombstone keeps the three stamps of what was there: an older state that is still on its way may be derived from the
  /// same write, and is older by the others.
  func removeDead(_ slot: IndexSlot, _ hash: UInt64) -> Bool {
    let item = memory.item(slot.reference)
    if mustEntomb(item, hash, isDead: true) { return entomb(slot, hash, versionLeft(by: item)) != 0 }
    return unlink(slot, hash) != nil
  }

  /// The stamps of the tombstone of what was evicted or has expired.
  func versionLeft(by item: ItemPointer) -> Version {
    rules.contains(.evictedKeepsItsThree) ? item.version : Version(item.fresh)
  }

  /// Whether removing what nobody deleted must leave a tombstone; what must be remembered besides is noted.
  func mustEntomb(_ item: ItemPointer, _ hash: UInt64, isDead: Bool) -> Bool {
    !isFlushed(item) && tombstones.mustEntomb(hash, item.version, nodeBit: stampClock.nodeBit, isDead: isDead)
  }
}
