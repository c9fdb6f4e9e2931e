import ItemStore
import MemcacheProtocol
import Platform

/// For those who look on: what came of requests, counted by prefix and told to who watches.
///
/// Called only where `isObserved`, so nobody's request pays for it otherwise. What a line says of an item is read beside the command, not
/// in it: another client may have changed the item in between.
extension CommandExecutor {
  // MARK: Reading

  @inline(never)
  func observeGet(_ key: Span<UInt8>, _ found: Lookup) {
    if observed.contains(.prefixes) { context.prefixStatistics.count(key, .get(hit: found == .hit)) }
    if !observed.watches(.fetchers) { return }
    // Found anew, so that the way of a get keeps nothing for this.
    let store = context.store
    let facts = found == .hit ? facts(of: key, store.hash(key), store) : nil
    context.watch.fetched(key, found, facts ?? WatchLog.ItemFacts(), client: client)
  }

  /// A key that a command looks up besides: memcached tells of that too.
  @inline(never)
  func observeLookup(_ key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore) {
    if !observed.watches(.fetchers) { return }
    let facts = facts(of: key, hash, store)
    context.watch.fetched(key, facts == nil ? .miss : .hit, facts ?? WatchLog.ItemFacts(), client: client)
  }

  private func facts(of key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore) -> WatchLog.ItemFacts? {
    held(key, hash, store)?.item
  }

  /// What is held now, and how long it has to live; 0: for ever.
  private func held(
    _ key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore
  ) -> (item: WatchLog.ItemFacts, timeToLive: UInt32)? {
    var (item, expiresAt) = (WatchLog.ItemFacts(), UInt32(0))
    let isThere = store.peek(key, hash: hash, now: moment.seconds) {
      item = WatchLog.ItemFacts(slabClass: $0.slabClass, valueCount: $0.valueCount)
      expiresAt = $0.expiresAt
    }
    if !isThere { return nil }
    return (item: item, timeToLive: UInt32(clamping: expiresAt.secondsToLive(at: moment.seconds) ?? 0))
  }

  // MARK: Storing

  /// A storage command begins.
  ///
  /// - Parameter countsPrefix: meta commands are not counted.
  @inline(never)
  func observeStorage(_ key: Span<UInt8>, _ hash: UInt64, countsPrefix: Bool = true, _ store: ItemStore) {
    if countsPrefix, observed.contains(.prefixes) { context.prefixStatistics.count(key, .set) }
    observeLookup(key, hash, store)
  }

  /// It has ended.
  ///
  /// - Parameters:
  ///   - slabClass: nil: that of an item in one chunk.
  ///   - mayKeepExpiry: it may have the expiry of the item that it replaces.
  @inline(never)
  func observeStored(
    _ key: Span<UInt8>, _ outcome: StoreOutcome, _ storage: Storage, slabClass: Int? = nil, mayKeepExpiry: Bool = false,
    _ store: ItemStore
  ) {
    if !observed.watches(.mutations) { return }
    if case .stored = outcome, mayKeepExpiry || storage.extends {
      return observeHeld(key, store.hash(key), as: storage.verb, store)
    }
    let expiresAt = ProcessClock.expiresAt(exptime: storage.exptime, at: moment)
    let found = store.slabClass(
      keyCount: key.count, valueCount: storage.valueCount, clientFlags: storage.clientFlags)
    context.watch.stored(
      key, outcome, storage.verb, timeToLive: expiresAt == 0 ? 0 : expiresAt - min(moment.seconds, expiresAt),
      WatchLog.ItemFacts(slabClass: slabClass ?? found, valueCount: storage.valueCount), client: client)
  }

  /// What a command that is no storage command, or one that rests on what was held, has stored: told as it is now.
  private func observeHeld(_ key: Span<UInt8>, _ hash: UInt64, as verb: StorageVerb, _ store: ItemStore) {
    guard let held = held(key, hash, store) else { return }
    context.watch.stored(
      key, .stored(.zero), verb, timeToLive: held.timeToLive, held.item, client: client)
  }

  /// A number has been begun: an add, before which memcached looks once more for the key.
  @inline(never)
  func observeCreated(_ key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore) {
    context.watch.fetched(key, .miss, WatchLog.ItemFacts(), client: client)
    observeHeld(key, hash, as: .add, store)
  }

  /// `md` has put an item without a value in the place of another: a set, and a delete of what is not stale.
  @inline(never)
  func observeEmptied(_ key: Span<UInt8>, _ hash: UInt64, isStale: Bool, _ store: ItemStore) {
    observeHeld(key, hash, as: .set, store)
    if !isStale, let facts = facts(of: key, hash, store) { context.watch.deleted(key, isMeta: true, facts) }
  }

  // MARK: Deleting

  /// Deletes, and tells of what went.
  ///
  /// - Parameters:
  ///   - isMeta: by `md`, which is not counted by prefix.
  ///   - leavesItem: what it changes stays.
  ///   - delete: whether something was deleted.
  @inline(never)
  mutating func observedDelete<Outcome>(
    _ key: Span<UInt8>, _ hash: UInt64, isMeta: Bool = false, leavesItem: Bool = false, _ store: ItemStore,
    _ delete: (inout CommandExecutor) -> (outcome: Outcome, isDone: Bool)
  ) -> Outcome {
    if !isMeta, observed.contains(.prefixes) { context.prefixStatistics.count(key, .delete) }
    observeLookup(key, hash, store)
    let facts = observed.watches(.deletions) ? facts(of: key, hash, store) : nil
    let (outcome, isDone) = delete(&self)
    if isDone, !leavesItem, let facts { context.watch.deleted(key, isMeta: isMeta, facts) }
    return outcome
  }
}

extension CommandExecutor.Storage {
  /// What it stores is more than its own value.
  fileprivate var extends: Bool {
    switch mode {
    case .append, .prepend: true
    default: false
    }
  }

  fileprivate var verb: StorageVerb {
    if isCAS { return .cas }
    return switch mode {
    case .set: .set
    case .add: .add
    case .replace: .replace
    case .append: .append
    case .prepend: .prepend
    case .compareAndSwap: .cas
    }
  }
}
