import Testing

@testable import ItemStore

@Suite("What must be remembered of the dead")
struct TombstoneLedgerTests {
  @Test("The horizon only rises, and falls to nothing when all below it is settled")
  func horizon() throws {
    let ledger = try TombstoneLedger()
    ledger.purge(1, Stamp(rawValue: 7))
    ledger.purge(2, Stamp(rawValue: 5))
    #expect(ledger.purgedThrough.rawValue == 7 && ledger.timesRaised == 1)
    ledger.settleHorizon(upTo: Stamp(rawValue: 6), refusalsConfirmed: 0)
    #expect(ledger.purgedThrough.rawValue == 7)
    ledger.settleHorizon(upTo: Stamp(rawValue: 7), refusalsConfirmed: 0)
    #expect(ledger.purgedThrough == .zero)
  }

  @Test("What is dropped that a copy had still to tell is told once; what is newer is not")
  func loss() throws {
    let ledger = try TombstoneLedger()
    ledger.keepForCopy(upTo: Stamp(rawValue: 10))
    ledger.purge(1, Stamp(rawValue: 11))
    #expect(!ledger.takeLoss())
    ledger.purge(1, Stamp(rawValue: 10))
    #expect(ledger.takeLoss() && !ledger.takeLoss())
  }

  private func mustLeaveTombstone(_ ledger: TombstoneLedger, _ stamp: UInt64) -> Bool {
    ledger.mustLeaveTombstone(1, Version(Stamp(rawValue: stamp)), nodeBit: 1)
  }

  private func mayHavePurged(_ ledger: TombstoneLedger, _ hash: UInt64, _ stamp: UInt64) -> Bool {
    ledger.mayHavePurged(hash, Version(Stamp(rawValue: stamp)))
  }

  @Test("Only who ever had a peer remembers, and only what has not settled")
  func remembering() throws {
    let ledger = try TombstoneLedger()
    #expect(!mustLeaveTombstone(ledger, 5) && !ledger.remembersDeletes)
    ledger.notePairing()
    #expect(mustLeaveTombstone(ledger, 5) && ledger.remembersDeletes)
    ledger.setSettled(Stamp(rawValue: 5))
    #expect(!mustLeaveTombstone(ledger, 5) && mustLeaveTombstone(ledger, 6))
  }

  @Test(
    "What the peer has had leaves nothing: acknowledged, or sent by it since it was first met; of another peer nothing is known"
  )
  func peerHasHad() throws {
    for isRuled in [true, false] {
      let ledger = try TombstoneLedger(rules: isRuled ? .all : .all.subtracting(.keptAtPeer))
      ledger.notePairing()
      ledger.meetNewPeer(at: Stamp(rawValue: 101))
      ledger.setPeerHas(Stamp(rawValue: 51))
      let entombed = [51, 53, 52, 100, 103, 102].map { mustLeaveTombstone(ledger, $0) }
      #expect(entombed == (isRuled ? [false, true, true, true, true, false] : Array(repeating: true, count: 6)))
    }
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.setPeerHas(Stamp(rawValue: 51))
    ledger.meetUnknownPeer()
    #expect(!ledger.knowsPeer && mustLeaveTombstone(ledger, 51) && mustLeaveTombstone(ledger, 200))
  }

  @Test("What the peer's hello showed, and was not here before, the peer has had, whatever its node bit")
  func shown() throws {
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.meetNewPeer(at: Stamp(rawValue: 1000))
    ledger.setShown(above: Stamp(rawValue: 101), through: Stamp(rawValue: 200))
    let stamps: [UInt64] = [100, 101, 102, 103, 200, 201, 202]
    #expect(stamps.map { mustLeaveTombstone(ledger, $0) } == [true, true, false, false, false, true, true])
    ledger.meetNewPeer(at: Stamp(rawValue: 1000))
    #expect(mustLeaveTombstone(ledger, 103))
  }

