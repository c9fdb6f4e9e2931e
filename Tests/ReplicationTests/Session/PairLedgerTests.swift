import ItemStore
import Testing

@testable import Replication

@Suite struct PairLedgerTests {
  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }
  private let local = PeerName(PeerIdentity(node: 5, boot: 50))

  private func hello(
    node: UInt64 = 9, boot: UInt64 = 70, epoch: UInt32 = 0, last: UInt64? = 5, received: ReceivedProgress = .nothing
  ) -> Hello {
    LinkMachineHarness.hello(node: node, boot: boot) {
      $0.epoch = epoch
      $0.lastPeer = last
      $0.received = received
    }
  }

  private func name(node: UInt64 = 9, boot: UInt64 = 70, epoch: UInt32 = 0) -> PeerName {
    PeerName(PeerIdentity(node: node, boot: boot), epoch: epoch)
  }

  private func joined(received: UInt64 = 0, rules: PairRules = .all) -> PairLedger {
    var ledger = PairLedger(local.identity, rules: rules)
    _ = ledger.join(hello(received: ReceivedProgress(local, through: stamp(received))))
    return ledger
  }

  // MARK: Names

  @Test("what is received of the peer lasts over links, unless it has started again")
  func had() {
    var ledger = joined()
    ledger.observeWatermark(Watermark(stamp(8)))
    ledger.observeWatermark(Watermark(stamp(5)))
    ledger.unlink()
    #expect(ledger.received == ReceivedProgress(name(), through: stamp(8)))
    var isOther = ledger.join(hello())
    #expect(!isOther && ledger.received.through == stamp(8))
    isOther = ledger.join(hello(boot: 71))
    #expect(
      isOther && ledger.received == ReceivedProgress(name(boot: 71)) && ledger.name == local,
      "the same node began no epoch")
  }

  @Test("what the peer has received counts only if it has it of this boot and this epoch")
  func acked() {
    #expect(joined(received: 6).ackedThrough == stamp(6))
    for other in [name(node: 5, boot: 49), name(node: 5, boot: 50, epoch: 1), name(node: 6, boot: 50)] {
      var ledger = PairLedger(local.identity)
      _ = ledger.join(hello(received: ReceivedProgress(other, through: stamp(6))))
      #expect(ledger.ackedThrough == .zero && ledger.settled == .zero)
    }
  }

  @Test("the first peer is nobody's successor; another node is, and begins an epoch on both sides")
  func otherNode() {
    var ledger = PairLedger(local.identity)
    let isFirstOther = ledger.join(hello(last: nil))
    #expect(!isFirstOther && ledger.name == local && ledger.lastPeer == 9)
    let isOther = ledger.join(
      hello(node: 8, boot: 80, epoch: 3, last: 9, received: ReceivedProgress(local, through: stamp(6))))
    #expect(isOther && ledger.name == PeerName(local.identity, epoch: 1))
    #expect(ledger.received.name == name(node: 8, boot: 80, epoch: 4), "its own next epoch, as it reckons itself")
    #expect(ledger.ackedThrough == .zero, "what it had of the epoch before is worth nothing")
  }

  @Test("a peer that has met another since is another, and begins no epoch here")
  func otherEpoch() {
    var ledger = joined()
    let isOther = ledger.join(hello(epoch: 1, last: 8))
    #expect(isOther && ledger.received.name == name(epoch: 2) && ledger.name == local)
    var without = joined(rules: PairRules.all.subtracting(.otherEpoch))
    let isOtherWithout = without.join(hello(epoch: 1, last: 8))
    #expect(!isOtherWithout)
  }

  // MARK: Copies

  @Test("only a copy that began after the last ask answers it")
  func asks() {
    var ledger = joined()
    let ask = ledger.ask()
    var ends = ledger.observeCopyEnd(Watermark(stamp(3)), answers: 0)
    #expect(!ends && ledger.awaitsCopy && ledger.received.through == stamp(3))
    ends = ledger.observeCopyEnd(Watermark(stamp(4)), answers: ask)
    #expect(ends && !ledger.awaitsCopy)
    var without = joined(rules: PairRules.all.subtracting(.askedCopy))
    _ = without.ask()
    ends = without.observeCopyEnd(Watermark(stamp(3)), answers: 0)
    #expect(ends, "the horizon would fall before the peer has offered what was forgotten")
  }

  @Test("a copy that the peer began by itself, its stream given up, ends as one that was waited for")
  func unasked() {
    var ledger = joined()
    let first = ledger.observeCopyEnd(Watermark(stamp(3)), answers: 0)
    let second = ledger.observeCopyEnd(Watermark(stamp(4)), answers: 0)
    #expect(first && second && !ledger.awaitsCopy && ledger.received.through == stamp(4))
  }

  @Test("a copy that begins again goes back to the older of both beginnings, and answers what was asked by then")
  func copies() {
    var ledger = joined(received: 6)
    ledger.beginCopy(above: stamp(6), fence: stamp(10))
    ledger.observeAsk(2)
    ledger.beginCopy(above: .zero, fence: stamp(12))
    ledger.observeWatermark(Watermark(stamp(8)))
    ledger.observeRefusal()
    ledger.beginCopy(above: stamp(6), fence: stamp(14))
    let watermark = Watermark(stamp(14), receivedThrough: stamp(8), refusalsSeen: 1)
    #expect(ledger.copy == PairLedger.Copy(above: .zero, watermark: watermark, answers: 2))
  }

  @Test("the progress of a copy is kept until a later walk has passed them, and gone with its end")
  func walked() {
    var ledger = joined()
    ledger.observeCopyProgress(CopyProgress(cursor: 7, watermark: stamp(20)))
    ledger.unlink()
    _ = ledger.join(hello())
    ledger.observeCopyProgress(CopyProgress(cursor: 5, watermark: stamp(30)))
    #expect(ledger.received.copy == CopyProgress(cursor: 7, watermark: stamp(20)))
    ledger.observeCopyProgress(CopyProgress(cursor: 7, watermark: stamp(30)))
    #expect(ledger.received.copy == CopyProgress(cursor: 7, watermark: stamp(30)))
    _ = ledger.observeCopyEnd(Watermark(stamp(30)), answers: 0)
    #expect(ledger.received.copy == .none)
    ledger.observeCopyProgress(CopyProgress(cursor: 2, watermark: stamp(40)))
    _ = ledger.join(hello(boot: 71))
    #expect(ledger.received.copy == .none, "of another boot nothing is kept")
  }

  @Test("a copy is resumed where the peer says, for an equal name, and not towards a standing horizon")
  func resumed() {
    let places = CopyProgress(cursor: 7, watermark: stamp(20))
    var received = ReceivedProgress(local)
    received.copy = places
    let ledger = joined()
    #expect(ledger.resumable(for: hello(received: received)) == places, "more may have been sent, and lost on the way")
    var asking = hello(received: received)
    asking.wantsCopyFromZero = true
    #expect(ledger.resumable(for: asking) == .none)
    received.name.epoch = 1
    #expect(ledger.resumable(for: hello(received: received)) == .none)
  }

  // MARK: Marks

  @Test("a watermark tells what was received and refused when its fence was taken")
  func fences() {
    var ledger = joined()
    ledger.observeWatermark(Watermark(stamp(8)))
    let watermark = ledger.watermark(stamp(10))
    ledger.observeWatermark(Watermark(stamp(9)))
    ledger.observeRefusal()
    #expect(ledger.asSent(watermark) == Watermark(stamp(10), receivedThrough: stamp(8)))
  }

  @Test("a watermark is worth sending when its fence, what is received or the refusals have risen, and then no more")
  func news() {
    var ledger = joined()
    #expect(ledger.hasUpdate(stamp(10)))
    ledger.noteSent(ledger.watermark(stamp(10)))
    #expect(!ledger.hasUpdate(stamp(10)))
    ledger.observeWatermark(Watermark(stamp(10)))
    #expect(ledger.hasUpdate(stamp(10)))
    ledger.noteSent(ledger.watermark(stamp(10)))
    #expect(!ledger.hasUpdate(stamp(10)))
    ledger.observeRefusal()
    #expect(ledger.hasUpdate(stamp(10)))
    ledger.noteSent(ledger.watermark(stamp(10)))
    #expect(!ledger.hasUpdate(stamp(10)))
  }

  @Test("what the peer had received at a fence has settled; what it acknowledges has not")
  func settling() {
    var ledger = joined(received: 5)
    #expect(ledger.settled == stamp(5), "nothing is on its way at a join")
    ledger.observeWatermark(Watermark(stamp(9)))
    ledger.observeAcknowledgement(through: stamp(7))
    #expect(ledger.settled == stamp(5) && ledger.evictable == stamp(5))
    ledger.observeWatermark(Watermark(stamp(9), receivedThrough: stamp(7)))
    ledger.observeWatermark(Watermark(stamp(9), receivedThrough: stamp(6)))
    #expect(ledger.settled == stamp(7) && ledger.evictable == stamp(7))
  }

  @Test("refusals are confirmed by a fence that has seen them, not by the acknowledgement")
  func refusals() {
    var ledger = joined()
    ledger.noteRefused()
    ledger.observeAcknowledgement(through: stamp(7))
    #expect(ledger.refusalsConfirmed == 0)
    ledger.observeWatermark(Watermark(stamp(9), refusalsSeen: 1))
    #expect(ledger.refusalsConfirmed == 1)
  }

  @Test("the horizon may fall when no copy is awaited")
  func horizon() {
    var ledger = joined()
    let without = joined(rules: PairRules.all.subtracting(.copyAwaited))
    #expect(!ledger.maySettleHorizon && without.maySettleHorizon)
    _ = ledger.observeCopyEnd(Watermark(stamp(9)), answers: 0)
    #expect(ledger.maySettleHorizon)
    _ = ledger.ask()
    #expect(!ledger.maySettleHorizon)
  }
}
