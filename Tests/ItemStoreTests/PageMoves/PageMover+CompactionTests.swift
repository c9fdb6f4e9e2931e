import ItemStore
import Testing

@testable import ItemStore

/// Free memory serves every size at once, without a round of maintenance in between: the writers are faster than those.
@Suite("Free memory of one size serves another")
struct CompactionTests {
  private func fill(_ store: TestStore, _ name: String, _ count: Int, size: Int) -> Int {
    let value = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
    return (0..<count).count { number in
      if case .stored = store.store(bytes("\(name)\(number)"), value) { return true }
      return false
    }
  }

  /// The same, as the peer's.
  private func apply(_ store: TestStore, _ name: String, _ count: Int, size: Int) -> Int {
    let value = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
    return (0..<count).count { store.apply(bytes("\(name)\($0)"), value, stamp: UInt64($0 + 1) << 20) == .applied }
  }

  private func held(_ store: TestStore, _ name: String, _ count: Int, size: Int) -> Int {
    let value = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
    return (0..<count).count { store.get(bytes("\(name)\($0)"))?.value == value }
  }

  @Test("What was deleted frees memory for every size, also where nothing is evicted", arguments: [true, false])
  func allDeleted(refuses: Bool) throws {
    let store = try TestStore(refusesWhenFull: refuses)
    _ = fill(store, "large", 700, size: 100_000)
    #expect(store.store.statistics.pagesFree == 0)
    for number in 0..<700 { store.delete(bytes("large\(number)")) }
    #expect(store.store.statistics.pagesFree == 64)
    let evicted = store.evicted
    #expect(!refuses || evicted == 0)
    #expect(fill(store, "small", 1000, size: 10_000) == 1000)
    #expect(held(store, "small", 1000, size: 10_000) == 1000)
    #expect(fill(store, "tiny", 100_000, size: 10) == 100_000)
    #expect(store.evicted == evicted)
    #expect(store.store.audit() == [])
  }

  @Test("After 6,000 items of 11 KB were set and deleted a burst of 6,000 of 6 KB evicts nothing")
  func burst() throws {
    let store = try TestStore(megabytes: 60)
    _ = fill(store, "n", 6000, size: 11_000)
    for number in 0..<6000 { store.delete(bytes("n\(number)")) }
    let before = store.evicted
    #expect(fill(store, "i", 6000, size: 6000) == 6000)
    #expect(held(store, "i", 6000, size: 6000) == 6000)
    #expect(store.evicted == before)
    #expect(store.store.audit() == [])
  }

  @Test(
    "Where every other item was deleted a burst of clients or of the peer gets what is free, and no living item goes before",
    arguments: [false, true])
  func halfDeleted(isPeer: Bool) throws {
    let store = try TestStore(megabytes: 60)
    let burst = isPeer ? apply : fill
    _ = fill(store, "n", 6000, size: 11_000)
    for number in stride(from: 1, to: 6000, by: 2) { store.delete(bytes("n\(number)")) }
    let others = (0..<6000).filter { store.getAny(bytes("n\($0)")) != nil }
    let before = store.evicted
    _ = burst(store, "i", 4100, 6000)
    #expect(store.evicted == before)
    #expect(held(store, "i", 4100, size: 6000) == 4100)
    #expect(others.allSatisfy { store.get(bytes("n\($0)"))?.value.count == 11_000 })
    _ = burst(store, "i", 6000, 6000)
    #expect(held(store, "i", 6000, size: 6000) > 4116)
    #expect(store.store.pageMoves.rescues > 1000)
    #expect(store.store.audit() == [])
  }

  @Test("Tiny items that are left over the pages move together for large ones")
  func tiny() throws {
    let store = try TestStore(megabytes: 8, refusesWhenFull: true, bucketPower: 15)
    let count = fill(store, "t", 250_000, size: 5)
    for number in 0..<count where number % 2 != 0 { store.delete(bytes("t\(number)")) }
    #expect(fill(store, "large", 30, size: 100_000) == 30)
    #expect((0..<count).allSatisfy { $0 % 2 != 0 || store.get(bytes("t\($0)"))?.value.count == 5 })
    #expect(store.store.audit() == [])
  }

  @Test("Items in pieces move together, too, and stay whole")
  func chained() throws {
    let store = try TestStore(megabytes: 32, maxItemSize: 4 << 20, refusesWhenFull: true)
    let value = { (number: Int) in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 700_000) }
    var count = 0
    while case .stored = store.store(bytes("\(count)"), value(count)) { count += 1 }
    for number in stride(from: 1, to: count, by: 2) { store.delete(bytes("\(number)")) }
    #expect(fill(store, "s", 12_000, size: 1000) == 12_000)
    for number in stride(from: 0, to: count, by: 2) { #expect(store.get(bytes("\(number)"))?.value == value(number)) }
    #expect(store.store.pageMoves.chunkRescues > 0)
    #expect(store.store.audit() == [])
  }

