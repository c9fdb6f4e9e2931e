import Synchronization
import Testing

@testable import ItemStore

@Suite("How long work in the background holds a lock")
struct HoldMeterTests {
  /// Moves on by three microseconds each time it is read, of which one is the processor's.
  final class SteppingClock: Sendable {
    private let reads = Atomic<UInt64>(0)

    func now() -> HoldMeter.Instant {
      let count = reads.add(1, ordering: .relaxed).newValue
      return HoldMeter.Instant(nanoseconds: count * 3000, processorNanoseconds: count * 1000, switches: 7)
    }
  }

  @Test("The longest is kept, and the most work while the thread kept its processor, until reset")
  func longest() {
    let times: [(UInt64, UInt64)] = [(0, 0), (5000, 1), (10_000, 2), (12_000, 2), (20_000, 5), (20_500, 5)]
    let next = Atomic<Int>(0)
    let meter = HoldMeter {
      let time = times[next.add(1, ordering: .relaxed).oldValue]
      return HoldMeter.Instant(nanoseconds: time.0, processorNanoseconds: time.0 / 2, switches: time.1)
    }
    for (expected, work) in [(5, 0), (5, 1)] as [(UInt64, UInt64)] {
      meter.end(meter.begin())
      #expect(meter.maxMicroseconds == expected && meter.maxWorkMicroseconds == work)
    }
    meter.reset()
    meter.end(meter.begin())
    #expect(meter.maxMicroseconds == 0 && meter.maxWorkMicroseconds == 0)
  }

  private func store(_ clock: SteppingClock) throws -> ItemStore {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = 4 << 20
    configuration.initialBucketPower = 12
    configuration.holdClock = { clock.now() }
    return try ItemStore(configuration, processClock: ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 0))
  }

  @Test("Growth, walks, the crawler and page moves are each measured by the step")
  func measured() throws {
    let store = try store(SteppingClock())
    var cursor = WalkCursor()
    var crawl = Crawl()
    let dead = bytes("dead")
    _ = store.store(
      dead.span, hash: store.hash(dead.span), mode: .set, clientFlags: 0, expiresAt: 1, value: dead.span,
      at: TestStore.moment(), journal: nil)
    let steps: [(String, () throws -> Void)] = [
      ("growth", { _ = try store.index.grow(itemCount: ItemIndex.fill * 5000, buckets: 100) }),
      ("walk", { _ = store.walk(&cursor, buckets: 10) { _ in } }),
      ("crawler", { _ = store.crawl(&crawl, now: 1) }),
      ("page move", { try movePage(of: store) }),
    ]
    for (name, step) in steps {
      store.resetCounters()
      #expect(store.holds.maxMicroseconds == 0)
      try step()
      // Two readings a hold: were there one for many holds, it would be longer.
      #expect(store.holds.maxMicroseconds == 3, "\(name)")
      #expect(store.holds.maxWorkMicroseconds == 1, "\(name)")
    }
  }

  /// Fills the store with small items, then asks for large ones until a page has begun to move.
  private func movePage(of store: ItemStore) throws {
    let moment = TestStore.moment()
    let put = { (key: String, count: Int) in
      let (key, value) = (bytes(key), [UInt8](repeating: 1, count: count))
      _ = store.store(
        key.span, hash: store.hash(key.span), mode: .set, clientFlags: 0, expiresAt: 0, value: value.span, at: moment,
        journal: nil)
    }
    for number in 0..<120_000 { put("\(number)", 0) }
    for number in 0..<5000 where store.holds.maxMicroseconds == 0 {
      put("large \(number)", 5000)
      for _ in 0..<50 where store.balance(now: 1) {}
    }
  }
}
