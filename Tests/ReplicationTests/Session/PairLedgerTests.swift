import ItemStore
import Testing

@testable import Replication

@Suite struct PairLedgerTests {
  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }
  private let me = PeerName(PeerIdentity(node: 5, boot: 50))

  private func hello(
    node: UInt64 = 9, boot: UInt64 = 70, epoch: UInt32 = 0, last: UInt64? = 5, have: Acknowledged = .nothing
  ) -> Hello {
    LinkMachineDesk.hello(node: node, boot: boot) {
      $0.epoch = epoch
      $0.lastPeer = last
      $0.have = have
    }
  }

  private func name(node: UInt64 = 9, boot: UInt64 = 70, epoch: UInt32 = 0) -> PeerName {
    PeerName(PeerIdentity(node: node, boot: boot), epoch: epoch)
  }

  private func joined(have: UInt64 = 0, rules: PairRules = .all) -> PairLedger {
    var ledger = PairLedger(me.identity, rules: rules)
    _ = ledger.join(hello(have: Acknowledged(me, stamp: stamp(have))))
    return ledger
  }

  // MARK: Names

  @Test("what I had of the peer lasts over links, unless it has started again")
  func had() {
    var ledger = joined()
    ledger.heardMark(Mark(stamp(8)))
    ledger.heardMark(Mark(stamp(5)))
    ledger.unlink()
    #expect(ledger.had == Acknowledged(name(), stamp: stamp(8)))
    var isOther = ledger.join(hello())
    #expect(!isOther && ledger.had.stamp == stamp(8))
    isOther = ledger.join(hello(boot: 71))
    #expect(isOther && ledger.had == Acknowledged(name(boot: 71)) && ledger.name == me, "the same node began no epoch")
  }

  @Test("what the peer has of me counts only if it has it of this boot and this epoch")
  func acked() {
    #expect(joined(have: 6).acked == stamp(6))
    for other in [name(node: 5, boot: 49), name(node: 5, boot: 50, epoch: 1), name(node: 6, boot: 50)] {
      var ledger = PairLedger(me.identity)
      _ = ledger.join(hello(have: Acknowledged(other, stamp: stamp(6))))
      #expect(ledger.acked == .zero && ledger.settled == .zero)
    }
  }

  @Test("the first peer is nobody's successor; another node is, and begins an epoch on both sides")
  func otherNode() {
    var ledger = PairLedger(me.identity)
    let isFirstOther = ledger.join(hello(last: nil))
    #expect(!isFirstOther && ledger.name == me && ledger.lastPeer == 9)
    let isOther = ledger.join(hello(node: 8, boot: 80, epoch: 3, last: 9, have: Acknowledged(me, stamp: stamp(6))))
    #expect(isOther && ledger.name == PeerName(me.identity, epoch: 1))
    #expect(ledger.had.name == name(node: 8, boot: 80, epoch: 4), "its own next epoch, as it reckons itself")
    #expect(ledger.acked == .zero, "what it had of the epoch before is worth nothing")
  }

  @Test("a peer that has met another since is another, and no epoch of mine")
  func otherEpoch() {
    var ledger = joined()
    let isOther = ledger.join(hello(epoch: 1, last: 8))
    #expect(isOther && ledger.had.name == name(epoch: 2) && ledger.name == me)
    var without = joined(rules: PairRules.all.subtracting(.otherEpoch))
    let isOtherWithout = without.join(hello(epoch: 1, last: 8))
    #expect(!isOtherWithout)
  }

  // MARK: Copies

  @Test("only a copy that began after the last ask answers it")
  func asks() {
    var ledger = joined()
    let ask = ledger.ask()
    var ends = ledger.heardCopyEnd(Mark(stamp(3)), answers: 0)
    #expect(!ends && ledger.awaitsCopy && ledger.had.stamp == stamp(3))
    ends = ledger.heardCopyEnd(Mark(stamp(4)), answers: ask)
    #expect(ends && !ledger.awaitsCopy)
    var without = joined(rules: PairRules.all.subtracting(.askedCopy))
    _ = without.ask()
    ends = without.heardCopyEnd(Mark(stamp(3)), answers: 0)
    #expect(ends, "the horizon would fall before the peer has offered what was forgotten")
  }

  @Test("a copy that the peer began by itself, its stream given up, ends as one that was waited for")
  func unasked() {
    var ledger = joined()
    let first = ledger.heardCopyEnd(Mark(stamp(3)), answers: 0)
    let second = ledger.heardCopyEnd(Mark(stamp(4)), answers: 0)
    #expect(first && second && !ledger.awaitsCopy && ledger.had.stamp == stamp(4))
  }

  @Test("a copy that begins again goes back to the older of both beginnings, and answers what was asked by then")
  func copies() {
    var ledger = joined(have: 6)
    ledger.beginCopy(above: stamp(6), fence: stamp(10))
    ledger.heardAsk(2)
    ledger.beginCopy(above: .zero, fence: stamp(12))
    ledger.heardMark(Mark(stamp(8)))
    ledger.heardRefusal()
    ledger.beginCopy(above: stamp(6), fence: stamp(14))
    let mark = Mark(stamp(14), had: stamp(8), refusalsSeen: 1)
    #expect(ledger.copy == PairLedger.Copy(above: .zero, mark: mark, answers: 2))
  }

  @Test("the places walked of a copy are kept until a later walk has passed them, and gone with its end")
  func walked() {
    var ledger = joined()
    ledger.heardWalked(WalkedPlaces(end: 7, mark: stamp(20)))
    ledger.unlink()
    _ = ledger.join(hello())
    ledger.heardWalked(WalkedPlaces(end: 5, mark: stamp(30)))
    #expect(ledger.had.walked == WalkedPlaces(end: 7, mark: stamp(20)))
    ledger.heardWalked(WalkedPlaces(end: 7, mark: stamp(30)))
    #expect(ledger.had.walked == WalkedPlaces(end: 7, mark: stamp(30)))
    _ = ledger.heardCopyEnd(Mark(stamp(30)), answers: 0)
    #expect(ledger.had.walked == .none)
    ledger.heardWalked(WalkedPlaces(end: 2, mark: stamp(40)))
    _ = ledger.join(hello(boot: 71))
    #expect(ledger.had.walked == .none, "of another boot nothing is kept")
  }

  @Test("a copy is resumed where the peer says, for an equal name, and not towards a standing horizon")
  func resumed() {
    let places = WalkedPlaces(end: 7, mark: stamp(20))
    var have = Acknowledged(me)
    have.walked = places
    var ledger = joined()
    ledger.noteWalked(WalkedPlaces(end: 9, mark: stamp(20)))
    #expect(ledger.resumable(for: hello(have: have)) == places, "more was sent, and lost on the way")
    var asking = hello(have: have)
    asking.wantsCopyFromZero = true
    #expect(ledger.resumable(for: asking) == .none)
    have.name.epoch = 1
    #expect(ledger.resumable(for: hello(have: have)) == .none)
  }

  // MARK: Marks

  @Test("a mark tells what was had and refused when its fence was taken")
  func fences() {
    var ledger = joined()
    ledger.heardMark(Mark(stamp(8)))
    let mark = ledger.takeMark(stamp(10))
    ledger.heardMark(Mark(stamp(9)))
    ledger.heardRefusal()
    #expect(ledger.said(mark) == Mark(stamp(10), had: stamp(8)))
  }

  @Test("a mark is news when its fence, what is had or the refusals have risen, and then no more")
  func news() {
    var ledger = joined()
    #expect(ledger.hasNews(stamp(10)))
    ledger.noteTold(ledger.takeMark(stamp(10)))
    #expect(!ledger.hasNews(stamp(10)))
    ledger.heardMark(Mark(stamp(10)))
    #expect(ledger.hasNews(stamp(10)))
    ledger.noteTold(ledger.takeMark(stamp(10)))
    #expect(!ledger.hasNews(stamp(10)))
    ledger.heardRefusal()
    #expect(ledger.hasNews(stamp(10)))
    ledger.noteTold(ledger.takeMark(stamp(10)))
    #expect(!ledger.hasNews(stamp(10)))
  }

  @Test("what the peer had at a fence has settled; what it acknowledges has not")
  func settling() {
    var ledger = joined(have: 5)
    #expect(ledger.settled == stamp(5), "nothing is on its way at a join")
    ledger.heardMark(Mark(stamp(9)))
    ledger.heardAcknowledgement(have: stamp(7), refusalsSeen: 0)
    #expect(ledger.settled == stamp(5) && ledger.evictable == stamp(5))
    ledger.heardMark(Mark(stamp(9), had: stamp(7)))
    ledger.heardMark(Mark(stamp(9), had: stamp(6)))
    #expect(ledger.settled == stamp(7) && ledger.evictable == stamp(7))
  }

  @Test("refusals are confirmed by a fence that has seen them, not by the acknowledgement")
  func refusals() {
    var ledger = joined()
    ledger.noteRefused()
    ledger.heardAcknowledgement(have: stamp(7), refusalsSeen: 1)
    #expect(ledger.refusalsConfirmed == 0)
    ledger.heardMark(Mark(stamp(9), refusalsSeen: 1))
    #expect(ledger.refusalsConfirmed == 1)
  }

  @Test("the horizon may fall when no copy is awaited")
  func horizon() {
    var ledger = joined()
    let without = joined(rules: PairRules.all.subtracting(.copyAwaited))
    #expect(!ledger.maySettleHorizon && without.maySettleHorizon)
    _ = ledger.heardCopyEnd(Mark(stamp(9)), answers: 0)
    #expect(ledger.maySettleHorizon)
    _ = ledger.ask()
    #expect(!ledger.maySettleHorizon)
  }
}
