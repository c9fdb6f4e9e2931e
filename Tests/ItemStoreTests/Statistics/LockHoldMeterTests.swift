import Synchronization
import Testing

@testable import ItemStore

@Suite("How long work in the background holds a lock")
struct LockHoldMeterTests {
  /// Moves on by a microsecond each time it is read.
  final class SteppingClock: Sendable {
    private let reads = Atomic<UInt64>(0)

    func nanoseconds() -> UInt64 { reads.add(1, ordering: .relaxed).newValue * 1000 }
  }

  /// Clocks of which the thread's stands on 7 switches and moves as `clock` does.
  private func clocks(_ clock: SteppingClock) -> LockHoldMeter.Clocks {
    var clocks = LockHoldMeter.Clocks()
    clocks.nanoseconds = { clock.nanoseconds() }
    clocks.threadUse = { LockHoldMeter.ThreadUse(processorNanoseconds: clock.nanoseconds(), switches: 7) }
    clocks.sampleInterval = 1
    return clocks
  }

  private func hold(_ meter: LockHoldMeter, isMeasured: Bool = true) {
    var hold = meter.prepare(isMeasured: isMeasured)
    meter.begin(&hold)
    meter.end(&hold)
    meter.record(hold)
  }

  /// A meter to which the clocks show these one after the other.
  private func meter(_ times: [UInt64], _ uses: [(UInt64, UInt64)], interval: UInt32 = 1) -> LockHoldMeter {
    let rest = Mutex((times: times, uses: uses))
    var clocks = LockHoldMeter.Clocks()
    clocks.nanoseconds = { rest.withLock { $0.times.removeFirst() } }
    clocks.threadUse = {
      let use = rest.withLock { $0.uses.removeFirst() }
      return LockHoldMeter.ThreadUse(processorNanoseconds: use.0, switches: use.1)
    }
    clocks.sampleInterval = interval
    return LockHoldMeter(clocks: clocks)
  }

  @Test("The longest is kept, and the most work while the thread kept its processor, until reset")
  func longest() {
    let meter = meter(
      [0, 5000, 10_000, 12_000, 20_000, 20_500], [(0, 0), (4000, 1), (5000, 2), (6000, 2), (8000, 5), (8400, 5)])
    for (expected, work) in [(5, 0), (5, 1)] as [(UInt64, UInt64)] {
      hold(meter)
      #expect(meter.maxMicroseconds == expected && meter.maxWorkMicroseconds == work)
    }
    meter.reset()
    hold(meter)
    #expect(meter.maxMicroseconds == 0 && meter.maxWorkMicroseconds == 0)
  }

  @Test("The time for which the thread waited for the lock is not taken for work")
  func waiting() {
    let meter = meter([50_000, 52_000], [(0, 0), (53_000, 0)])
    hold(meter)
    #expect(meter.maxWorkMicroseconds == 2)
  }

  @Test("The thread's counters are read for one hold of many, and the clock for each that is to be measured")
  func samples() {
    let meter = meter([0, 1000, 1000, 3000, 3000, 6000], [(0, 0), (1000, 0)], interval: 4)
    for _ in 0..<3 { hold(meter) }
    hold(meter, isMeasured: false)
    #expect(meter.maxMicroseconds == 3 && meter.maxWorkMicroseconds == 1)
  }

  private func store(_ clocks: LockHoldMeter.Clocks) throws -> ItemStore {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = 4 << 20
    configuration.initialBucketPower = 12
    configuration.stripePower = 4
    configuration.lockHoldClocks = clocks
    return try ItemStore(configuration, processClock: ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 0))
  }

  /// What holds locks in the background, each with its name.
  private func steps(_ store: ItemStore) -> [(String, () throws -> Void)] {
    let dead = bytes("dead")
    _ = store.store(
      dead.span, hash: store.hash(dead.span), mode: .set, clientFlags: 0, expiresAt: 1, value: dead.span,
      at: TestStore.moment(), journal: nil)
    return [
      ("growth", { _ = try store.index.grow(itemCount: ItemIndex.fill * 5000, buckets: 100) }),
      (
        "walk",
        {
          var cursor = WalkCursor()
          _ = store.walk(&cursor, buckets: 10) { _ in }
        }
      ),
      (
        "crawler",
        {
          var crawl = Crawl()
          _ = store.crawl(&crawl, now: 1)
        }
      ),
      ("page move", { try self.movePage(of: store) }),
    ]
  }

  @Test("Growth, walks, the crawler and page moves are each measured by the step")
  func measured() throws {
    let store = try store(clocks(SteppingClock()))
    for (name, step) in steps(store) {
      store.resetCounters()
      #expect(store.holds.maxMicroseconds == 0)
      try step()
      // Two readings a hold: were there one for many holds, it would be longer.
      #expect(store.holds.maxMicroseconds == 1 && store.holds.maxWorkMicroseconds == 1, "\(name)")
    }
  }

  @Test("The kernel is asked for the thread's counters while no lock is held that a request may wait for")
  func asksWithoutLocks() throws {
    let held = Mutex<(store: ItemStore?, asked: Int, locked: Int)>((nil, 0, 0))
    var clocks = LockHoldMeter.Clocks()
    clocks.sampleInterval = 1
    clocks.threadUse = {
      held.withLock { state in
        state.asked += 1
        if let store = state.store, self.isLocked(store) { state.locked += 1 }
      }
      return LockHoldMeter.ThreadUse(processorNanoseconds: 0, switches: 0)
    }
    let store = try store(clocks)
    held.withLock { $0.store = store }
    for (name, step) in steps(store) {
      store.resetCounters()
      held.withLock { $0.asked = 0 }
      try step()
      #expect(held.withLock { $0.asked > 0 && $0.locked == 0 }, "\(name)")
    }
    held.withLock { $0.store = nil }
  }

  /// Whether any stripe or class is locked.
  private func isLocked(_ store: ItemStore) -> Bool {
    for number in 0..<UInt64(store.index.stripeCount) {
      if !store.index.tryLock(number) { return true }
      store.index.unlock(number)
    }
    for slabClass in 0...UInt8(store.slabs.classCount) {
      if !store.slabs.tryLock(slabClass) { return true }
      store.slabs.unlock(slabClass)
    }
    return false
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
