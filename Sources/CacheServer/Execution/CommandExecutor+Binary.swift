import ItemStore
import MemcacheProtocol
import Platform

/// What the binary protocol's commands say beyond those of the text protocol: a cas unique with any of them, a number to begin
/// with.
extension CommandExecutor {
  enum Deletion {
    case deleted, exists, notFound
  }

  /// - Parameter unique: what is held must have this cas unique; 0: any.
  mutating func delete(
    _ key: Span<UInt8>, _ hash: UInt64, unique: UInt64, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Deletion {
    if !isObserved { return remove(key, hash, unique: unique, store, journal) }
    return observedDelete(key, hash, store) { executor in
      let outcome = executor.remove(key, hash, unique: unique, store, journal)
      return (outcome, outcome == .deleted)
    }
  }

  private mutating func remove(
    _ key: Span<UInt8>, _ hash: UInt64, unique: UInt64, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Deletion {
    var slabClass = 0
    let outcome = store.delete(
      key, hash: hash, unique: unique == 0 ? nil : unique, at: moment, journal: journal
    ) { slabClass = $0.slabClass }
    switch outcome {
    case .stored:
      counters.add(.deleteHits, in: slabClass)
      return .deleted
    case .exists: return .exists
    default:
      counters.add(.deleteMisses)
      return .notFound
    }
  }

  /// - Parameter unique: a number that is held must have this cas unique; 0: any.
  /// - Returns: with the new cas unique, where there is one.
  mutating func arithmetic(
    _ key: Span<UInt8>, _ hash: UInt64, _ request: BinaryArithmetic, unique: UInt64, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> (outcome: ArithmeticOutcome, cas: UInt64) {
    var cas: UInt64 = 0
    let conditions = IncrementConditions(
      unique: unique, initial: request.isForHeldOnly ? nil : request.initial,
      initialExpiresAt: ProcessClock.expiresAt(exptime: Int64(request.exptime), at: moment))
    let outcome = arithmetic(
      key, hash, isIncrement: request.isIncrement, request.delta, conditions, store, journal
    ) { item, _ in cas = item.cas }
    return (outcome, cas)
  }

  /// The value has come as a whole.
  ///
  /// - Parameter unique: what append and prepend extend must have this cas unique; 0: any.
  mutating func commit(
    _ pending: consuming PendingItem, _ hash: UInt64, _ storage: Storage, unique: UInt64, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> StoreOutcome {
    if unique == 0 || storage.isCAS { return commit(pending, hash, storage.mode, isCAS: storage.isCAS, store, journal) }
    let slabClass = store.slabClass(of: pending)
    let outcome = store.commit(
      pending, mode: storage.mode, conditions: StoreConditions(unique: unique), hash: hash, at: moment,
      journal: journal
    ).outcome
    Self.count(outcome, false, slabClass, in: counters)
    return outcome
  }
}
