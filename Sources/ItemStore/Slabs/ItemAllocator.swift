/// Chunks for items: found free, or made free by evicting.
final class ItemAllocator: Sendable {
  let keyspace: Keyspace
  let slabs: SlabAllocator
  let memory: ChunkMemory
  private let tombstoneLog: TombstoneLog
  private let evictor: Evictor
  private let pageMover: PageMover
  private let purger: TombstonePurger
  private let refusesWhenFull: Bool

  init(
    _ keyspace: Keyspace, _ evictor: Evictor, _ pageMover: PageMover, _ purger: TombstonePurger, refusesWhenFull: Bool
  ) {
    self.keyspace = keyspace
    slabs = keyspace.slabs
    memory = keyspace.memory
    tombstoneLog = keyspace.tombstoneLog
    self.evictor = evictor
    self.pageMover = pageMover
    self.purger = purger
    self.refusesWhenFull = refusesWhenFull
  }

  /// Gives up an item that was not committed.
  func abandon(_ pending: consuming PendingItem) { keyspace.unpin(pending.reference) }

  /// Begins an item of its own author's: invisible to all others until committed.
  ///
  /// For the parameters see `ItemStore.reserve`.
  func reserve(
    _ key: Span<UInt8>, clientFlags: UInt32, expiresAt: UInt32, valueCount: Int, version: Version = .zero,
    marks: ItemMarks = .none, evictsUpTo: Stamp = .greatest, effort: Effort = .full, now: UInt32
  ) -> Reservation {
    guard Keyspace.isKey(key), valueCount >= 0, valueCount <= keyspace.maxItemSize else { return .tooLarge }
    let unextended = ItemPointer.size(keyCount: key.count, valueCount: valueCount, clientFlags: clientFlags)
    if unextended > keyspace.maxItemSize { return .tooLarge }
    let whole = unextended + version.extensionCount(with: marks)
    let chained = whole > slabs.sizes.maxChunkSize
    let capacity = slabs.sizes.pieceCapacity
    let size =
      chained ? ItemPointer.headSize(keyCount: key.count, valueCount: valueCount, pieceCapacity: capacity) : whole
    guard let slabClass = slabs.sizes.slabClass(for: size) else { return .tooLarge }
    let reference = allocate(slabClass, requested: size, evictsUpTo: evictsUpTo, effort: effort, now: now)
    if reference == 0 { return .outOfMemory }
    let item = memory.item(reference)
    item.setKey(key)
    keyspace.setExpiry(expiresAt, of: reference)
    if chained {
      item.chain(valueCount: valueCount, clientFlags: clientFlags, pieceCapacity: capacity)
    } else {
      item.setValueCount(valueCount, clientFlags: clientFlags)
    }
    if !version.isFresh || !marks.isEmpty { item.setVersion(version, marks) }
    return .pending(
      PendingItem(reference: reference, missing: valueCount, valueCount: valueCount, evictsUpTo: evictsUpTo))
  }

  // MARK: Chunks

  /// How far the search for a chunk goes.
  enum Effort {
    /// Until all has failed: for whoever holds no lock.
    case full
    /// Without emptying pages, which takes longer than a stripe's lock may be held.
    case underLock
    /// The same, and no further than one sweep, and not where there are free chunks to be gathered: the caller lets its
    /// lock go then, and asks again.
    case once
  }

  /// Sweeps without a find after which there is no memory.
  private static let maxSweeps = 21

  /// Mild for long, for a whole stretch of chunks may be in use: what was stored together is used together.
  private func need(_ sweep: Int) -> Evictor.Need { sweep < 16 ? .mild : .strong }

  /// A chunk of the class, pinned by the caller; 0 when nothing can be freed.
  ///
  /// - Parameter evictsUpTo: nothing with a younger stamp is evicted.
  func allocate(
    _ slabClass: UInt8, requested: Int, evictsUpTo: Stamp = .greatest, effort: Effort = .full, now: UInt32
  ) -> UInt32 {
    let sweeps = effort == .once ? 1 : refusesWhenFull ? 2 : Self.maxSweeps
    for sweep in 0..<sweeps {
      switch search(slabClass, requested: requested, sweep, evictsUpTo, effort, now) {
      case .chunk(let chunk): return chunk.take()
      case .chained(let owned): keyspace.release(owned)
      case .younger: return 0
      case .none: break
      }
    }
    if effort == .once { return 0 }
    slabs.lock(slabClass)
    slabs.withCounters(slabClass) { $0.outOfMemory += 1 }
    slabs.unlock(slabClass)
    return 0
  }

  private func search(
    _ slabClass: UInt8, requested: Int, _ sweep: Int, _ evictsUpTo: Stamp, _ effort: Effort, _ now: UInt32
  ) -> Evictor.Reclaimed {
    slabs.lock(slabClass)
    var reclaimed = take(slabClass, requested: requested, from: .pool, now)
    if reclaimed.isNone {
      if sweep == 0, effort != .underLock, slabs.hasDonors {
        slabs.unlock(slabClass)
        if effort == .once { return .none }
        _ = pageMover.compact(for: slabClass, now: now)
        slabs.lock(slabClass)
      }
      reclaimed = take(slabClass, requested: requested, from: .beyondLimit, now)
    }
    if reclaimed.isNone { reclaimed = reclaim(slabClass, need(sweep), evictsUpTo, requested: requested, now) }
    slabs.unlock(slabClass)
    // What was evicted may have left a tombstone too many.
    if tombstoneLog.needsCleaning { purger.trim(atMost: TombstonePurger.maxTrimmed, isHurried: true) }
    return reclaimed
  }

  /// What there is without evicting, dead items first. The class lock is held.
  private func take(_ slabClass: UInt8, requested: Int, from source: FreeChunkSource, _ now: UInt32)
    -> Evictor.Reclaimed
  {
    let own = slabs.takeFree(slabClass, requested: requested, from: .ownPages)
    if own != 0 { return .chunk(OwnedChunk(own)) }
    if slabs.isDue(slabClass, now) {
      switch evictor.reuseDead(slabClass, now) {
      case .chunk(let chunk): return reuse(chunk, slabClass, requested: requested)
      case .chained(let owned): return .chained(owned)
      case .younger: break
      case .none: break
      }
    }
    let free = slabs.takeFree(slabClass, requested: requested, from: source)
    return free == 0 ? .none : .chunk(OwnedChunk(free))
  }

  private func reclaim(
    _ slabClass: UInt8, _ need: Evictor.Need, _ evictsUpTo: Stamp, requested: Int, _ now: UInt32
  ) -> Evictor.Reclaimed {
    switch evictor.reclaim(slabClass, need, upTo: evictsUpTo, now) {
    case .chunk(let chunk): return reuse(chunk, slabClass, requested: requested)
    case .chained(let owned): return .chained(owned)
    case .younger: return .younger
    case .none: return .none
    }
  }

  /// The chunk is its next author's.
  private func reuse(_ chunk: consuming OwnedChunk, _ slabClass: UInt8, requested: Int) -> Evictor.Reclaimed {
    slabs.reuse(chunk.reference, slabClass, requested: requested)
    return .chunk(chunk)
  }
}
