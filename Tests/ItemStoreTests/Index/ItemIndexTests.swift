import ItemStore
import TestSupport
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
    var step = 0
    while try index.grow(itemCount: 40_000 * 4, buckets: 37) {
      #expect(index.isGrowing(itemCount: 40_000 * 4))
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
    #expect(!index.isGrowing(itemCount: 40_000 * 4) && index.bucketPower == 15)
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
    #expect(store.store.index.table.overflowUse.used > 2000)
    for number in 0..<60_000 { #expect(store.get(bytes("\(number)")) != nil) }
    #expect(store.store.audit() == [])
    for number in 0..<60_000 { #expect(store.delete(bytes("\(number)")) == .stored(.zero)) }
    #expect(store.store.index.table.overflowUse.used == 0)
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
    let store = try TestStore(readyOverflow: 0)
    var refused = 0
    for number in 0..<140_000 where store.store(bytes("\(number)"), []) == .outOfMemory { refused += 1 }
    #expect(refused > 0)
    #expect(store.store.audit() == [])
    _ = try store.store.index.grow(itemCount: 400_000, buckets: 1 << 20)
    #expect(store.store(bytes("139999"), []) != .outOfMemory)
    #expect(store.store.audit() == [])
  }

  /// Without giving overflow buckets back, each bucket that was ever full keeps one, and at last there are none left.
  @Test("Overflow buckets do not run out when keys come and go for long")
  func churn() throws {
    let store = try TestStore()
    var random = SeededRandom(seed: 7)
    var keys = (0..<ItemIndex.fill << 12).map { bytes("\($0)") }
    for key in keys { store.store(key, []) }
    let atFirst = store.store.index.table.overflowUse.used
    for round in 0..<200_000 {
      let place = random.below(keys.count)
      store.delete(keys[place])
      keys[place] = bytes("round \(round)")
      store.store(keys[place], [])
    }
    #expect(store.store.index.table.overflowUse.used < atFirst * 2)
    #expect(store.store.audit() == [])
  }

  @Test("Fetching a line ahead is harmless while the index grows")
  func touch() throws {
    let store = try TestStore()
    for power in 0..<6 {
      for number in 0..<(1000 << power) { store.store(bytes("\(number)"), []) }
      _ = try store.store.index.grow(itemCount: ItemIndex.fill << (12 + power), buckets: 1 << 20)
      for number in 0..<100 { store.store.prefetch([store.store.hash(bytes("\(number)").span)].span) }
    }
  }

  private func storeOfFewBuckets(
    _ round: Int, _ random: inout SeededRandom
  ) throws -> (store: TestStore, keys: [[UInt8]]) {
    let store = try TestStore(megabytes: 1, bucketPower: 2, stripePower: 2)
    let keys = (0..<(20 + random.below(400))).map { bytes("\(round) \($0)") }
    for key in keys { store.store(key, []) }
    return (store, keys)
  }

  @Test("Walks across any growth visit every item that stays, from any number of buckets to any other")
  func walksAcrossGrowth() throws {
    let seed = TestSeeds.first
    print("ItemIndexTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    for round in 0..<60 {
      let (store, keys) = try storeOfFewBuckets(round, &random)
      _ = try store.store.index.grow(itemCount: random.below(keys.count), buckets: .max >> 1)
      var unseen = Set(keys)
      var cursor = WalkCursor()
      var target = 0
      var others = 0
      while store.store.walk(&cursor, buckets: 1 + random.below(4), { unseen.remove(bytes($0.key)) }) {
        target += random.below(60)
        _ = try store.store.index.grow(itemCount: target, buckets: random.below(9))
        others += 1
        store.store(bytes("other \(others)"), [])
        store.delete(bytes("other \(random.below(others))"))
      }
      #expect(unseen.isEmpty, "seed \(seed), round \(round): \(unseen.count) of \(keys.count) not seen")
      #expect(store.store.audit() == [], "seed \(seed), round \(round)")
    }
  }

  /// A walk that ends at some place, and a later one over an index that has grown: what the later one takes for walked
  /// before was visited by the first, and what the first visited lies before that place.
  @Test("What stands before a place of one walk stands before it in every later one, however the index has grown")
  func placesAcrossGrowth() throws {
    let seed = TestSeeds.first
    print("ItemIndexTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    for round in 0..<60 {
      let (store, keys) = try storeOfFewBuckets(round, &random)
      var (cursor, target) = (WalkCursor(), 0)
      var visited: Set<[UInt8]> = []
      for _ in 0..<(1 + random.below(6)) {
        if !store.store.walk(&cursor, buckets: 1, { visited.insert(bytes($0.key)) }) { break }
        target += random.below(300)
        _ = try store.store.index.grow(itemCount: target, buckets: random.below(20))
      }
      let end = cursor.place
      let reversed = { (key: [UInt8]) in WalkCursor.reversed(store.store.hash(key.span)) }
      #expect(keys.allSatisfy { visited.contains($0) == (reversed($0) < end) } || end == 0, "seed \(seed), \(round)")
      var (later, more) = (WalkCursor(), true)
      var before: Set<[UInt8]> = []
      while more {
        _ = try store.store.index.grow(itemCount: target + random.below(900), buckets: random.below(9))
        let isBefore = later.isBefore(end, width: store.store.maxStepWidth)
        more = store.store.walk(&later, buckets: 1) { if isBefore { before.insert(bytes($0.key)) } }
      }
      #expect(end == 0 || before == visited, "seed \(seed), round \(round)")
    }
  }

  @Test("However many items there are, one takes less than 10 bytes of the index")
  func bytesPerItem() throws {
    let store = try TestStore()
    let index = store.store.index
    let stripes = index.stripeCount * MemoryLayout<IndexStripe>.stride
    var greatest = 0.0
    for number in 1...140_000 {
      store.store(bytes("\(number)"), [])
      if number % 4000 != 0 { continue }
      while try store.store.growIndex(buckets: 100) {}
      if number > ItemIndex.fill << 12 { greatest = max(greatest, Double(index.byteCount - stripes) / Double(number)) }
    }
    print("ItemIndexTests: at most \(greatest) bytes of the index an item")
    #expect(greatest < 10)
    #expect(store.store.audit() == [])
  }

  @Test("The index tells what it takes")
  func byteCount() throws {
    let store = try TestStore(bucketPower: 14)
    #expect(store.store.statistics.indexBytes >= 64 << 14)
    #expect(store.store.statistics.indexBytes < 64 << 15)
    #expect(store.store.statistics.bucketPower == 14)
  }
}
