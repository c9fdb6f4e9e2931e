/// Tombstones that go: those that have settled, and the oldest where there are too many.
final class TombstonePurger: Sendable {
  /// Tombstones that one delete drops or moves where there is too little space: more than it makes, and not so many
  /// that it takes long.
  static let maxTrimmed = 4

  private let index: ItemIndex
  private let memory: ChunkMemory
  private let tombstones: TombstoneLedger
  private let tombstoneLog: TombstoneLog

  init(_ keyspace: Keyspace) {
    index = keyspace.index
    memory = keyspace.memory
    tombstones = keyspace.tombstones
    tombstoneLog = keyspace.tombstoneLog
  }

  /// Tombstones up to `settled` may go. Returns whether more are left to do.
  func settle(upTo settled: Stamp, atMost: Int) -> Bool {
    for _ in 0..<atMost {
      switch tombstoneLog.nextSettled(upTo: settled) {
      case .drop(let entry): _ = drop(entry, settled: settled)
      case .move(let entry): if !move(entry) { return true }
      case .passed: continue
      case .none: return false
      }
    }
    return true
  }

  /// Drops the oldest tombstones while there are more than have space, and clears the log of stale ones. Returns
  /// whether more is left to do.
  ///
  /// - Parameter isHurried: the caller may hold locks, so a stripe's is only tried.
  @discardableResult
  func trim(atMost: Int, isHurried: Bool = false) -> Bool {
    for _ in 0..<atMost {
      switch tombstoneLog.nextCleaning() {
      case .none: return false
      case .passed: continue
      case .drop(let entry): if !drop(entry, settled: tombstones.settled, isHurried: isHurried) { return true }
      case .move(let entry): if !move(entry, isHurried: isHurried) { return true }
      }
    }
    return true
  }

  /// After a delete, which may have left a tombstone too many.
  @inline(__always) func trimIfNeeded() { if tombstoneLog.needsCleaning { trim(atMost: Self.maxTrimmed) } }

  /// Removes the tombstone if it still stands. False where the lock was not to be had.
  ///
  /// - Parameter settled: one above this goes too soon, and is purged.
  private func drop(_ entry: TombstoneLog.Entry, settled: Stamp, isHurried: Bool = false) -> Bool {
    guard lock(entry, isHurried) else { return false }
    defer { index.unlock(entry.hash) }
    guard let slot = find(entry) else { return true }
    if entry.stamp > settled {
      tombstones.purge(entry.hash, entry.stamp)
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
}
