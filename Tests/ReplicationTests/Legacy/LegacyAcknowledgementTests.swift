import ItemStore
import Testing

@testable import Replication

@Suite struct LegacyAcknowledgementTests {
  private let watermark = Stamp(rawValue: 10)

  @Test("a mark counts as acknowledged when all up to its place is sent")
  func sent() {
    var acks = LegacyAcknowledgement()
    acks.wait(for: watermark, at: 100, now: .zero)
    let early = acks.noteSent(upTo: 99, now: .microseconds(5))
    #expect(!early && acks.ackedThrough == .zero)
    let whole = acks.noteSent(upTo: 100, now: .microseconds(7))
    #expect(whole && acks.ackedThrough == watermark && acks.lag == .microseconds(7))
  }

  @Test("what was sent just before a cut is not sure to have come; what was sent 2 s before is")
  func sure() {
    for (wait, expected) in [(Duration.milliseconds(1_900), Stamp.zero), (.seconds(2), watermark)] {
      var acks = LegacyAcknowledgement()
      acks.wait(for: watermark, at: 0, now: .zero)
      _ = acks.noteSent(upTo: 0, now: .zero)
      acks.endSession(now: wait, counted: nil)
      #expect(acks.confirmedThrough == expected && acks.ackedThrough == watermark)
    }
  }

  @Test("under a stream of marks the sure one follows some seconds behind")
  func stream() {
    var acks = LegacyAcknowledgement()
    for number in UInt64(1)...100 {
      acks.wait(for: Stamp(rawValue: number), at: number, now: .milliseconds(100) * Int(number))
      _ = acks.noteSent(upTo: number, now: .milliseconds(100) * Int(number))
    }
    acks.endSession(now: .seconds(10), counted: nil)
    #expect(acks.confirmedThrough >= Stamp(rawValue: 55) && acks.confirmedThrough <= Stamp(rawValue: 80))
  }
}
