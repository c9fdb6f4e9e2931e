import ItemStore
import Testing

@testable import Replication

@Suite struct PairLedgerTests {
  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }

  private func joined(have: UInt64 = 0) -> PairLedger {
    var ledger = PairLedger()
    ledger.join(
      LinkMachineDesk.hello(node: 9, boot: 70) { $0.have = Acknowledged(boot: 50, stamp: stamp(have)) }, boot: 50)
    return ledger
  }

  @Test("what I had of the peer lasts over links, unless it has started again")
  func had() {
    var ledger = joined()
    ledger.heardMark(stamp(8))
    ledger.heardMark(stamp(5))
    ledger.unlink()
    #expect(ledger.had == Acknowledged(boot: 70, stamp: stamp(8)))
    ledger.join(LinkMachineDesk.hello(node: 9, boot: 70), boot: 50)
    #expect(ledger.had.stamp == stamp(8))
    ledger.join(LinkMachineDesk.hello(node: 9, boot: 71), boot: 50)
    #expect(ledger.had == Acknowledged(boot: 71, stamp: .zero))
  }

  @Test("what the peer has of me counts only if it has it of this boot")
  func acked() {
    #expect(joined(have: 6).acked == stamp(6))
    var ledger = PairLedger()
    ledger.join(
      LinkMachineDesk.hello(node: 9) { $0.have = Acknowledged(boot: 49, stamp: stamp(6)) }, boot: 50)
    #expect(ledger.acked == .zero)
  }

  @Test("only a copy that began after the last ask answers it")
  func asks() {
    var ledger = joined()
    let ask = ledger.ask()
    var ends = ledger.heardCopyEnd(stamp(3), answers: 0)
    #expect(!ends && ledger.awaitsCopy && ledger.had.stamp == stamp(3))
    ends = ledger.heardCopyEnd(stamp(4), answers: ask)
    #expect(ends && !ledger.awaitsCopy)
  }

  @Test("a copy that the peer began by itself, its stream given up, ends as one that was waited for")
  func unasked() {
    var ledger = joined()
    let first = ledger.heardCopyEnd(stamp(3), answers: 0)
    let second = ledger.heardCopyEnd(stamp(4), answers: 0)
    #expect(first && second && !ledger.awaitsCopy && ledger.had.stamp == stamp(4))
  }

  @Test("a copy that begins again goes back to the older of both beginnings, and answers what was asked by then")
  func copies() {
    var ledger = joined(have: 6)
    ledger.beginCopy(above: stamp(6), mark: stamp(10))
    ledger.heardAsk(2)
    ledger.beginCopy(above: .zero, mark: stamp(12))
    ledger.beginCopy(above: stamp(6), mark: stamp(14))
    #expect(ledger.copy == PairLedger.Copy(above: .zero, mark: stamp(14), answers: 2))
  }

  @Test("tombstones may go when both have passed them; the horizon, when nothing is open besides")
  func settling() {
    var ledger = joined()
    ledger.heardMark(stamp(9))
    ledger.heardAcknowledgement(have: stamp(7), refusalsSeen: 0)
    #expect(ledger.passed == stamp(7) && !ledger.maySettleHorizon)
    _ = ledger.heardCopyEnd(stamp(9), answers: 0)
    #expect(ledger.maySettleHorizon)
    ledger.beginCopy(above: .zero, mark: stamp(9))
    #expect(!ledger.maySettleHorizon)
  }
}
