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
  func observeGet(_ key: Span<UInt8>, _ hash: UInt64, _ found: Lookup, _ store: ItemStore) {
    if observed.contains(.prefixes) { context.prefixStatistics.count(key, .get(hit: found == .hit)) }
    if !observed.watches(.fetchers) { return }
    let facts = found == .hit ? facts(of: key, hash, store) : nil
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
    var facts = WatchLog.ItemFacts()
    let isThere = store.peek(key, hash: hash, now: moment.seconds) {
      facts = WatchLog.ItemFacts(slabClass: $0.slabClass, valueCount: $0.valueCount)
    }
    return isThere ? facts : nil
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
  /// - Parameter slabClass: nil: that of an item in one chunk.
  @inline(never)
  func observeStored(
    _ key: Span<UInt8>, _ outcome: StoreOutcome, _ storage: Storage, slabClass: Int? = nil, _ store: ItemStore
  ) {
    if !observed.watches(.mutations) { return }
    let expiresAt = ProcessClock.expiresAt(exptime: storage.exptime, at: moment)
    let found = store.slabClass(
      keyCount: key.count, valueCount: storage.valueCount, clientFlags: storage.clientFlags)
    context.watch.stored(
      key, outcome, storage.command, timeToLive: expiresAt == 0 ? 0 : expiresAt - min(moment.seconds, expiresAt),
      WatchLog.ItemFacts(slabClass: slabClass ?? found, valueCount: storage.valueCount), client: client)
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
  fileprivate var command: WatchLog.StoreCommand {
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
