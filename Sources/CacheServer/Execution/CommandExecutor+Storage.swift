import ItemStore
import Platform

/// set, add, replace, append, prepend, cas.
///
/// A value that is whole at hand overwrites the item that its key has, where that has room. Everything else is received into
/// an item of its own, in as many parts as it comes, and put into the index when it is complete.
extension CommandExecutor {
  /// What a storage command says, but for its key and its value.
  struct Storage {
    let mode: StoreMode
    let clientFlags: UInt32
    /// As the client gave it.
    let exptime: Int64
    let valueCount: Int
    let isCAS: Bool
    let isSet: Bool
  }

  /// Where a value is received.
  enum Reservation: ~Copyable {
    case pending(PendingItem)
    /// Nothing is stored, and the rest of the value is nobody's.
    case refused(StoreOutcome)
  }

  /// A value that is whole at hand, in the place of the one that its key has. Nil where it needs an item of its own.
  @inline(__always)
  mutating func overwrite(
    _ key: Span<UInt8>, _ hash: UInt64, _ storage: Storage, value: Span<UInt8>, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> StoreOutcome? {
    let expiresAt = ProcessClock.expiresAt(exptime: storage.exptime, at: moment)
    let overwritten = store.overwrite(
      key, hash: hash, mode: storage.mode, clientFlags: storage.clientFlags, expiresAt: expiresAt, value: value,
      at: moment, journal: journal)
    guard let overwritten else { return nil }
    let slabClass = store.slabClass(
      keyCount: key.count, valueCount: storage.valueCount, clientFlags: storage.clientFlags)
    Self.count(overwritten, storage.isCAS, slabClass, in: counters)
    return overwritten
  }

  /// An item to receive the value into.
  mutating func reserve(
    _ key: Span<UInt8>, _ hash: UInt64, _ storage: Storage, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Reservation {
    switch store.reserve(
      key, clientFlags: storage.clientFlags,
      expiresAt: ProcessClock.expiresAt(exptime: storage.exptime, at: moment), valueCount: storage.valueCount,
      version: storage.isCAS ? .derived : .zero, now: moment.seconds)
    {
    case .tooLarge: return refuse(.tooLarge, key, hash, storage, store, journal)
    case .outOfMemory: return refuse(.outOfMemory, key, hash, storage, store, journal)
    case .pending(let pending): return .pending(pending)
    }
  }

  /// A value that cannot be kept. After a `set` what is held under its key is not what its writer wants to read, and the
  /// peer must lose it too. The other commands depend on what is held, and one that failed leaves it, as memcached does.
  mutating func refuse(
    _ outcome: StoreOutcome, _ key: Span<UInt8>, _ hash: UInt64, _ storage: Storage, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Reservation {
    counters.add(outcome == .tooLarge ? .storeTooLarge : .storeNoMemory)
    if storage.isSet { _ = store.delete(key, hash: hash, at: moment, journal: journal) }
    return .refused(outcome)
  }

  /// The value has come as a whole.
  mutating func commit(
    _ pending: consuming PendingItem, _ hash: UInt64, _ mode: StoreMode, isCAS: Bool, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> StoreOutcome {
    let slabClass = store.slabClass(of: pending)
    let outcome = store.commit(pending, mode: mode, hash: hash, at: moment, journal: journal)
    Self.count(outcome, isCAS, slabClass, in: counters)
    return outcome
  }

  /// The value's memory has run out in the middle.
  mutating func giveUp(
    _ pending: consuming PendingItem, _ hash: UInt64, _ mode: StoreMode, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    if case .set = mode { store.removeReplaced(by: pending, hash: hash, at: moment, journal: journal) }
    store.abandon(pending)
    counters.add(.storeNoMemory)
  }

  @inline(__always)
  static func count(_ outcome: StoreOutcome, _ isCAS: Bool, _ slabClass: Int, in counters: WorkerCounters) {
    counters.add(.cmdSet, in: slabClass)
    switch outcome {
    case .stored:
      counters.add(.totalItems)
      if isCAS { counters.add(.casHits, in: slabClass) }
    case .exists where isCAS: counters.add(.casBadval, in: slabClass)
    case .notFound where isCAS: counters.add(.casMisses)
    case .tooLarge: counters.add(.storeTooLarge)
    case .outOfMemory: counters.add(.storeNoMemory)
    default: break
    }
  }
}
