import ItemStore
import Synchronization
import Testing

@testable import ItemStore

@Suite("What the store does by itself is told to who wants to know")
struct StoreWatchTests {
  private final class Observed: Sendable {
    let evictions = Mutex<[(key: [UInt8], eviction: StoreWatch.Eviction, wasFetched: Bool)]>([])
    let moves = Mutex<[[Int]]>([])

    func makeWatch() -> StoreWatch {
      StoreWatch(
        evicted: { [self] item, eviction in
          let (key, fetched) = (HeldItem(item).key, item.wasFetched)
          evictions.withLock { $0.append((key, eviction, fetched)) }
        },
        moved: { [self] source, target in moves.withLock { $0.append([source, target]) } })
    }
  }

  private func store(_ watch: StoreWatch) throws -> ItemStore {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = 2 << 20
    configuration.watch = watch
    let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 1_700_000_000_000_000 - 98_000_000)
    return try ItemStore(configuration, processClock: clock)
  }

  private func fill(_ store: ItemStore, count: Int) {
    let value = [UInt8](repeating: 1, count: 10_000)
    for number in 0..<count {
      let key = bytes("key \(number)")
      _ = store.store(
        key.span, hash: store.hash(key.span), mode: .set, clientFlags: 0, expiresAt: number % 2 == 0 ? 0 : 160,
        value: value.span, at: TestStore.moment(), journal: nil)
    }
  }

  @Test("Each eviction is told with what it was, and none before somebody wants them") func evictions() throws {
    let observed = Observed()
    let watch = observed.makeWatch()
    let store = try store(watch)
    fill(store, count: 300)
    #expect(observed.evictions.withLock { $0.isEmpty })
    watch.turn(evictions: true, moves: false)
    let before = store.slabStatistics.reduce(0) { $0 + $1.counters.evicted }
    #expect(before > 0)
    fill(store, count: 400)
    let evicted = store.slabStatistics.reduce(0) { $0 + $1.counters.evicted } - before
    observed.evictions.withLock { evictions in
      #expect(evictions.count == Int(evicted) && evicted > 50)
      #expect(
        evictions.contains { $0.eviction.timeToLive == 60 } && evictions.contains { $0.eviction.timeToLive == nil })
      #expect(evictions.allSatisfy { !$0.wasFetched && $0.key.starts(with: bytes("key ")) })
      #expect(evictions.allSatisfy { $0.eviction.idleSeconds == 0 })
    }
  }

  @Test("A page that begins to move is told, by whose it was and whose it will be") func moves() throws {
    let observed = Observed()
    let watch = observed.makeWatch()
    watch.turn(evictions: false, moves: true)
    let store = try store(watch)
    fill(store, count: 200)
    let slabClass = try #require(store.slabStatistics.first { $0.pageCount > 1 }).slabClass
    #expect(store.reassignPage(from: slabClass, to: 0) == .begun)
    _ = store.balance(now: 100)
    #expect(observed.moves.withLock { $0 } == [[slabClass, 0]])
    #expect(observed.evictions.withLock { $0.isEmpty })
  }
}
