import ItemStore
import Platform
import Testing

@testable import Replication

@Suite struct PeerSessionTests {
  @Test("while a worker is inside a change the mark waits, and the link must not sleep: the worker may wake nobody")
  func awaitsWorker() {
    let pair = Pair()
    pair.join()
    pair.settle()
    let side = pair.sides[0]
    var output = ByteBuffer(capacity: 0)
    #expect(!side.replicator.awaitsWorker)
    side.rings[1].willMutate()
    pair.set(0, "a", [1])
    while side.replicator.fill(&output) {}
    #expect(side.replicator.awaitsWorker && side.rings[0].bytes.isEmpty)
    let before = side.replicator.ledger.sentWatermark.fence
    side.rings[1].didMutate()
    while side.replicator.fill(&output) {}
    #expect(!side.replicator.awaitsWorker && side.replicator.ledger.sentWatermark.fence > before)
  }
}
