import Testing

@testable import ItemStore

@Suite("What must be remembered of the dead")
struct TombstoneLedgerTests {
  @Test("The horizon only rises, and falls to nothing when all below it is settled")
  func horizon() throws {
    let ledger = try TombstoneLedger()
    ledger.pushOut(1, Stamp(rawValue: 7))
    ledger.pushOut(2, Stamp(rawValue: 5))
    #expect(ledger.horizon.rawValue == 7 && ledger.timesRaised == 1)
    ledger.settleHorizon(upTo: Stamp(rawValue: 6), refusalsConfirmed: 0)
    #expect(ledger.horizon.rawValue == 7)
    ledger.settleHorizon(upTo: Stamp(rawValue: 7), refusalsConfirmed: 0)
    #expect(ledger.horizon == .zero)
  }

  @Test("What is dropped that a copy had still to tell is told once; what is newer is not")
  func loss() throws {
    let ledger = try TombstoneLedger()
    ledger.keepForCopy(upTo: Stamp(rawValue: 10))
    ledger.pushOut(1, Stamp(rawValue: 11))
    #expect(!ledger.takeLoss())
    ledger.pushOut(1, Stamp(rawValue: 10))
    #expect(ledger.takeLoss() && !ledger.takeLoss())
  }

  private func mustEntomb(_ ledger: TombstoneLedger, _ stamp: UInt64) -> Bool {
    ledger.mustEntomb(1, Stamp(rawValue: stamp), nodeBit: 1)
  }

  @Test("Only who ever had a peer remembers, and only what has not settled")
  func remembering() throws {
    let ledger = try TombstoneLedger()
    #expect(!mustEntomb(ledger, 5) && !ledger.remembersDeletes)
    ledger.notePairing()
    #expect(mustEntomb(ledger, 5) && ledger.remembersDeletes)
    ledger.setAcknowledged(Stamp(rawValue: 5))
    #expect(!mustEntomb(ledger, 5) && mustEntomb(ledger, 6))
  }

  @Test(
    "What the peer has had leaves nothing: acknowledged, or sent by it since it was first met; of another peer nothing is known"
  )
  func peerHasHad() throws {
    for isRuled in [true, false] {
      let ledger = try TombstoneLedger(rules: isRuled ? .all : .all.subtracting(.keptAtPeer))
      ledger.notePairing()
      ledger.meetAnother(at: Stamp(rawValue: 101))
      ledger.setPeerHas(Stamp(rawValue: 51))
      let entombed = [51, 53, 52, 100, 103, 102].map { mustEntomb(ledger, $0) }
      #expect(entombed == (isRuled ? [false, true, true, true, true, false] : Array(repeating: true, count: 6)))
    }
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.setPeerHas(Stamp(rawValue: 51))
    ledger.meetAnother(at: nil)
    #expect(mustEntomb(ledger, 51) && mustEntomb(ledger, 200))
  }

  @Test("What is kept at the peer is remembered while linked, until it has settled, and as settled for another node")
  func keptAtPeer() throws {
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.setPeerHas(Stamp(rawValue: 51))
    ledger.beginLink()
    #expect(!mustEntomb(ledger, 50) && ledger.horizon == .zero)
    #expect(ledger.isUnheld(1, Stamp(rawValue: 49)) && !ledger.isUnheld(1, Stamp(rawValue: 50)))
    ledger.setAcknowledged(Stamp(rawValue: 50))
    #expect(!ledger.isUnheld(1, Stamp(rawValue: 49)))
    ledger.raiseHorizonToSettled()
    #expect(ledger.mayHaveForgotten(1, Stamp(rawValue: 50)) && !ledger.mayHaveForgotten(2, Stamp(rawValue: 50)))
  }

  @Test("Who may have a peer and has met none remembers deletes, without a horizon, and nothing else")
  func expecting() throws {
    let ledger = try TombstoneLedger(expectsPeer: true)
    #expect(ledger.remembersDeletes && !mustEntomb(ledger, 5))
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero && ledger.timesRaised == 0)
    ledger.notePairing()
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon.rawValue == 7)
  }
}
