import ItemStore
import Testing

@testable import ItemStore

/// Without a round of the crawler: the writers come before it.
@Suite("Dead items are used again first")
struct DeadFirstTests {
  private func reclaimed(_ store: TestStore) -> UInt64 {
    store.store.slabStatistics.reduce(0) { $0 + $1.counters.reclaimed }
  }

  @Test("New items take the chunks of dead ones before a new page, and before any living item")
  func beforePages() throws {
    let store = try TestStore(megabytes: 8)
    let value = [UInt8](repeating: 1, count: 1000)
    for number in 0..<2000 { store.store(bytes("\(number)"), value, expiresAt: 101) }
    let pages = store.store.statistics.pagesInUse
    for number in 0..<1990 { store.store(bytes("new \(number)"), value, at: TestStore.moment(1000)) }
    #expect(store.store.statistics.pagesInUse == pages)
    #expect(store.evicted == 0)
    #expect(reclaimed(store) > 1000)
    #expect((0..<1990).allSatisfy { store.get(bytes("new \($0)"), at: TestStore.moment(1000)) != nil })
    #expect(store.store.audit() == [])
  }

  @Test("In a full cache dead items go before living ones, also where nothing is evicted", arguments: [true, false])
  func beforeEvicting(refuses: Bool) throws {
    let store = try TestStore(megabytes: 4, refusesWhenFull: refuses)
    let value = [UInt8](repeating: 1, count: 1000)
    var count = 0
    while store.store.statistics.pagesFree > 0 {
      store.store(bytes("\(count)"), value, expiresAt: count % 2 == 0 ? 101 : 0)
      count += 1
    }
    for number in 0..<(count / 2 - 10) {
      let outcome = store.store(bytes("new \(number)"), value, at: TestStore.moment(1000))
      guard case .stored = outcome else {
        Issue.record("\(number): \(outcome)")
        return
      }
    }
    #expect(store.evicted == 0)
    #expect((0..<count).allSatisfy { $0 % 2 == 0 || store.get(bytes("\($0)"), at: TestStore.moment(1000)) != nil })
    #expect(store.store.audit() == [])
  }

  @Test("Flushed items are dead, too, once the crawler knows of the flush")
  func flushed() throws {
    let store = try TestStore(megabytes: 4)
    let value = [UInt8](repeating: 1, count: 1000)
    for number in 0..<3000 { store.store(bytes("\(number)"), value) }
    store.store.flush(delay: 0, at: TestStore.moment(), journal: nil)
    store.store.slabs.markAllFlushed()
    for number in 0..<2000 { store.store(bytes("new \(number)"), value, at: TestStore.moment(10)) }
    #expect((0..<2000).allSatisfy { store.get(bytes("new \($0)"), at: TestStore.moment(10)) != nil })
    #expect(store.evicted == 0)
    #expect(store.store.audit() == [])
  }

  @Test("A set over a dead item counts as reclaimed, in its chunk or in another; a lookup of one does not")
  func counting() throws {
    let store = try TestStore()
    for name in ["same", "apart", "asked"] { store.store(bytes(name), [1], expiresAt: 101) }
    let later = TestStore.moment(1000)
    #expect(store.get(bytes("asked"), at: later) == nil)
    #expect(reclaimed(store) == 0)
    store.store(bytes("same"), [2], at: later)
    #expect(reclaimed(store) == 1)
    store.storeApart(bytes("apart"), [UInt8](repeating: 2, count: 500), at: later)
    #expect(reclaimed(store) == 2)
    store.store(bytes("same"), [3], at: later)
    store.storeApart(bytes("apart"), [4], at: later)
    #expect(reclaimed(store) == 2)
    #expect(store.store.slabStatistics.reduce(0) { $0 + $1.counters.expiredUnfetched } == 2)
  }
}
