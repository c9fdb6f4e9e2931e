import ItemStore
import Testing

@testable import ItemStore

@Suite("Dead items go soon")
struct CrawlTests {
  private func sum(_ store: TestStore, _ path: KeyPath<SlabClassCounters, UInt64>) -> UInt64 {
    store.store.slabStatistics.reduce(0) { $0 + $1.counters[keyPath: path] }
  }

  @Test("Ten items with a second to live are gone when it has passed, and counted as memcached counts them")
  func ten() throws {
    let store = try TestStore()
    for number in 0..<10 { store.store(bytes("\(number)"), [1], expiresAt: 101) }
    for number in 0..<3 { _ = store.get(bytes("\(number)")) }
    var crawl = Crawl()
    var hasMore = store.store.crawl(&crawl, now: 100)
    #expect(!hasMore)
    #expect(store.store.statistics.itemCount == 10)
    #expect(store.store.crawledItems == 0)
    hasMore = store.store.crawl(&crawl, now: 101)
    #expect(!hasMore)
    #expect(store.store.statistics.itemCount == 0)
    #expect(sum(store, \.reclaimed) == 10 && sum(store, \.crawlerReclaimed) == 10)
    #expect(sum(store, \.expiredUnfetched) == 7)
    #expect(store.store.crawlStarts == 1 && !store.store.isCrawling)
    #expect(store.store.statistics.pagesFree == 64)
    #expect(store.store.audit() == [])
  }

  @Test(
    "What was read since it was written last counts as fetched, however often it was written, and nothing else does",
    arguments: 0...4, [false, true])
  func fetched(overwrites: Int, isApart: Bool) throws {
    let store = try TestStore()
    let write = { (name: String) in
      _ =
        isApart
        ? store.storeApart(bytes(name), [1], expiresAt: 101) : store.store(bytes(name), [1], expiresAt: 101)
    }
    for _ in 0...overwrites { for name in ["read", "not read", "read before"] { write(name) } }
    for name in ["read", "read before"] { _ = store.get(bytes(name)) }
    write("read before")
    var crawl = Crawl()
    _ = store.store.crawl(&crawl, now: 101)
    #expect(sum(store, \.reclaimed) == 3 && sum(store, \.expiredUnfetched) == 2)
  }

  @Test("Of very many each round frees its part, and a second is enough for a million")
  func many() throws {
    let store = try TestStore(bucketPower: 16)
    let count = 300_000
    for number in 0..<count { store.store(bytes("\(number)"), [], expiresAt: 101) }
    var crawl = Crawl()
    var rounds = 1
    while store.store.crawl(&crawl, now: 101) {
      #expect(store.store.isCrawling)
      rounds += 1
    }
    #expect(store.store.statistics.itemCount == 0)
    #expect(rounds * 10 <= 10 * count / 100_000, "ten rounds a second")
    #expect(store.store.crawlStarts == 1)
    #expect(store.store.audit() == [])
  }

  @Test("Where nothing can have died nothing is looked at: pages without expiries, and those whose time has not come")
  func idle() throws {
    let store = try TestStore()
    for number in 0..<50_000 { store.store(bytes("\(number)"), [1]) }
    let value = [UInt8](repeating: 1, count: 5000)
    for number in 0..<1000 { store.store(bytes("large \(number)"), value, expiresAt: number == 7 ? 150 : 1000) }
    var crawl = Crawl()
    for now: UInt32 in 100..<150 { _ = store.store.crawl(&crawl, now: now) }
    #expect(store.store.crawledItems == 0)
    _ = store.store.crawl(&crawl, now: 150)
    #expect(store.store.statistics.itemCount == 50_999)
    #expect(store.store.crawledItems <= 1 << 20 / 5000, "one page")
    for now: UInt32 in 151..<1000 { _ = store.store.crawl(&crawl, now: now) }
    #expect(store.store.crawledItems <= 1 << 20 / 5000)
  }

