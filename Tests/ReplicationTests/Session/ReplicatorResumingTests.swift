import ItemStore
import Testing

@testable import Replication

/// A copy that is cut goes on where the receiver got to.
@Suite struct ReplicatorResumingTests {
  private func bytes(_ pair: Pair) -> Int { pair.sides[0].sentBytes }

  /// A, with so many values, and an empty B: links are cut again and again, until B has everything.
  ///
  /// - Parameters:
  ///   - perLink: bytes that A sends before each cut.
  ///   - lost: of them, those on the way when it is cut.
  private func copy(_ pair: Pair, perLink: Int, lost: Int, between: () -> Void = {}) -> Int {
    for link in 1...100 {
      pair.join()
      let start = bytes(pair)
      while bytes(pair) - start < perLink {
        let before = pair.sides.map(\.sentBytes)
        pair.send(0)
        if bytes(pair) - start < perLink - lost { _ = pair.receive(1) }
        pair.send(1)
        _ = pair.receive(0)
        guard pair.sides.map(\.sentBytes) == before else { continue }
        if pair.sides[1].input.isEmpty { return link }
        // All is said, and its end is on the way still.
        break
      }
      pair.cut()
      between()
    }
    return .max
  }

  private func fill(_ pair: Pair, _ count: Int, size: Int) {
    for number in 0..<count { pair.set(0, "k\(number)", [UInt8](repeating: UInt8(number & 255), count: size)) }
  }

  /// The figures, a tenth of them: 60 MB, of which each link carries a quarter before it stalls. Each copy began at
  /// zero, 19 of them in 30 s, and none came to its end.
  @Test("6 MB over links that are cut after 1.5 MB each, with 300 KB on the way, are there after 5 or 6 links")
  func stalls() {
    let pair = Pair(highWater: 32 << 10, memoryLimits: [64 << 20, 64 << 20])
    fill(pair, 6_000, size: 1_000)
    let links = copy(pair, perLink: 1_500_000, lost: 300_000)
    let counters = pair.sides[0].replicator.counters
    print("6 MB: \(links) links, \(bytes(pair)) bytes, \(counters.copiesFull) full copies")
    #expect(links <= 6 && bytes(pair) < 8_400_000)
    #expect(counters.copiesFull == 1 && counters.copiesResumed == UInt64(links - 1))
    #expect(pair.live(0) == pair.live(1) && pair.live(1).count == 6_000)
  }

  @Test("large values are in the places that are told only when they have been sent")
  func largeValues() {
    let pair = Pair(memoryLimits: [64 << 20, 64 << 20]) { $0.largestItem = 1 << 20 }
    fill(pair, 60, size: 100_000)
    let links = copy(pair, perLink: 1_500_000, lost: 300_000)
    #expect(links <= 8 && bytes(pair) < 10_000_000)
    #expect(pair.live(0) == pair.live(1) && pair.live(1).count == 60)
  }

  @Test("what is written, deleted and added between the links arrives too, while the index grows fourfold")
  func growth() throws {
    let pair = Pair(highWater: 4 << 10, bucketsPerStep: 4, memoryLimits: [64 << 20, 64 << 20]) {
      $0.initialBucketPower = 6
      $0.stripePower = 4
    }
    fill(pair, 2_000, size: 200)
    var round = 0
    let links = copy(pair, perLink: 120_000, lost: 30_000) {
      round += 1
      guard round < 5 else { return }
      for number in 0..<20 {
        pair.set(0, "k\(round * 100 + number)", [1, 2, 3])
        pair.delete(0, "k\(round * 100 + 50 + number)")
        pair.set(0, "new\(round) \(number)", [4])
      }
      while (try? pair.sides[0].store.growIndex(buckets: 40)) == true {}
      for number in 0..<300 { pair.set(0, "more\(round) \(number)", [5]) }
    }
    #expect(links < 100 && pair.sides[0].store.statistics.bucketPower >= 8)
    pair.settle()
    #expect(pair.live(0) == pair.live(1) && pair.live(1).count == 2_000 - 4 * 20 + 4 * 320)
    #expect(pair.sides[0].replicator.counters.copiesResumed > 0)
  }

  @Test("who says that it got further than any copy went is given all")
  func cursorFromTheFuture() {
    let pair = Pair()
    fill(pair, 100, size: 10)
    pair.join()
    pair.send(0)
    pair.cut()
    var hello = pair.sides[1].hello
    hello.have = Acknowledged(pair.sides[0].replicator.ledger.name)
    let highest = pair.sides[0].replicator.highestCopyMark
    hello.have.walked = WalkedPlaces(end: .max, mark: Stamp(rawValue: highest.rawValue + 2))
    pair.sides[0].replicator.join(hello, nodeBit: 0, askedInHello: false)
    #expect(pair.sides[0].replicator.ledger.copy?.resumed == WalkedPlaces.none)
  }

  @Test("a worker that is inside a change when the copy begins is waited for: what it writes may be in a ring alone")
  func workerInside() {
    let pair = Pair()
    fill(pair, 100, size: 10)
    pair.sides[0].rings[1].willMutate()
    pair.join()
    pair.send(0)
    #expect(pair.sides[0].replicator.walk?.place == 0 && pair.sides[0].replicator.awaitsWorker)
    pair.sides[0].rings[1].didMutate()
    pair.settle()
    #expect(pair.live(1).count == 100 && !pair.sides[0].replicator.awaitsWorker)
  }
}
