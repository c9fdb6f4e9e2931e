import ItemStore
import Platform

/// The meta commands: what they do beyond the classic ones, with conditions and with what they leave behind.
///
/// They are counted as in memcached: a get that gives a new time to live counts as a touch, one that vivifies as a hit, a
/// delete that leaves a stale item not at all, and `cmd_meta` counts `me` alone. None is counted by prefix.
extension CommandExecutor {
  /// Hands the item to `take`, under its stripe's lock, with what it was before.
  @inline(__always)
  mutating func metaView(
    _ key: Span<UInt8>, _ hash: UInt64, leavesUse: Bool = false, _ store: ItemStore, _ journal: WorkerJournal?,
    _ take: (borrowing ItemView, MetaFound) -> Void
  ) -> Retrieved {
    var slabClass = 0
    let found = store.metaView(key, hash: hash, leavesUse: leavesUse, at: moment, journal: journal) { item, before in
      slabClass = item.slabClass
      take(item, before)
    }
    if found == .hit { return .hit(slabClass: slabClass) }
    countMiss(found)
    return .counted
  }

  /// The same for a get that may change the item, or make it. Whether it is there.
  mutating func metaGet(
    _ key: Span<UInt8>, _ hash: UInt64, _ options: MetaGetOptions, _ store: ItemStore, _ journal: WorkerJournal?,
    _ take: (borrowing ItemView, MetaFound) -> Void
  ) -> Bool {
    if isObserved { observeLookup(key, hash, store) }
    var (slabClass, isCreated) = (0, false)
    let found = store.metaGet(key, hash: hash, options, at: moment, journal: journal) { item, before in
      slabClass = item.slabClass
      isCreated = before.isCreated
      take(item, before)
    }
    if found != .hit {
      countMiss(found)
      return false
    }
    counters.add(options.expiresAt == nil ? .getHits : .touchHits, in: slabClass)
    if isCreated { counters.add(.totalItems) }
    return true
  }

  /// Shows an item to whom it is no use. Whether it is there.
  mutating func peek(
    _ key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore, _ take: (borrowing ItemView) -> Void
  ) -> Bool {
    counters.add(.cmdMeta)
    if isObserved { observeLookup(key, hash, store) }
    return store.peek(key, hash: hash, now: moment.seconds, take)
  }

  /// `md`.
  mutating func delete(
    _ key: Span<UInt8>, _ hash: UInt64, _ conditions: DeleteConditions, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> StoreOutcome {
    if !isObserved { return remove(key, hash, conditions, store, journal) }
    let outcome = observedDelete(key, hash, isMeta: true, leavesItem: conditions.keepsItem, store) { executor in
      let outcome = executor.remove(key, hash, conditions, store, journal)
      if case .stored = outcome { return (outcome, true) }
      return (outcome, false)
    }
    if case .stored = outcome, conditions.dropsValue {
      observeEmptied(key, hash, isStale: conditions.marksStale, store)
    }
    return outcome
  }

  private mutating func remove(
    _ key: Span<UInt8>, _ hash: UInt64, _ conditions: DeleteConditions, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> StoreOutcome {
    var slabClass = 0
    let outcome = store.delete(key, hash: hash, conditions: conditions, at: moment, journal: journal) {
      slabClass = $0.slabClass
    }
    if case .stored = outcome {
      if !conditions.marksStale { counters.add(.deleteHits, in: slabClass) }
    } else {
      counters.add(.deleteMisses)
    }
    return outcome
  }

  /// `ma`, and incr and decr of the binary protocol. `take` is shown what is stored, and the expiry it had before, under the stripe's lock.
  mutating func arithmetic(
    _ key: Span<UInt8>, _ hash: UInt64, isIncrement: Bool, _ delta: UInt64, _ conditions: IncrementConditions,
    _ store: ItemStore, _ journal: WorkerJournal?, _ take: (borrowing ItemView, UInt32) -> Void
  ) -> ArithmeticOutcome {
    if !isObserved {
      return increment(key, hash, isIncrement: isIncrement, delta, conditions, store, journal, take)
    }
    observeLookup(key, hash, store)
    let outcome = increment(key, hash, isIncrement: isIncrement, delta, conditions, store, journal, take)
    if case .created = outcome { observeCreated(key, hash, store) }
    return outcome
  }

  @inline(__always)
  private mutating func increment(
    _ key: Span<UInt8>, _ hash: UInt64, isIncrement: Bool, _ delta: UInt64, _ conditions: IncrementConditions,
    _ store: ItemStore, _ journal: WorkerJournal?, _ take: (borrowing ItemView, UInt32) -> Void
  ) -> ArithmeticOutcome {
    var slabClass = 0
    let outcome = store.increment(
      key, hash: hash, by: delta, isDecrement: !isIncrement, conditions: conditions, at: moment, journal: journal
    ) { item, expiredAt in
      slabClass = item.slabClass
      take(item, expiredAt)
    }
    count(outcome, isIncrement: isIncrement, slabClass)
    return outcome
  }

  // MARK: Storing

  /// An item to receive the value into.
  mutating func reserve(
    _ key: Span<UInt8>, _ hash: UInt64, _ storage: Storage, _ conditions: StoreConditions, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Reservation {
    let reservation = store.reserve(
      key, clientFlags: storage.clientFlags,
      expiresAt: ProcessClock.expiresAt(exptime: storage.exptime, at: moment), valueCount: storage.valueCount,
      mode: storage.mode, conditions: conditions, now: moment.seconds)
    switch consume reservation {
    case .tooLarge: return refuse(.tooLarge, key, hash, storage, store, journal)
    case .outOfMemory: return refuse(.outOfMemory, key, hash, storage, store, journal)
    case .pending(let pending): return .pending(pending)
    }
  }

  /// The value has come as a whole.
  mutating func commit(
    _ pending: consuming PendingItem, _ hash: UInt64, _ mode: StoreMode, isCAS: Bool, _ conditions: StoreConditions,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) -> StoreResult {
    let slabClass = store.slabClass(of: pending)
    let result = store.commit(
      pending, mode: mode, conditions: conditions, hash: hash, at: moment, journal: journal)
    Self.count(result.outcome, isCAS, slabClass, in: counters)
    return result
  }
}
