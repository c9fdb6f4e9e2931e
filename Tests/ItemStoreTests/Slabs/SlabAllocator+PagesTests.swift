import TestSupport
import Testing

@testable import ItemStore

@Suite("Pages that a class loses and gets while it evicts")
struct SlabAllocatorPagesTests {
  private let store: TestStore
  /// How many were written of either size.
  private var written = [0, 0]
  private let sizes = [1000, 10_000]

  init() throws { store = try TestStore(megabytes: 10) }

  private func key(_ size: Int, _ number: Int) -> [UInt8] { bytes("\(size) \(number)") }

  private mutating func write(_ kind: Int, _ count: Int) {
    for _ in 0..<count {
      store.store(key(sizes[kind], written[kind]), [UInt8](repeating: 1, count: sizes[kind]))
      written[kind] += 1
    }
  }

  /// Those of the last ones, as many as there are in a quarter of the class.
  private func isNewestQuarterHeld(_ kind: Int, _ statistics: SlabClassStatistics) -> Bool {
    let quarter = statistics.usedChunks / 4
    return (written[kind] - quarter..<written[kind]).allSatisfy { store.getAny(key(sizes[kind], $0)) != nil }
  }

  /// Items are moved to free chunks before any is evicted, and so an old one may lie in a page of new ones: it is a quarter and not
  /// all but a page.
  @Test("What was written last stays, wherever the hand stands: of either class the newest quarter is always there")
  mutating func order() throws {
    var random = SeededRandom(seed: 1)
    write(1, 500)
    write(0, 6000)
    for round in 0..<60 {
      let classes = store.store.slabStatistics.filter { $0.pageCount > 0 }
      try #require(classes.count == 2 && classes.allSatisfy { $0.pageCount >= 3 })
      let isLarge = (classes[0].pageCount <= 4) || (classes[1].pageCount > 4 && random.below(2) == 0)
      let (from, to) = isLarge ? (classes[1], classes[0]) : (classes[0], classes[1])
      #expect(store.store.reassignPage(from: from.slabClass, to: to.slabClass) == .begun)
      store.movePages()
      for kind in 0...1 {
        write(kind, random.below([1500, 150][kind]))
        #expect(isNewestQuarterHeld(kind, store.store.slabStatistics[classes[kind].slabClass - 1]), "round \(round)")
      }
    }
    #expect(store.store.movedPages >= 60)
    #expect(store.store.audit() == [])
  }
}
