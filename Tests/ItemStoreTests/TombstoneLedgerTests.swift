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

  @Test("Only who ever had a peer remembers, and only what has not settled")
  func remembering() {
    let ledger = TombstoneLedger()
    #expect(!ledger.mustRemember(0, Stamp(rawValue: 5)) && !ledger.remembersDeletes)
    ledger.notePairing()
    #expect(ledger.mustRemember(0, Stamp(rawValue: 5)) && ledger.remembersDeletes)
    ledger.setSettled(Stamp(rawValue: 5))
    #expect(!ledger.mustRemember(0, Stamp(rawValue: 5)) && ledger.mustRemember(0, Stamp(rawValue: 6)))
  }

  @Test("Who may have a peer and has met none remembers deletes, without a horizon, and nothing else")
  func expecting() {
    let ledger = TombstoneLedger(expectsPeer: true)
    #expect(ledger.remembersDeletes && !ledger.mustRemember(0, Stamp(rawValue: 5)))
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero && ledger.timesRaised == 0)
    ledger.notePairing()
    ledger.pushOut(1, Stamp(rawValue: 7))
    #expect(ledger.horizon.rawValue == 7)
  }

  @Test("What is forgotten as settled raises the horizon when another peer comes")
  func otherPeer() {
    let ledger = TombstoneLedger()
    ledger.raiseHorizonToSettled()
    #expect(ledger.horizon == .zero && ledger.timesRaised == 0)
    _ = ledger.mustRemember(0, Stamp(rawValue: 3))
    #expect(ledger.forgottenSettled == .zero, "who never had a peer owes none")
    ledger.notePairing()
    ledger.setSettled(Stamp(rawValue: 5))
    _ = ledger.mustRemember(0, Stamp(rawValue: 6))
    #expect(ledger.forgottenSettled == .zero)
    _ = ledger.mustRemember(0, Stamp(rawValue: 4))
    #expect(ledger.forgottenSettled.rawValue == 4)
    ledger.forgetSettled(0, Stamp(rawValue: 5))
    ledger.forgetSettled(0, Stamp(rawValue: 2))
    ledger.setSettled(.zero)
    ledger.raiseHorizonToSettled()
    #expect(ledger.horizon.rawValue == 5)
  }

  @Test("A horizon that has fallen is forgotten as settled, too")
  func fallenHorizon() {
    let ledger = TombstoneLedger()
    ledger.notePairing()
    ledger.pushOut(1, Stamp(rawValue: 7))
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 6))
    #expect(ledger.forgottenSettled == .zero)
    ledger.clearHorizon(ifAtMost: Stamp(rawValue: 7))
    #expect(ledger.horizon == .zero && ledger.forgottenSettled.rawValue == 7)
  }
}
