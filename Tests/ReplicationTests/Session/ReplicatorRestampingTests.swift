import ItemStore
import Testing

@testable import Replication

/// What a side has told its peer, and had from it, once stamps that lay ahead were given anew on one of them: the states
/// are the old ones, their stamps are not, and so nothing above counts as had by the peer.
@Suite("After stamps were given anew") struct ReplicatorRestampingTests {
  private static let hour: Int64 = 3_600_000_000

  /// A pair that wrote and streamed with both clocks an hour ahead, was cut, and whose first side has put that right.
  private func restamped() -> Pair {
    let pair = Pair()
    for index in 0...1 { pair.sides[index].skew = Self.hour }
    pair.join()
    for number in 0..<10 { pair.set(number % 2, "key\(number)", [1]) }
    pair.settle()
    pair.cut()
    for index in 0...1 { pair.sides[index].skew = 0 }
    let side = pair.sides[0]
    var work = side.replicator.beginRestamping(above: .zero, at: pair.moment(0))
    while side.store.restamp(&work, buckets: 1) {}
    #expect(work.count == 10)
    return pair
  }

  @Test("the peer is given all again, whatever it has received of the old ones")
  func given() {
    let pair = restamped()
    let replicator = pair.sides[0].replicator
    let before = replicator.counters.copiesFull
    let hello = pair.sides[1].hello
    #expect(hello.received.through > replicator.highestStamp)
    replicator.beginSession(hello, nodeBit: 0, askedInHello: false)
    pair.send(0)
    #expect(replicator.counters.copiesFull == before + 1 && replicator.ackedThrough == .zero)
  }

  @Test("the peer forgets what it had received, for that is above all that there is")
  func forgotten() {
    let pair = restamped()
    let replicator = pair.sides[1].replicator
    #expect(replicator.ledger.received.through > pair.sides[0].replicator.highestStamp)
    replicator.beginSession(pair.sides[0].hello, nodeBit: 1, askedInHello: false)
    #expect(replicator.ledger.received.through == .zero)
  }
}
