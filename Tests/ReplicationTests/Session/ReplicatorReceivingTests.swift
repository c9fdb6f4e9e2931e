import ItemStore
import Platform
import Testing

@testable import Replication

/// A peer that was let in and then talks nonsense.
@Suite struct ReplicatorReceivingTests {
  private let key = [UInt8]("k".utf8)
  private let minute: UInt64 = 60_000_000

  private func joined() -> Pair {
    let pair = Pair()
    pair.set(0, "mine", [1])
    pair.join()
    pair.settle()
    return pair
  }

  private func receive(_ pair: Pair, _ bytes: [UInt8]) -> MalformedFrame? {
    let side = pair.sides[0]
    side.input.clear()
    side.input.reserve(bytes.count)
    side.input.append(bytes.span)
    return pair.receive(0)
  }

  private func frames(_ stamp: Stamp) -> [[UInt8]] {
    let head = RecordHead(version: Version(stamp), clientFlags: 0, remaining: 0)
    return [
      WireSamples.bytes { FrameEncoder.record(head, keyCount: key.count, keyAndValue: (key + key).span, into: &$0) },
      WireSamples.bytes { FrameEncoder.valueBegin(head, key: key.span, valueCount: 9, into: &$0) },
      WireSamples.bytes { FrameEncoder.delete(Version(stamp), key: key.span, into: &$0) },
      WireSamples.bytes { FrameEncoder.flush(flush(now: stamp), into: &$0) },
      WireSamples.bytes { FrameEncoder.watermark(Watermark(stamp), into: &$0) },
      WireSamples.bytes { FrameEncoder.copyEnd(Watermark(stamp), items: 0, answers: 0, into: &$0) },
    ]
  }

  @Test("a stamp more than a minute ahead ends the link and leaves this side's clock where it was", arguments: 0..<6)
  func future(kind: Int) {
    for (ahead, isTaken) in [(minute - 1, true), (minute + 1_000, false), (UInt64(1) << 50, false)] {
      let pair = joined()
      let before = pair.sides[0].store.stampClock.fence()
      let stamp = ahead > minute * 2 ? Stamp.greatest : Stamp(endOfTick: pair.moment(0).unixMicroseconds + ahead)
      let fault = receive(pair, frames(stamp)[kind])
      #expect((fault == nil) == isTaken, "\(ahead) µs: \(fault?.text ?? "taken")")
      if isTaken { continue }
      #expect(pair.sides[0].store.stampClock.fence() == before)
      #expect(pair.live(0)["mine"]?.value == [1])
    }
  }

  @Test("what this side said itself comes back after both clocks were set back: the link is cut, the next believes it")
  func setBack() {
    let pair = joined()
    let stamp = pair.set(0, "mine", [2])
    for index in 0...1 { pair.sides[index].skew = -Int64(10 * minute) }
    #expect(receive(pair, frames(stamp)[4]) == .future(seconds: 599))
    pair.cut()
    let isLinked = pair.join()
    #expect(isLinked)
    #expect(receive(pair, frames(stamp)[4]) == nil)
    #expect(receive(pair, frames(Stamp(rawValue: stamp.rawValue + 61_000_000_000))[4]) != nil)
  }

  @Test("a flush to come may lie as far ahead as it likes: what remains moves no clock", arguments: [1, 60_001, .max])
  func scheduled(remaining: UInt64) {
    let pair = joined()
    let clock = pair.sides[0].store.stampClock
    let state = FlushState(floor: .zero, issued: clock.fence(), due: remaining)
    #expect(receive(pair, WireSamples.bytes { FrameEncoder.flush(state, into: &$0) }) == nil)
    #expect(pair.live(0)["mine"] != nil && clock.fence() == state.issued)
    pair.now += 1_000
    pair.advance()
    #expect((pair.live(0)["mine"] == nil) == (remaining == 1))
    #expect(clock.fence() <= Stamp(endOfTick: pair.now))
  }

  private func flush(now stamp: Stamp) -> FlushState { FlushState(floor: stamp, issued: stamp, due: 0) }

  @Test("who acknowledges what was never sent is not believed")
  func acknowledgement() {
    let pair = joined()
    let watermark = pair.sides[0].replicator.ledger.sentWatermark.fence
    func acknowledge(_ received: Stamp, _ refusals: UInt64 = 0) -> MalformedFrame? {
      receive(
        pair,
        WireSamples.bytes { FrameEncoder.acknowledgement(receivedThrough: received, refusalsSeen: refusals, into: &$0) }
      )
    }
    #expect(acknowledge(watermark) == nil)
    #expect(acknowledge(Stamp(rawValue: watermark.rawValue + 1)) == .acknowledgement)
    #expect(acknowledge(watermark, 1) == .acknowledgement)
    #expect(receive(pair, WireSamples.bytes { FrameEncoder.offsetReached(1, into: &$0) }) == .acknowledgement)
    #expect(pair.sides[0].replicator.ackedThrough == watermark)
  }

  @Test("who says at the join that it has what was never sent is given all")
  func helloFromTheFuture() {
    let pair = joined()
    pair.cut()
    var hello = pair.sides[1].hello
    hello.received.through = Stamp(rawValue: pair.sides[0].replicator.highestWatermark.rawValue + 2)
    pair.sides[0].replicator.beginSession(hello, nodeBit: 0, askedInHello: false)
    pair.send(0)
    #expect(pair.sides[0].replicator.counters.copiesFull == 2)
    pair.cut()
    pair.join()
    pair.settle()
    #expect(pair.sides[0].replicator.counters.copiesPartial == 1, "what it truly has holds")
  }

  @Test("refusals of keys that never were, and copies nobody asked for, change nothing")
  func nonsense() {
    let pair = joined()
    let refused = WireSamples.bytes { FrameEncoder.refused(Version(.greatest), key: key.span, into: &$0) }
    let begin = WireSamples.bytes { FrameEncoder.copyBegin(above: .greatest, items: .max, into: &$0) }
    let end = WireSamples.bytes { FrameEncoder.copyEnd(.none, items: .max, answers: .max, into: &$0) }
    for bytes in [refused, begin, begin, end, end, refused] { #expect(receive(pair, bytes) == nil) }
    #expect(pair.live(0)["mine"]?.value == [1] && pair.live(0).count == 1)
    pair.settle()
    #expect(pair.live(0) == pair.live(1))
  }
}
