import ItemStore
import Testing

@testable import ItemStore

@Suite("Ages since the last access")
struct AccessAgesTests {
  /// Sweeps as maintenance does, every second up to this one.
  private func sweep(_ store: TestStore, _ sweep: inout AgeSweep, _ seconds: ClosedRange<Int>) {
    for second in seconds { while store.store.sweepAges(&sweep, now: UInt32(100 + second)) {} }
  }

  private func seconds(_ store: TestStore, _ key: [UInt8], after: Int) -> UInt32? {
    store.meta(key, MetaGetOptions(leavesUse: true), at: TestStore.moment(after * 1000))?.seconds
  }

  @Test("What nobody has read since it was stored tells the seconds since then, exactly")
  func unread() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    var ages = AgeSweep()
    for after in [0, 1, 2, 59, 3_600, 100_000] {
      sweep(store, &ages, after...after)
      #expect(seconds(store, bytes("k"), after: after) == UInt32(after))
    }
    store.store(bytes("k"), [2], at: TestStore.moment(100_000_000))
    #expect(seconds(store, bytes("k"), after: 100_002) == 2)
  }

  @Test("What was read tells no more than has passed, and something after an hour", arguments: [0, 1, 600, 1199, 1200])
  func read(at start: Int) throws {
    let store = try TestStore()
    var ages = AgeSweep()
    store.store(bytes("k"), [1])
    sweep(store, &ages, 0...start)
    _ = store.get(bytes("k"), at: TestStore.moment(start * 1000))
    #expect(seconds(store, bytes("k"), after: start) == 0)
    for passed in stride(from: 0, through: 20_000, by: 100) {
      sweep(store, &ages, start + passed...start + passed)
      let shown = try #require(seconds(store, bytes("k"), after: start + passed))
      #expect(Int(shown) <= passed)
      if passed >= 3_600 { #expect(shown >= AgeSweep.interval) }
    }
    store.meta(bytes("k"), at: TestStore.moment((start + 20_000) * 1000))
    #expect(seconds(store, bytes("k"), after: start + 20_000) == 0)
  }

  @Test("A meta get tells how long it was before it, and that it had been read before")
  func before() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    let first = try #require(store.meta(bytes("k"), at: TestStore.moment(5_000)))
    #expect(first.seconds == 5 && !first.found.wasFetched)
    let second = try #require(store.meta(bytes("k"), at: TestStore.moment(5_000)))
    #expect(second.seconds == 0 && second.found.wasFetched)
  }

  @Test(
    "What the peer has touched keeps its age and that it was read; what it has set does not", arguments: [1, 20_000])
  func peer(size: Int) throws {
    let store = try TestStore(expectsPeer: true)
    store.store.notePairing()
    let value = [UInt8](repeating: 7, count: size)
    store.apply(bytes("k"), value, stamp: 100)
    _ = store.get(bytes("k"))
    var ages = AgeSweep()
    sweep(store, &ages, 0...5_000)
    let shown = try #require(seconds(store, bytes("k"), after: 5_000))
    #expect(shown >= AgeSweep.interval)
    #expect(store.apply(bytes("k"), value, stamp: 102, changed: 100, expiresAt: 9_000) == .applied)
    #expect(seconds(store, bytes("k"), after: 5_000) == shown)
    #expect(store.getAny(bytes("k"))?.wasFetched == true)
    #expect(store.apply(bytes("k"), value, stamp: 104) == .applied)
    #expect(store.getAny(bytes("k"))?.wasFetched == false)
  }

  @Test("A mark leaves the age, whatever chunk the item moves to")
  func marked() throws {
    for size in 0...40 {
      let store = try TestStore()
      store.store(bytes("k"), [UInt8](repeating: 1, count: size))
      _ = store.get(bytes("k"))
      var ages = AgeSweep()
      sweep(store, &ages, 0...5_000)
      let shown = try #require(seconds(store, bytes("k"), after: 5_000))
      store.delete(bytes("k"), DeleteConditions(marksStale: true), at: TestStore.moment(5_000_000))
      #expect(seconds(store, bytes("k"), after: 5_000) == shown && shown > 0)
    }
  }

  @Test("A round looks at so many chunks and goes on where it was; none is passed by")
  func rounds() throws {
    let store = try TestStore(megabytes: 64)
    for number in 0..<300_000 { store.store(bytes("k\(number)"), []) }
    store.store(bytes("large"), [UInt8](repeating: 1, count: 700_000))
    for item in store.walk() { _ = store.get(item.key) }
    var ages = AgeSweep()
    let due = 100 + AgeSweep.interval
    var rounds = 1
    while store.store.sweepAges(&ages, now: due) {
      #expect(ages.visits <= AgeSweep.maxVisits + 64)
      rounds += 1
    }
    #expect(rounds >= 3)
    #expect(!store.store.sweepAges(&ages, now: due + AgeSweep.interval - 1))
    #expect(store.walk().allSatisfy { seconds(store, $0.key, after: Int(AgeSweep.interval) + 7) == 7 })
    #expect(store.store.audit() == [])
  }

  @Test("While a sweep is under way nothing is said that is not certain")
  func underWay() throws {
    let store = try TestStore(megabytes: 64)
    for number in 0..<300_000 { store.store(bytes("k\(number)"), []) }
    for item in store.walk() { _ = store.get(item.key) }
    var ages = AgeSweep()
    #expect(store.store.sweepAges(&ages, now: 100 + AgeSweep.interval))
    let shown = Set(store.walk().map { seconds(store, $0.key, after: Int(AgeSweep.interval) + 7) })
    #expect(shown == [0, 1])
  }
}
