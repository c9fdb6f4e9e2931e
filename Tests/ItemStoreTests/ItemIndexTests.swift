import ItemStore
import Testing

@testable import ItemStore

@Suite("The index")
struct ItemIndexTests {
  @Test("Every key is found at every step of a growth, and the walk across it visits each at least once")
  func growth() throws {
    let store = try TestStore()
    let index = store.store.index
    for number in 0..<40_000 { store.store(bytes("\(number)"), []) }
    var cursor = WalkCursor()
    var seen: Set<[UInt8]> = []
    var more = true
    for _ in 0..<500 where more { more = store.store.walk(&cursor, buckets: 1) { seen.insert(bytes($0.key)) } }
    try index.growIfNeeded(itemCount: 40_000 * 4)
    #expect(index.isGrowing && index.bucketPower == 15)
    var step = 0
    while index.growStep(buckets: 37) {
      step += 1
      let key = bytes("\(step &* 7919 % 40_000)")
      #expect(store.get(key) != nil)
      if more { more = store.store.walk(&cursor, buckets: 5) { seen.insert(bytes($0.key)) } }
      store.store(bytes("new \(step)"), [])
      store.delete(bytes("new \(step - 3)"))
    }
    while more { more = store.store.walk(&cursor, buckets: 5) { seen.insert(bytes($0.key)) } }
    let missing = (0..<40_000).filter { !seen.contains(bytes("\($0)")) }
    #expect(missing.isEmpty)
    #expect(!index.isGrowing)
    #expect(store.store.audit() == [])
  }

  @Test("A walk without growth visits each item exactly once")
  func walkOnce() throws {
    let store = try TestStore()
    for number in 0..<5000 { store.store(bytes("\(number)"), []) }
    let seen = store.walk().map(\.key)
    #expect(seen.count == 5000 && Set(seen).count == 5000)
  }

  @Test("Buckets fuller than a line go on in overflow buckets, and what is in them is found, replaced and removed")
  func overflow() throws {
    let store = try TestStore()
    for number in 0..<60_000 { store.store(bytes("\(number)"), []) }
    #expect(store.store.index.overflowUse.used > 2000)
    for number in 0..<60_000 { #expect(store.get(bytes("\(number)")) != nil) }
    #expect(store.store.audit() == [])
    for number in 0..<60_000 { #expect(store.delete(bytes("\(number)")) == .stored(.zero)) }
    #expect(store.store.index.overflowUse.used == 0)
    #expect(store.store.audit() == [])
  }

  @Test("A small table takes what comes in a second, grown or not, and finds it when it has grown")
  func flood() throws {
    let store = try TestStore()
    for number in 0..<250_000 { #expect(store.store(bytes("\(number)"), []) != .outOfMemory) }
    while try store.store.growIndex(buckets: 1000) {}
    #expect(store.store.audit() == [])
    #expect(store.store.statistics.itemCount == 250_000)
  }

  @Test("A full table refuses a key and the item is given up whole")
  func refusal() throws {
    let store = try TestStore(leastOverflow: 0)
    var refused = 0
    for number in 0..<140_000 where store.store(bytes("\(number)"), []) == .outOfMemory { refused += 1 }
    #expect(refused > 0)
    #expect(store.store.audit() == [])
    while try store.store.growIndex(buckets: 1000) {}
    #expect(store.store(bytes("139999"), []) != .outOfMemory)
  }

  /// Without giving overflow buckets back, each bucket that was ever full keeps one, and at last there are none left.
  @Test("Overflow buckets do not run out when keys come and go for long")
  func churn() throws {
    let store = try TestStore()
    var random = SeededRandom(seed: 7)
    var keys = (0..<ItemIndex.fill << 12).map { bytes("\($0)") }
    for key in keys { store.store(key, []) }
    let atFirst = store.store.index.overflowUse.used
    for round in 0..<200_000 {
      let place = random.below(keys.count)
      store.delete(keys[place])
      keys[place] = bytes("round \(round)")
      store.store(keys[place], [])
    }
    #expect(store.store.index.overflowUse.used < atFirst * 2)
    #expect(store.store.audit() == [])
  }

  @Test("Fetching a line ahead is harmless while tables come and go")
  func touch() throws {
    let store = try TestStore()
    for power in 0..<6 {
      for number in 0..<(1000 << power) { store.store(bytes("\(number)"), []) }
      try store.store.index.growIfNeeded(itemCount: ItemIndex.fill << (12 + power))
      while store.store.index.growStep(buckets: 1 << 20) {}
      for number in 0..<100 { store.store.prefetch([store.store.hash(bytes("\(number)").span)].span) }
    }
  }

  @Test("The index tells what it takes")
  func byteCount() throws {
    let store = try TestStore(bucketPower: 14)
    #expect(store.store.statistics.indexBytes >= 64 << 14)
    #expect(store.store.statistics.indexBytes < 64 << 15)
    #expect(store.store.statistics.bucketPower == 14)
  }
}
