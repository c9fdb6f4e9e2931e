import ItemStore
import Testing

@testable import ItemStore

@Suite("The crawler, told what to do")
struct CrawlerByHandTests {
  @Test("While it is off what has died stays, and goes when it is on again") func off() throws {
    let store = try TestStore()
    for number in 0..<10 { store.store(bytes("\(number)"), [1], expiresAt: 101) }
    var crawl = Crawl()
    store.store.turnCrawler(on: false)
    #expect(!store.store.isCrawlerOn)
    #expect(!store.store.crawl(&crawl, now: 105) && store.store.statistics.itemCount == 10)
    #expect(store.get(bytes("1"), at: TestStore.moment(5000)) == nil, "and is dead all the same")
    store.store.turnCrawler(on: true)
    #expect(!store.store.crawl(&crawl, now: 105) && store.store.statistics.itemCount == 0)
    #expect(store.store.audit() == [])
  }

  @Test("A crawl that is asked for goes over the classes that are named, whatever is due") func asked() throws {
    let store = try TestStore()
    for number in 0..<10 { store.store(bytes("\(number)"), [1]) }
    for number in 10..<20 { store.store(bytes("\(number)"), [UInt8](repeating: 1, count: 5000)) }
    let classes = store.store.slabStatistics.filter { $0.usedChunks > 0 }.map(\.slabClass)
    var crawl = Crawl()
    _ = store.store.crawl(&crawl, now: 100)
    #expect(store.store.crawledItems == 0)
    store.store.askForCrawl { $0 == classes[1] }
    #expect(store.store.isCrawling)
    #expect(!store.store.crawl(&crawl, now: 100) && !store.store.isCrawling)
    #expect(store.store.crawledItems == 10 && store.store.crawlStarts == 1)
    store.store.askForCrawl { _ in true }
    _ = store.store.crawl(&crawl, now: 100)
    #expect(store.store.crawledItems == 30 && store.store.statistics.itemCount == 20)
  }
}
