import ItemStore
import Testing

@testable import Replication

/// Stamps from a time to come, at a handshake.
@Suite struct LinkMachineClockTests {
  private let one = ChannelID(1)
  private let clock = LinkMachineHarness.wallClock

  private func reading(ahead seconds: UInt64) -> ClockReading {
    ClockReading(unixMicroseconds: clock, highestStamp: Stamp(endOfTick: clock + seconds * 1_000_000))
  }

  private func hello(ahead seconds: UInt64) -> Hello {
    LinkMachineHarness.hello(node: 9) { $0.highestStamp = reading(ahead: seconds).highestStamp }
  }

  private func restamps(_ harness: LinkMachineHarness) -> [LinkAction] {
    harness.last.filter { if case .restamp = $0 { true } else { false } }
  }

  /// An acceptor that has answered a hello.
  private func helloOnAccepted(local: UInt64, peers: UInt64) -> LinkMachineHarness {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.on(.accepted(one, from: "10.0.0.2:4000", .admitted))
    harness.on(.hello(one, hello(ahead: peers), clock: reading(ahead: local), proven: true))
    return harness
  }

  @Test("who dials and is ahead hears of the acceptor's clock, and is refused when it confirms")
  func diallerAhead() {
    var harness = helloOnAccepted(local: 0, peers: 3600)
    #expect(harness.last == [.sendHello(one)])
    let lines = harness.on(.confirmed(one, clock: reading(ahead: 0), proven: true))
    let text = "its clock was wrong: it has items from 3599 s ahead, and gives them new stamps"
    #expect(lines == ["refused 10.0.0.2:4000 (\(text))"])
    #expect(harness.last.first == .close(one, saying: .clockApart) && restamps(harness).isEmpty && !harness.isLinked)
  }

  @Test("an acceptor that is ahead gives new stamps when the other side has proven itself, and not before")
  func acceptorAhead() {
    var harness = helloOnAccepted(local: 3600, peers: 0)
    #expect(harness.last == [.sendHello(one)])
    harness.on(.confirmed(one, clock: reading(ahead: 3600), proven: false))
    #expect(restamps(harness).isEmpty && !harness.isLinked)
    harness = helloOnAccepted(local: 3600, peers: 0)
    harness.on(.confirmed(one, clock: reading(ahead: 3600), proven: true))
    #expect(restamps(harness) == [.restamp(above: hello(ahead: 0).highestStamp)] && !harness.isLinked)
    #expect(harness.last.contains(.close(one, saying: .clockApartHere)))
  }

  @Test(
    "on a dial: who is ahead gives new stamps; who is not tells the other by its proof, and both dial on",
    arguments: [true, false])
  func dialled(isMineAhead: Bool) {
    var harness = LinkMachineHarness(peer: "10.0.0.2:11212")
    harness.on(.start)
    harness.on(.dialed(one))
    let (local, peers): (UInt64, UInt64) = isMineAhead ? (3600, 0) : (0, 3600)
    harness.on(.hello(one, hello(ahead: peers), clock: reading(ahead: local), proven: true))
    #expect(restamps(harness) == (isMineAhead ? [.restamp(above: hello(ahead: 0).highestStamp)] : []))
    #expect(harness.last.contains(.sendConfirm(one)) && !harness.isLinked)
    #expect(harness.last.contains(.close(one, saying: isMineAhead ? .clockApartHere : .clockApart)))
    let dialsOn = harness.waitForDial()
    #expect(dialsOn)
  }

  @Test("a stranger that has not proven itself gets no new stamps given")
  func stranger() {
    var harness = LinkMachineHarness(peer: "10.0.0.2:11212") { $0.hasSecret = true }
    harness.on(.start)
    harness.on(.dialed(one))
    var peer = hello(ahead: 0)
    peer.hasSecret = true
    harness.on(.hello(one, peer, clock: reading(ahead: 3600), proven: false))
    #expect(restamps(harness).isEmpty && !harness.last.contains(.sendConfirm(one)))
  }

  @Test("both ahead together are linked, and each knows how far it believes the other")
  func together() {
    var harness = helloOnAccepted(local: 3600, peers: 3590)
    harness.on(.confirmed(one, clock: reading(ahead: 3600), proven: true))
    #expect(harness.isLinked && restamps(harness).isEmpty)
    let aheads = harness.last.compactMap {
      if case .beginSession(_, let parameters) = $0 { parameters.ahead } else { nil }
    }
    #expect(aheads.count == 1 && aheads[0] > 3_599_000_000 && aheads[0] <= 3_600_000_000)
  }
}