  @Test("What is kept at the peer is remembered while linked, until it has settled, and as settled for another node")
  func keptAtPeer() throws {
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.setPeerHas(Stamp(rawValue: 51))
    ledger.beginLink()
    #expect(!mustLeaveTombstone(ledger, 50) && ledger.purgedThrough == .zero)
    let (older, same) = (Version(Stamp(rawValue: 49)), Version(Stamp(rawValue: 50)))
    #expect(ledger.isPeerOnly(1, older) && !ledger.isPeerOnly(1, same))
    ledger.setSettled(Stamp(rawValue: 50))
    #expect(!ledger.isPeerOnly(1, older))
    ledger.meet(.numbered(1), raises: true)
    #expect(mayHavePurged(ledger, 1, 50) && !mayHavePurged(ledger, 2, 50))
  }

  @Test("What has expired leaves a tombstone also where the peer has had it, and keeps out no key that shares its cell")
  func expired() throws {
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.setPeerHas(Stamp(rawValue: 51))
    ledger.beginLink()
    #expect(ledger.mustLeaveTombstone(1, Version(Stamp(rawValue: 50)), nodeBit: 1, isDead: true))
    #expect(!ledger.isPeerOnly(1, Version(Stamp(rawValue: 49))))
    ledger.setSettled(Stamp(rawValue: 50))
    #expect(!ledger.mustLeaveTombstone(1, Version(Stamp(rawValue: 50)), nodeBit: 1, isDead: true), "it has settled")
  }

  @Test("Who may have a peer and has met none remembers deletes, without a horizon, and nothing else")
  func expecting() throws {
    let ledger = try TombstoneLedger(expectsPeer: true)
    #expect(ledger.remembersDeletes && !mustLeaveTombstone(ledger, 5))
    ledger.purge(1, Stamp(rawValue: 7))
    #expect(ledger.purgedThrough == .zero && ledger.timesRaised == 0)
    ledger.notePairing()
    ledger.purge(1, Stamp(rawValue: 7))
    #expect(ledger.purgedThrough.rawValue == 7)
  }

  @Test("What is forgotten as settled raises the horizon when another peer comes")
  func otherPeer() throws {
    let ledger = try TombstoneLedger()
    _ = mustLeaveTombstone(ledger, 3)
    ledger.noteSettled(1, Stamp(rawValue: 3))
    ledger.meet(.numbered(2), raises: true)
    #expect(ledger.purgedThrough == .zero && ledger.timesRaised == 0, "who never had a peer owes none")
    ledger.notePairing()
    ledger.setSettled(Stamp(rawValue: 5))
    _ = mustLeaveTombstone(ledger, 6)
    ledger.meet(.numbered(3), raises: true)
    #expect(ledger.purgedThrough == .zero)
    _ = mustLeaveTombstone(ledger, 4)
    ledger.noteSettled(2, Stamp(rawValue: 5))
    ledger.noteSettled(3, Stamp(rawValue: 2))
    ledger.setSettled(.zero)
    ledger.meet(.numbered(4), raises: true)
    #expect(ledger.purgedThrough.rawValue == 5 && ledger.timesRaised == 1)
    #expect((1...3).allSatisfy { mayHavePurged(ledger, $0, 5) } && !mayHavePurged(ledger, 4, 5))
  }

  @Test("A horizon that has fallen is forgotten as settled, too")
  func fallenHorizon() throws {
    let ledger = try TombstoneLedger()
    ledger.notePairing()
    ledger.purge(1, Stamp(rawValue: 7))
    ledger.settleHorizon(upTo: Stamp(rawValue: 7), refusalsConfirmed: 0)
    #expect(ledger.purgedThrough == .zero)
    ledger.meet(.numbered(5), raises: true)
    #expect(ledger.purgedThrough.rawValue == 7 && mayHavePurged(ledger, 1, 7))
  }

  @Test("What was derived from a state that may have been forgotten is no newer than it")
  func refusedByFresh() throws {
    for isRuled in [true, false] {
      let ledger = try TombstoneLedger(rules: isRuled ? .all : .all.subtracting(.refusedByFresh))
      ledger.notePairing()
      ledger.purge(1, Stamp(rawValue: 10))
      let (derived, fresh) = (Version(20, fresh: 10), Version(20, fresh: 11))
      #expect(ledger.mayHavePurged(1, derived) == isRuled && !ledger.mayHavePurged(1, fresh))
      ledger.noteRefusal(1, derived, number: 1)
      ledger.settleHorizon(upTo: Stamp(rawValue: 10), refusalsConfirmed: 0)
      #expect(ledger.purgedThrough.rawValue == (isRuled ? 10 : 0))
    }
  }
}