  @Test("What a client is being sent stays where it is, the next page is taken, and later that one")
  func pinned() throws {
    let store = try TestStore(megabytes: 8, refusesWhenFull: true)
    let count = fill(store, "n", 1000, size: 20_000)
    let stored = (0..<1000).filter { store.getAny(bytes("n\($0)")) != nil }
    #expect(stored.count == count)
    var pins: [PinnedItem] = []
    for number in stored where number % 8 == 0 {
      let key = bytes("n\(number)")
      store.store.view(key.span, hash: store.store.hash(key.span), now: 100) { view in
        if let pin = store.store.pin(view) { pins.append(pin) }
      }
    }
    for number in stored where number % 2 != 0 { store.delete(bytes("n\(number)")) }
    #expect(fill(store, "i", 1, size: 100) == 1)
    #expect(fill(store, "i", 10_000, size: 1000) < 1000)
    for pin in pins { store.store.unpin(pin) }
    var watch = SurplusWatch()
    for _ in 0..<SurplusWatch.idleRounds { store.store.compactIdle(&watch, now: 101) }
    #expect(fill(store, "i", 2500, size: 1000) == 2500)
    #expect(held(store, "n", 1000, size: 20_000) == stored.count { $0 % 2 == 0 })
    #expect(store.store.audit() == [])
  }

  @Test("Free chunks that nobody needed for a second come back to the pool by themselves")
  func idle() throws {
    let store = try TestStore(megabytes: 60)
    _ = fill(store, "n", 6000, size: 11_000)
    for number in stride(from: 1, to: 6000, by: 2) { store.delete(bytes("n\(number)")) }
    var watch = SurplusWatch()
    for _ in 0..<(SurplusWatch.idleRounds - 1) { store.store.compactIdle(&watch, now: 101) }
    #expect(store.store.statistics.pagesFree == 0)
    for _ in 0..<10 { store.store.compactIdle(&watch, now: 102) }
    #expect(store.store.statistics.pagesFree > 24)
    #expect(store.store.audit() == [])
  }

  @Test("A page that comes and goes with one item costs no other class anything, and none is lost")
  func oscillation() throws {
    let store = try TestStore(megabytes: 4)
    for round in 0..<1000 {
      #expect(fill(store, "k", 3, size: 300_000) == 3)
      #expect(store.store.statistics.pagesFree < 4)
      for number in 0..<3 { store.delete(bytes("k\(number)")) }
      #expect(store.store.statistics.pagesFree == 4, "round \(round)")
    }
    #expect(store.store.audit() == [])
  }
}

@Suite("Free chunks that are not needed")
struct SurplusWatchTests {
  private func load(used: Int, pages: Int = 10) -> PageBalancer.Load {
    PageBalancer.Load(
      slabClass: 3, pageCount: pages, chunksPerPage: 100, usedChunks: used, totalChunks: pages * 100, evicted: 0,
      outOfMemory: 0, refaults: 0)
  }

  /// The answers to one load after the other.
  private func answers(_ watch: inout SurplusWatch, _ loads: [PageBalancer.Load]) -> [Bool] {
    var answers: [Bool] = []
    for load in loads { answers.append(watch.isIdle(load)) }
    return answers
  }

  private func loads(_ count: Int, _ load: PageBalancer.Load) -> [PageBalancer.Load] {
    Array(repeating: load, count: count)
  }

  private let almost = Array(repeating: false, count: SurplusWatch.idleRounds - 1)

  @Test("What has been free for a second is idle, and what is needed now and then is not")
  func idleRounds() {
    var watch = SurplusWatch()
    let first = answers(&watch, loads(SurplusWatch.idleRounds, load(used: 750)))
    #expect(first == almost + [true])
    let needed = answers(&watch, [load(used: 751), load(used: 750)])
    #expect(needed == [false, false], "it begins anew")
  }

  @Test("A large class keeps a thirty-second of its chunks")
  func share() {
    var watch = SurplusWatch()
    let kept = answers(&watch, loads(20, load(used: 31_200, pages: 320)))
    #expect(!kept.contains(true))
    let idle = answers(&watch, loads(SurplusWatch.idleRounds, load(used: 31_000, pages: 320)))
    #expect(idle == almost + [true])
  }

  @Test("A class that had none for a moment begins anew")
  func forgotten() {
    var watch = SurplusWatch()
    _ = answers(&watch, loads(SurplusWatch.idleRounds - 1, load(used: 0)))
    watch.forget(3)
    let next = answers(&watch, loads(1, load(used: 0)))
    #expect(next == [false])
  }

  @Test("Those who could not free a page try again once a second")
  func rests() {
    var watch = SurplusWatch()
    var ends: [Int] = []
    for round in 0..<30 where watch.endsCooldowns() { ends.append(round) }
    #expect(ends == [9, 19, 29])
  }
}
