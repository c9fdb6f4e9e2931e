import ItemStore
import TestSupport

@testable import ItemStore

/// One of several threads on a small store: keys of its own, which it checks against what it wrote, and shared ones,
/// whose values must be whole.
struct ThreadWorker {
  let store: TestStore
  let number: Int
  var random: SeededRandom
  var held: [[UInt8]: [UInt8]] = [:]
  var wrong: [String] = []

  init(store: TestStore, number: Int, random: SeededRandom) {
    self.store = store
    self.number = number
    self.random = random
  }

  mutating func step() {
    if random.below(3) == 0 { shared() } else { own() }
  }

  private mutating func size() -> Int {
    switch random.below(200) {
    case 0: random.below(1_500_000)
    case 1..<20: random.below(20_000)
    default: random.below(300)
    }
  }

  private mutating func own() {
    let key = bytes("worker \(number) key \(random.below(1500))")
    switch random.below(10) {
    case 0..<4:
      let found = store.get(key)
      if let found, found.value != held[key] { wrong.append("worker \(number) reads what it did not write") }
    case 4..<8:
      let value = random.value(size())
      if case .stored = store.store(key, value) { held[key] = value }
    case 8:
      if case .stored = store.store(key, bytes("+"), mode: .append) { held[key, default: []].append(UInt8(ascii: "+")) }
    default:
      store.delete(key)
      held[key] = nil
      if store.get(key) != nil { wrong.append("worker \(number) finds what it deleted") }
    }
  }

  /// A shared value is one byte repeated.
  private mutating func shared() {
    let key = bytes("shared \(random.below(40))")
    switch random.below(12) {
    case 0..<5:
      if let value = store.get(key)?.value, Set(value).count > 1 { wrong.append("a shared value is torn") }
    case 5..<8: store.store(key, [UInt8](repeating: UInt8(random.below(256)), count: size()))
    case 8: store.storeApart(key, [UInt8](repeating: UInt8(random.below(256)), count: size()))
    case 9: store.touch(key, expiresAt: UInt32(random.below(2) * (100 + random.below(2))))
    case 10: store.delete(key)
    default: store.increment(bytes("counter \(random.below(3))"), by: 1)
    }
  }
}

/// What the maintenance and the link thread do, round and round.
struct MaintenanceRun {
  let store: TestStore
  var crawl = Crawl()
  var surplus = SurplusWatch()
  var walker = WalkCursor()
  var rounds: UInt64 = 0

  init(store: TestStore) { self.store = store }

  mutating func step() {
    rounds += 1
    let now = TestStore.moment()
    _ = try? store.store.growIndex(buckets: 64)
    _ = store.store.crawl(&crawl, now: now.seconds)
    store.store.compactIdle(&surplus, now: now.seconds)
    _ = store.store.balance(now: now.seconds)
    if !store.store.walk(&walker, buckets: 32, { _ = $0.valueCount }) { walker = WalkCursor() }
    store.store.trimTombstones()
    _ = store.store.settleTombstones(upTo: store.store.stampClock.fence(), atMost: rounds % 8 == 0 ? 100 : 0)
    _ = store.store.statistics
  }
}
