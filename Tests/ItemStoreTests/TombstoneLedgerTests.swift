import Testing

@testable import ItemStore

@Suite("What must be remembered of the dead")
struct TombstoneLedgerTests {
  @Test("The horizon only rises, and falls to nothing when all below it is settled")
  func horizon() {
    let ledger = TombstoneLedger()
    ledger.pushOut(1, Stamp(rawValue: 7))
    ledger.pushOut(2, Stamp(rawValue: 5))
    #expect(ledger.horizon.rawValue == 7 && ledger.timesRaised == 1)
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 6))
    #expect(ledger.horizon.rawValue == 7)
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero)
  }

  @Test("What is dropped that a copy had still to tell is told once; what is newer is not")
  func loss() {
    let ledger = TombstoneLedger()
    ledger.keepForCopy(upTo: Stamp(rawValue: 10))
    ledger.pushOut(1, Stamp(rawValue: 11))
    #expect(!ledger.takeLoss())
    ledger.pushOut(1, Stamp(rawValue: 10))
    #expect(ledger.takeLoss() && !ledger.takeLoss())
  }

  @Test("Only who ever had a peer remembers, and only what the peer has not acknowledged")
  func remembering() {
    let ledger = TombstoneLedger()
    #expect(!ledger.mustRemember(Stamp(rawValue: 5)) && !ledger.remembersDeletes)
    ledger.notePairing()
    #expect(ledger.mustRemember(Stamp(rawValue: 5)) && ledger.remembersDeletes)
    ledger.setAcknowledged(Stamp(rawValue: 5))
    #expect(!ledger.mustRemember(Stamp(rawValue: 5)) && ledger.mustRemember(Stamp(rawValue: 6)))
  }

  @Test("Who may have a peer and has met none remembers deletes, without a horizon, and nothing else")
  func expecting() {
    let ledger = TombstoneLedger(expectsPeer: true)
    #expect(ledger.remembersDeletes && !ledger.mustRemember(Stamp(rawValue: 5)))
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero && ledger.timesRaised == 0)
    ledger.notePairing()
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon.rawValue == 7)
  }
}
