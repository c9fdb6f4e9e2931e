import TestSupport
import Testing

@testable import ItemStore

@Suite("Pages moved for what comes from the peer")
struct PageMoverYoungerTests {
  private let small = [UInt8](repeating: 1, count: 100)
  private let large = [UInt8](repeating: 2, count: 5_000)

  /// Of the wall clock.
  private func stamp(second: UInt64, _ number: Int) -> UInt64 { second * 1_000_000_000 + UInt64(number) * 2 }

  /// Half full of small items of 1,000 s, and of large ones of 5,000 s.
  private func full() throws -> (store: TestStore, largeCount: Int) {
    let store = try TestStore(megabytes: 8, bucketPower: 15)
    store.store.notePairing()
    var count = 0
    while store.store.statistics.pagesFree > 4 {
      store.apply(bytes("small \(count)"), small, stamp: stamp(second: 1_000, count))
      count += 1
    }
    count = 0
    while store.evicted == 0 {
      try #require(store.apply(bytes("large \(count)"), large, stamp: stamp(second: 5_000, count)) == .applied)
      count += 1
    }
    return (store, count)
  }

  /// As many as the copy of a peer has; the page mover runs meanwhile.
  private func copySmall(second: UInt64, to store: TestStore) -> Int {
    var applied = 0
    for number in 0..<60_000 {
      let outcome = store.apply(bytes("copied \(number)"), small, stamp: stamp(second: second, number))
      applied += outcome == .applied ? 1 : 0
      if number % 200 == 0 { store.movePages() }
    }
    return applied
  }

  @Test("Nothing younger is evicted with them: the other size keeps what was written while the two were apart")
  func younger() throws {
    let (store, count) = try full()
    let held = (0..<count).filter { store.getAny(bytes("large \($0)"))?.isTombstone == false }
    #expect(copySmall(second: 2_000, to: store) > 10_000, "older ones of the same size go for it")
    #expect(held.count > 500 && held.allSatisfy { store.get(bytes("large \($0)")) != nil })
    #expect(store.store.movedPages == 0 && !store.store.isMovingPage)
    #expect(store.store.audit() == [])
  }

  @Test("What is older goes, page by page") func older() throws {
    let (store, _) = try full()
    #expect(copySmall(second: 6_000, to: store) == 60_000)
    #expect(store.store.movedPages >= 1)
    #expect(store.store.audit() == [])
  }

  @Test("A page in which only a part is older is opened again, and what was moved out is still there")
  func partlyOlder() throws {
    let (store, count) = try full()
    // Written anew in place, among the others.
    for number in 0..<count where number % 4 == 0 {
      store.apply(bytes("large \(number)"), large, stamp: stamp(second: 9_000, number))
    }
    let renewed = (0..<count).filter { $0 % 4 == 0 && store.getAny(bytes("large \($0)"))?.isTombstone == false }
    _ = copySmall(second: 6_000, to: store)
    #expect(renewed.allSatisfy { store.get(bytes("large \($0)")) != nil })
    #expect(!store.store.isMovingPage && store.store.audit() == [])
  }

  @Test("A client's write takes any page, and so does what the peer has just written") func recent() throws {
    let (store, _) = try full()
    let before = store.store.movedPages
    for number in 0..<30_000 {
      store.apply(bytes("streamed \(number)"), small, stamp: stamp(second: 4_996, number))
      if number % 200 == 0 { store.movePages() }
    }
    #expect(store.store.movedPages > before)
  }
}