  @Test("An expiry that is changed where the item is holds: sooner by touch, set and the peer, later by each")
  func changed() throws {
    let store = try TestStore()
    for name in ["touched", "set", "applied", "touched later", "set later"] {
      store.store(bytes(name), [1], expiresAt: name.hasSuffix("later") ? 110 : 1000)
    }
    var crawl = Crawl()
    _ = store.store.crawl(&crawl, now: 105)
    store.touch(bytes("touched"), expiresAt: 110)
    store.store(bytes("set"), [2], expiresAt: 110)
    store.apply(bytes("applied"), [2], stamp: Stamp.greatest.rawValue, expiresAt: 110)
    store.touch(bytes("touched later"), expiresAt: 120)
    store.store(bytes("set later"), [2])
    _ = store.store.crawl(&crawl, now: 110)
    #expect(Set(store.walk().map(\.key)) == [bytes("touched later"), bytes("set later")])
    _ = store.store.crawl(&crawl, now: 120)
    #expect(store.walk().map(\.key) == [bytes("set later")])
    #expect(store.store.audit() == [])
  }

  @Test("Items of other lives between them stay, pieces go with their items, and what is pinned when it is let go")
  func mixed() throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    for number in 0..<3000 { store.store(bytes("\(number)"), [1], expiresAt: 101 + UInt32(number % 3)) }
    store.store(bytes("pieces"), [UInt8](repeating: 1, count: 1_500_000), expiresAt: 101)
    store.store(bytes("pinned"), [UInt8](repeating: 1, count: 50_000), expiresAt: 101)
    var pin: PinnedItem?
    let pinned = bytes("pinned")
    store.store.view(pinned.span, hash: store.store.hash(pinned.span), now: 100) { pin = store.store.pin($0) }
    var crawl = Crawl()
    for now: UInt32 in 101...103 {
      _ = store.store.crawl(&crawl, now: now)
      #expect(store.store.statistics.itemCount == 1000 * Int(103 - now))
    }
    #expect(store.store.statistics.pagesInUse == 1)
    store.store.unpin(try #require(pin))
    #expect(store.store.statistics.pagesInUse == 0)
    #expect(store.store.audit() == [])
  }

  @Test("After a flush everything goes, also what never expires, and what was written since stays")
  func flush() throws {
    let store = try TestStore(megabytes: 4, bucketPower: 14)
    for number in 0..<60_000 { store.store(bytes("\(number)"), [1], expiresAt: number % 2 == 0 ? 0 : 1000) }
    store.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
    store.store(bytes("new"), [1], expiresAt: 500, at: TestStore.moment(10))
    var crawl = Crawl()
    while store.store.crawl(&crawl, now: 100) {}
    #expect(store.walk().map(\.key) == [bytes("new")])
    #expect(store.store.statistics.pagesFree == 3)
    #expect(sum(store, \.expiredUnfetched) == 0)
    #expect(store.store.audit() == [])
    while store.store.crawl(&crawl, now: 500) {}
    #expect(store.walk() == [])
  }

  @Test("What a page move has taken elsewhere expires there")
  func moved() throws {
    let store = try TestStore(megabytes: 6, bucketPower: 14)
    let value = [UInt8](repeating: 1, count: 11_000)
    for number in 0..<600 { store.store(bytes("\(number)"), value, expiresAt: number % 4 == 0 ? 200 : 0) }
    for number in 0..<600 where number % 4 != 0 { store.delete(bytes("\(number)")) }
    for number in 0..<600 { store.store(bytes("other \(number)"), [UInt8](repeating: 2, count: 3000)) }
    #expect(store.store.pageMoves.rescues > 0)
    #expect(store.store.audit() == [])
    var crawl = Crawl()
    while store.store.crawl(&crawl, now: 200) {}
    #expect(store.store.statistics.itemCount == 600)
  }

  @Test("A dead item that the peer does not know leaves a tombstone")
  func tombstones() throws {
    let store = try TestStore()
    store.store.notePairing()
    for number in 0..<100 { store.store(bytes("\(number)"), [1], expiresAt: 101) }
    var crawl = Crawl()
    _ = store.store.crawl(&crawl, now: 101)
    #expect(store.store.statistics.itemCount == 0)
    #expect((0..<100).allSatisfy { store.getAny(bytes("\($0)"))?.isTombstone == true })
    #expect(store.store.audit() == [])
  }
}
