import Testing

@testable import repcached_bench

@Suite("Runs of models")
struct PolicyRunTests {
  @Test("every load is run at every size by every policy, and again with other parameters")
  func rows() throws {
    let loop = SequenceLoad("loop", keyCount: 40, capacities: [20, 40]) { (0..<400).map { $0 % 40 } }
    let ahead = WrittenAheadLoad(
      distance: 0.5, hasPopular: true, isStaleBefore: false, capacity: 500, seed: 1)
    var rows: [PolicyRow] = []
    let parameters = [PolicyParameters(), try PolicyParameters("oldAtFill=0.9,nearStep=0,farStep=0")]
    PolicyRun(loads: [loop, ahead], parameters: parameters).run { rows.append($0) }
    #expect(
      rows.map(\.load) == ["loop", "loop", "once, after 0.5, and popular", "once, after 0.5, and popular: popular"])
    #expect(rows.map(\.capacity) == [20, 40, 500, 500])
    // LRU misses all of a loop that is too long; of one that fits nobody misses any.
    #expect(rows[0].lru == 1 && rows[0].stores[1] < 1)
    #expect(rows[1].lru == 0 && rows[1].stores == [0, 0])
    #expect(rows[2].arc == 1 && rows[2].lru == 0 && rows[2].overBest.isEmpty)
    #expect(rows[2].stores[0] <= 0.05 && rows[2].stores[1] > 0.9)
  }

  @Test("the store is compared with the better of S3-FIFO and ARC")
  func overBest() {
    let row = PolicyRow(
      load: "x", capacity: 1, lru: 0.1, s3FIFO: 0.5, arc: 0.4, stores: [0.4, 0.5, 0.3], isCompared: true)
    #expect(zip(row.overBest, [0, 0.25, -0.25]).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
