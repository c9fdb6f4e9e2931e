import ItemStore
import Testing

@testable import CacheServer

/// What commands come to and what is counted of them, without a protocol.
@Suite("Executing commands")
struct CommandExecutorTests {
  /// An executor with a store of its own.
  private struct Bench: ~Copyable {
    let context: ServerContext
    let counters: WorkerCounters
    var executor: CommandExecutor

    init(_ adjust: (inout Settings) -> Void = { _ in }) throws {
      var settings = Settings()
      adjust(&settings)
      context = try ServerContext(settings: settings) { _ in }
      counters = WorkerCounters(classCount: context.store.chunkSizes.count - 1)
      executor = CommandExecutor(context: context, journal: nil, counters: counters)
      executor.update(at: context.moment())
    }

    var store: ItemStore { context.store }

    mutating func store(_ key: String, _ value: String, _ mode: StoreMode = .set) -> StoreOutcome? {
      let (key, value) = ([UInt8](key.utf8), [UInt8](value.utf8))
      let storage = CommandExecutor.Storage(
        mode: mode, clientFlags: 0, exptime: 0, valueCount: value.count, isCAS: mode.isDerived, isSet: true)
      let hash = store.hash(key.span)
      if let outcome = executor.overwrite(key.span, hash, storage, value: value.span, store, nil) { return outcome }
      switch executor.reserve(key.span, hash, storage, store, nil) {
      case .refused(let outcome): return outcome
      case .pending(var pending):
        guard store.write(value.span, to: &pending, now: executor.moment.seconds) else {
          executor.giveUp(pending, hash, mode, store, nil)
          return nil
        }
        return executor.commit(pending, hash, mode, isCAS: storage.isCAS, store, nil)
      }
    }

    /// The value, if the item is there and taken.
    mutating func get(_ key: String, taken: Bool = true) -> (value: String?, retrieved: CommandExecutor.Retrieved) {
      let key = [UInt8](key.utf8)
      var value: String?
      let retrieved = executor.get(key.span, store.hash(key.span), isObserved: false, store) { item in
        let bytes = item.inlineValue
        value = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        return taken
      }
      return (value, retrieved)
    }
  }

  private static func isStored(_ outcome: StoreOutcome?) -> Bool {
    if case .stored = outcome { true } else { false }
  }

  @Test("A value that is stored is handed to who gets it, and both are counted") func storing() throws {
    var bench = try Bench()
    let (first, second) = (bench.store("a", "x"), bench.store("a", "yy"))
    #expect(Self.isStored(first) && Self.isStored(second))
    let hit = bench.get("a")
    #expect(hit.value == "yy")
    guard case .hit(let slabClass) = hit.retrieved else {
      Issue.record("no hit")
      return
    }
    #expect(bench.counters[.cmdSet, slabClass] == 2 && bench.counters[.totalItems] == 2)
    let miss = bench.get("b")
    #expect(miss.value == nil && miss.retrieved == .counted)
    #expect(bench.counters[.getMisses] == 1 && bench.counters.sum(.getHits) == 0, "hits are counted by a tally")
  }

  @Test("An item that is not taken is not counted") func declined() throws {
    var bench = try Bench { $0.countsPerPrefix = true }
    _ = bench.store("p:a", "x")
    let declined = bench.get("p:a", taken: false)
    #expect(declined.retrieved == .declined)
    let dump = bench.context.prefixStatistics.text
    #expect(bench.counters[.getMisses] == 0 && !dump.contains("get 1"))
  }

  @Test("Numbers are counted up and down, deleted and touched items as such") func others() throws {
    var bench = try Bench()
    _ = bench.store("n", "5")
    let key = [UInt8]("n".utf8)
    let store = bench.store
    let sum = bench.executor.arithmetic(key.span, isIncrement: true, 3, store, nil)
    #expect(sum == .value(8))
    let isTouched = bench.executor.touch(key.span, store.hash(key.span), exptime: 100, store, nil)
    let isDeleted = bench.executor.delete(key.span, store, nil)
    let isDeletedAgain = bench.executor.delete(key.span, store, nil)
    #expect(isTouched && isDeleted && !isDeletedAgain)
    let none = bench.executor.arithmetic(key.span, isIncrement: false, 1, store, nil)
    #expect(none == .notFound)
    let counters = bench.counters
    #expect(counters.sum(.incrHits) == 1 && counters[.decrMisses] == 1)
    #expect(counters.sum(.touchHits) == 1 && counters.sum(.deleteHits) == 1 && counters[.deleteMisses] == 1)
  }

  @Test("A set of a value too large leaves nothing of the one before it") func tooLarge() throws {
    var bench = try Bench { $0.maxItemSize = 1024 }
    _ = bench.store("a", "x")
    let outcome = bench.store("a", String(repeating: "v", count: 5000))
    #expect(outcome == .tooLarge && bench.counters[.storeTooLarge] == 1)
    let value = bench.get("a").value
    #expect(value == nil)
  }

  @Test("Flushing can be turned off, and counts then where its protocol has it so") func flush() throws {
    for (isOn, countsRefusal) in [(true, false), (false, false), (false, true)] {
      var bench = try Bench { $0.isFlushCommandEnabled = isOn }
      _ = bench.store("a", "x")
      let store = bench.store
      let isDone = bench.executor.flushAll(delay: 0, countsRefusal: countsRefusal, store, nil)
      #expect(isDone == isOn && bench.counters[.cmdFlush] == (isOn || countsRefusal ? 1 : 0))
      let value = bench.get("a").value
      #expect((value == nil) == isOn)
    }
  }

  @Test("Hits are each counted in their class, once, however the classes follow each other")
  func tally() {
    let counters = WorkerCounters(classCount: 3)
    var hits = HitTally()
    for slabClass in [1, 1, 2, 2, 2, 1, 3] { hits.note(.hit(slabClass: slabClass), in: counters) }
    hits.note(.counted, in: counters)
    hits.note(.declined, in: counters)
    hits.count(in: counters)
    hits.count(in: counters)
    #expect((0...3).map { counters[.getHits, $0] } == [0, 3, 3, 1])
  }
}
