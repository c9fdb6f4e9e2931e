import Testing

@testable import ItemStore

@Suite("The ledger of tombstones")
struct TombstoneLedgerTests {
  private func ledger(limit: Int, stamps: [UInt64]) -> TombstoneLedger {
    let ledger = TombstoneLedger(byteLimit: limit)
    for stamp in stamps { ledger.append(hash: stamp, stamp: Stamp(rawValue: stamp), bytes: 10) }
    return ledger
  }

  @Test("What both sides have passed is settled, oldest first, and no more")
  func settling() {
    let ledger = ledger(limit: 1000, stamps: [10, 20, 30])
    #expect(ledger.takeSettled(upTo: Stamp(rawValue: 5)) == nil)
    #expect(ledger.takeSettled(upTo: Stamp(rawValue: 20))?.stamp.rawValue == 10)
    #expect(ledger.takeSettled(upTo: Stamp(rawValue: 20))?.stamp.rawValue == 20)
    #expect(ledger.takeSettled(upTo: Stamp(rawValue: 20)) == nil)
    #expect(ledger.count == 1)
  }

  @Test("Beyond their share the oldest are dropped")
  func overflow() {
    let ledger = ledger(limit: 20, stamps: [1, 2, 3, 4])
    #expect(ledger.isOverflowing && ledger.isFull)
    #expect(ledger.takeOverflowing()?.stamp.rawValue == 1)
    #expect(ledger.takeOverflowing()?.stamp.rawValue == 2)
    #expect(ledger.takeOverflowing() == nil)
    #expect(!ledger.isOverflowing)
  }

  @Test("Those that a copy has still to tell do not count and do not hold up newer ones, until it has ended")
  func keptForCopy() {
    let ledger = ledger(limit: 20, stamps: [1, 2, 3])
    ledger.keepForCopy(upTo: Stamp(rawValue: 3))
    #expect(ledger.takeOverflowing() == nil)
    for stamp: UInt64 in [11, 12, 13] { ledger.append(hash: 0, stamp: Stamp(rawValue: stamp), bytes: 10) }
    #expect(ledger.takeOverflowing()?.stamp.rawValue == 11)
    #expect(ledger.takeOverflowing() == nil)
    #expect(ledger.count == 5)
    ledger.keepForCopy(upTo: .zero)
    #expect(ledger.isOverflowing)
    #expect([1, 2, 3].allSatisfy { ledger.takeOverflowing()?.stamp.rawValue == $0 })
    #expect(ledger.takeOverflowing() == nil)
    #expect(ledger.takeSettled(upTo: .greatest)?.stamp.rawValue == 12)
  }

  @Test("The horizon only rises, and falls to nothing when all below it is settled")
  func horizon() {
    let ledger = TombstoneLedger(byteLimit: 10)
    ledger.raiseHorizon(to: Stamp(rawValue: 7))
    ledger.raiseHorizon(to: Stamp(rawValue: 5))
    #expect(ledger.horizon.rawValue == 7 && ledger.timesRaised == 1)
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 6))
    #expect(ledger.horizon.rawValue == 7)
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero)
  }

  @Test("Only who ever had a peer remembers, and only what the peer has not acknowledged")
  func remembering() {
    let ledger = TombstoneLedger(byteLimit: 10)
    #expect(!ledger.mustRemember(Stamp(rawValue: 5)))
    ledger.notePairing()
    #expect(ledger.mustRemember(Stamp(rawValue: 5)))
    ledger.setAcknowledged(Stamp(rawValue: 5))
    #expect(!ledger.mustRemember(Stamp(rawValue: 5)) && ledger.mustRemember(Stamp(rawValue: 6)))
  }

  @Test("The queue keeps its order over many segments")
  func queue() {
    var queue = TombstoneQueue()
    var expected: UInt64 = 0
    var next: UInt64 = 0
    var random = SeededRandom(seed: 1)
    for _ in 0..<300 {
      for _ in 0..<random.below(200) {
        queue.append(.init(hash: next, stamp: .zero, bytes: 3))
        next += 1
      }
      for _ in 0..<random.below(180) where queue.count > 0 {
        #expect(queue.first?.hash == expected)
        #expect(queue.removeFirst()?.hash == expected)
        expected += 1
      }
      #expect(queue.count == Int(next - expected) && queue.bytes == 3 * queue.count)
    }
    while queue.removeFirst() != nil { expected += 1 }
    #expect(expected == next && queue.first == nil && queue.bytes == 0)
  }
}
