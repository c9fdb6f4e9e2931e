import ItemStore
import Testing

@testable import CacheServer

@Suite("Executing meta commands")
struct CommandExecutorMetaTests {
  /// An executor with a store of its own.
  private struct Bench: ~Copyable {
    let context: ServerContext
    let counters: WorkerCounters
    var executor: CommandExecutor

    init() throws {
      context = try ServerContext(settings: Settings()) { _ in }
      counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
      executor = CommandExecutor(context: context, journal: nil, counters: counters)
      executor.update(at: context.moment())
    }

    var store: ItemStore { context.store }

    /// Stores under `k` in the way of a value that comes in parts.
    mutating func store(_ value: String, _ mode: StoreMode = .set, _ conditions: StoreConditions = .none)
      -> StoreResult?
    {
      let (key, value) = ([UInt8]("k".utf8), [UInt8](value.utf8))
      let isCAS = if case .compareAndSwap = mode { true } else { false }
      let storage = CommandExecutor.Storage(
        mode: mode, clientFlags: 0, exptime: 0, valueCount: value.count, isCAS: isCAS, isSet: true)
      let hash = store.hash(key.span)
      guard case .pending(var pending) = executor.reserve(key.span, hash, storage, conditions, store, nil) else {
        return nil
      }
      _ = store.write(value.span, to: &pending, now: executor.moment.seconds)
      return executor.commit(pending, hash, mode, isCAS: storage.isCAS, conditions, store, nil)
    }

    /// What `mg k` finds: the value, and its marks.
    mutating func get(_ options: MetaGetOptions) -> String? {
      let key = [UInt8]("k".utf8)
      var found: String?
      let isHit = executor.metaGet(key.span, store.hash(key.span), options, store, nil) { item, before in
        let bytes = item.inlineValue
        found = (0..<bytes.count).map { String(UnicodeScalar(bytes[$0])) }.joined()
        found? += (before.wasWinSent ? " Z" : "") + (before.isStale ? " X" : "") + (before.hasWon ? " W" : "")
      }
      #expect(isHit == (found != nil))
      return found
    }

    mutating func delete(_ conditions: DeleteConditions) -> StoreOutcome {
      let key = [UInt8]("k".utf8)
      return executor.delete(key.span, store.hash(key.span), conditions, store, nil)
    }
  }

  @Test("A get that gives a new time to live counts as a touch, one that vivifies as a hit, a miss as one") func gets()
    throws
  {
    var bench = try Bench()
    let missed = bench.get(MetaGetOptions(recachesBefore: 1_000))
    let vivified = bench.get(MetaGetOptions(vivifiesUntil: 0))
    let held = bench.get(MetaGetOptions(vivifiesUntil: 0))
    let touched = bench.get(MetaGetOptions(expiresAt: 0))
    #expect(missed == nil && vivified == " W" && held == " Z" && touched == " Z")
    #expect(bench.counters[.getMisses] == 1 && bench.counters.sum(.getHits) == 2)
    #expect(bench.counters.sum(.touchHits) == 1 && bench.counters[.totalItems] == 1)
  }

  @Test("A delete that leaves a stale item is no delete, and one of another cas is a miss") func deletes() throws {
    var bench = try Bench()
    _ = bench.store("1", .set, StoreConditions(explicitCAS: 5))
    #expect(bench.delete(DeleteConditions(unique: 6)) == .exists)
    #expect(bench.delete(DeleteConditions(unique: 5, marksStale: true)) != .notFound)
    #expect(bench.counters.sum(.deleteHits) == 0 && bench.counters[.deleteMisses] == 1)
    let stale = bench.get(MetaGetOptions(expiresAt: 0))
    #expect(stale == "1 X W")
    _ = bench.delete(DeleteConditions(dropsValue: true))
    let dropped = bench.get(MetaGetOptions(expiresAt: 0))
    #expect(dropped == "")
    _ = bench.delete(DeleteConditions())
    #expect(bench.delete(DeleteConditions()) == .notFound)
    #expect(bench.counters.sum(.deleteHits) == 2 && bench.counters[.deleteMisses] == 2)
  }

  @Test("What is stored has the cas that was given, and what is appended its whole length") func storing() throws {
    var bench = try Bench()
    let first = bench.store("1", .set, StoreConditions(explicitCAS: 5))
    let second = bench.store("2", .append, StoreConditions(unique: 5, explicitCAS: 6))
    let third = bench.store("3", .compareAndSwap(5), StoreConditions(explicitCAS: 7))
    let fourth = bench.store("4", .compareAndSwap(5), StoreConditions(takesStale: true, explicitCAS: 8))
    #expect(first?.cas == 5 && second?.cas == 6 && second?.valueCount == 2)
    #expect(third?.outcome == .exists && third?.cas == 0)
    #expect(fourth?.isStored == true && fourth?.cas == 8)
    #expect(bench.counters.sum(.cmdSet) == 4 && bench.counters.sum(.casBadval) == 1)
    #expect(bench.counters.sum(.casHits) == 1 && bench.counters[.totalItems] == 3)
  }
}
