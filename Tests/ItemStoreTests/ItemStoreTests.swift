import ItemStore
import Testing

@testable import ItemStore

@Suite("Death by expiry and by flush")
struct ItemStoreTests {
  @Test("A flush kills what was stored before it and nothing stored after it")
  func flush() throws {
    let store = try TestStore()
    store.store(bytes("old"), [1])
    store.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
    #expect(store.get(bytes("old")) == nil)
    #expect(store.store(bytes("old"), [2], mode: .replace) == .notStored)
    store.store(bytes("new"), [3])
    #expect(store.get(bytes("new"))?.value == [3])
    #expect(store.store.audit() == [])
  }

  @Test("A delayed flush kills at its time what was stored until then")
  func delayedFlush() throws {
    let store = try TestStore()
    store.store(bytes("before"), [])
    store.store.flush(delay: 10, at: TestStore.moment(), journal: nil)
    store.store.advance(to: TestStore.moment(9900))
    store.store(bytes("between"), [], at: TestStore.moment(9900))
    #expect(store.get(bytes("before")) != nil && store.get(bytes("between")) != nil)
    store.store.advance(to: TestStore.moment(10_100))
    #expect(store.get(bytes("before")) == nil && store.get(bytes("between")) == nil)
    store.store(bytes("after"), [], at: TestStore.moment(10_100))
    #expect(store.get(bytes("after")) != nil)
  }

  @Test("A later flush takes the place of one that is pending, here and at the peer")
  func laterFlush() throws {
    let sides = (try TestStore(), try TestStore())
    let journal = ListJournal()
    sides.0.store.flush(delay: 10, at: TestStore.moment(), journal: journal)
    sides.0.store.flush(delay: 0, at: TestStore.moment(), journal: journal)
    for state in journal.flushes { sides.1.store.applyFlush(state, at: TestStore.moment()) }
    for store in [sides.0, sides.1] {
      store.store(bytes("k"), [])
      store.store.advance(to: TestStore.moment(20_000))
      #expect(store.get(bytes("k")) != nil)
    }
    #expect(sides.0.store.floor == sides.1.store.floor)
  }

  @Test("A floor that was known already, as a copy brings it, leaves a pending flush alone")
  func knownFloor() throws {
    let store = try TestStore()
    store.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
    let known = store.store.flushState
    store.store(bytes("k"), [])
    store.store.flush(delay: 10, at: TestStore.moment(), journal: nil)
    store.store.applyFlush(known, at: TestStore.moment())
    store.store.advance(to: TestStore.moment(11_000))
    #expect(store.get(bytes("k")) == nil)
  }

  @Test("A delay beyond all time never comes and does not trap", arguments: [Int64.max, 9_223_372_036_854, 1 << 40])
  func longestDelay(delay: Int64) throws {
    let store = try TestStore()
    store.store(bytes("k"), [])
    store.store.flush(delay: delay, at: TestStore.moment(), journal: nil)
    store.store.advance(to: TestStore.moment(1_000_000))
    #expect(store.get(bytes("k")) != nil)
  }

  @Test("An item expires at its second: a lookup says so once and buries it")
  func expiry() throws {
    let store = try TestStore()
    store.store(bytes("k"), [], expiresAt: 105)
    let hash = store.store.hash(bytes("k").span)
    #expect(store.store.view(bytes("k").span, hash: hash, now: 104) { _ in } == .hit)
    #expect(store.store.view(bytes("k").span, hash: hash, now: 105) { _ in } == .expired)
    #expect(store.store.view(bytes("k").span, hash: hash, now: 105) { _ in } == .miss)
    #expect(store.store.statistics.itemCount == 0)
    #expect(store.store.audit() == [])
  }

  @Test("The crawler returns the chunks of the dead and of nobody else")
  func crawler() throws {
    let store = try TestStore()
    for number in 0..<3000 { store.store(bytes("\(number)"), [1], expiresAt: number % 3 == 0 ? 101 : 0) }
    var crawl = Crawl()
    while store.store.crawl(&crawl, now: 102) {}
    #expect(store.store.statistics.itemCount == 2000)
    #expect(store.store.slabStatistics.reduce(0) { $0 + $1.counters.crawlerReclaimed } == 1000)
    #expect(store.store.audit() == [])
    store.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
    while store.store.crawl(&crawl, now: 102) {}
    #expect(store.store.statistics.itemCount == 0)
    #expect(store.store.audit() == [])
  }

  @Test("A store of 70 GB is made at once, and its references still fit")
  func largeMemory() throws {
    let store = try TestStore(megabytes: 70 << 10)
    store.store(bytes("k"), [UInt8](repeating: 7, count: 900_000))
    #expect(store.get(bytes("k"))?.value.count == 900_000)
    #expect(store.store.chunkSizes.allSatisfy { $0 % 32 == 0 })
    #expect(store.store.audit() == [])
  }
}
