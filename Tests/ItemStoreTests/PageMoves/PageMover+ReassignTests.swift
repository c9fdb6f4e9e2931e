import ItemStore
import Testing

@testable import ItemStore

@Suite("Pages moved on request")
struct ReassignTests {
  /// A store with pages of two classes, full.
  private func filled(refuses: Bool = false) throws -> (store: TestStore, small: Int, large: Int) {
    let store = try TestStore(megabytes: 6, refusesWhenFull: refuses)
    for number in 0..<300 { store.store(bytes("large \(number)"), [UInt8](repeating: 1, count: 10_000)) }
    for number in 0..<4000 { store.store(bytes("small \(number)"), [UInt8](repeating: 1, count: 1000)) }
    let classes = store.store.slabStatistics.filter { $0.pageCount > 0 }.map(\.slabClass)
    #expect(classes.count == 2 && store.store.statistics.pagesFree == 0)
    return (store, classes[0], classes[1])
  }

  private func pages(_ store: TestStore, _ slabClass: Int) -> Int {
    store.store.slabStatistics[slabClass - 1].pageCount
  }

  /// Until one more page has moved: what the balancer does of itself comes after.
  private func run(_ store: TestStore) {
    let before = store.store.pageMoves.pages
    for _ in 0..<2000 where store.store.pageMoves.pages == before { _ = store.store.balance(now: 100) }
  }

  @Test("A page goes to the class that was named, or to the pool")
  func moves() throws {
    let (store, small, large) = try filled()
    let before = (pages(store, small), pages(store, large))
    #expect(store.store.reassignPage(from: small, to: large) == .begun)
    #expect(store.store.reassignPage(from: small, to: large) == .busy)
    run(store)
    #expect(pages(store, small) == before.0 - 1 && pages(store, large) == before.1 + 1)
    #expect(store.store.reassignPage(from: large, to: 0) == .begun)
    run(store)
    #expect(pages(store, large) == before.1)
    #expect(store.store.statistics.pagesFree == 1)
    #expect(store.store.reassignPage(from: 0, to: small) == .begun)
    #expect(pages(store, small) == before.0)
    #expect(store.store.reassignPage(from: 0, to: small) == .noSpare)
    #expect(store.store.audit() == [])
  }

  @Test("Classes that do not exist, are the same, or have one page give none")
  func refusals() throws {
    let (store, small, large) = try filled()
    #expect(store.store.reassignPage(from: small, to: small) == .same)
    #expect(store.store.reassignPage(from: small, to: 251) == .badClass)
    #expect(store.store.reassignPage(from: -2, to: large) == .badClass)
    #expect(store.store.reassignPage(from: .max, to: large) == .badClass)
    #expect(store.store.reassignPage(from: small + 1, to: large) == .noSpare)
    #expect(store.store.reassignPage(from: -1, to: large) == .begun, "any")
    #expect(try TestStore().store.reassignPage(from: -1, to: large) == .badClass, "none")
  }

  @Test("While automove is 0 no page moves but on request, and from 1 on they move")
  func automove() throws {
    let (store, small, large) = try filled()
    store.store.setAutomove(level: 0)
    let before = (pages(store, small), pages(store, large))
    let write = {
      for number in 0..<4000 {
        store.store(bytes("new \(number % 700)"), [UInt8](repeating: 1, count: 10_000))
        var steps = 0
        while number % 20 == 0, steps < 2000, store.store.balance(now: 100) { steps += 1 }
      }
    }
    write()
    #expect(pages(store, small) == before.0 && pages(store, large) == before.1)
    #expect(store.store.reassignPage(from: large, to: small) == .begun)
    run(store)
    #expect(pages(store, small) == before.0 + 1 && pages(store, large) == before.1 - 1)
    store.store.setAutomove(level: 1)
    write()
    #expect(pages(store, large) > before.1)
    #expect(store.store.audit() == [])
  }

  @Test("A page that the balancer empties is opened again when automove becomes 0")
  func automoveMidway() throws {
    let (store, _, _) = try filled()
    for number in 0..<4000 where !store.store.isMovingPage {
      store.store(bytes("new \(number % 700)"), [UInt8](repeating: 1, count: 10_000))
      if number % 20 == 0 { _ = store.store.balance(now: 100) }
    }
    #expect(store.store.isMovingPage)
    store.store.setAutomove(level: 0)
    let moved = store.store.movedPages
    for _ in 0..<100 { _ = store.store.balance(now: 100) }
    #expect(!store.store.isMovingPage && store.store.movedPages == moved)
    #expect(store.store.audit() == [])
  }

  @Test("Where nothing is evicted a full page stays, and its items with it")
  func refusing() throws {
    let (store, small, large) = try filled(refuses: true)
    let before = (pages(store, small), store.store.statistics.itemCount)
    #expect(store.store.reassignPage(from: small, to: large) == .begun)
    for _ in 0..<100_000 where store.store.balance(now: 100) || store.store.isMovingPage {}
    #expect(!store.store.isMovingPage)
    #expect(pages(store, small) == before.0 && store.store.statistics.itemCount == before.1)
    #expect(store.store.audit() == [])
  }
}
