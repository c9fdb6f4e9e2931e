import Testing

@testable import Replication

/// Another peer while the daemon runs.
@Suite struct LinkMachinePeerTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)

  @Test("who only listened parts with its peer and dials the new one")
  func listener() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    let lines = harness.on(.peerChanged("c:1", isLinked: false))
    #expect(lines.prefix(2) == ["the peer is now c:1, it was whoever connected", "close"])
    #expect(harness.warnings == [lines[0]])
    #expect(!harness.isLinked)
    harness.on(.dialed(two))
    harness.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(harness.isLinked && harness.machine.role == .slave)
  }

  @Test("who dials an old one in vain dials the new one at once, and takes no late answer of the old")
  func dialler() {
    var harness = LinkMachineHarness(peer: "b:1") { $0.replWait = .zero }
    harness.on(.start)
    harness.on(.dialFailed("refused"))
    _ = harness.waitForDial()
    harness.on(.dialed(one))
    harness.on(.peerChanged("c:1", isLinked: false))
    #expect(harness.last.contains(.close(one, saying: .anotherPeer)) && harness.last.contains(.dial))
    #expect(harness.on(.dialFailed("refused")) == ["cannot connect (c:1: refused)"])
    let dials = harness.waitForDial()
    #expect(dials)
  }

  @Test("a link that is to the new one already stays")
  func linked() {
    var harness = LinkMachineHarness(peer: "b:1")
    harness.on(.start)
    harness.on(.dialed(one))
    harness.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    harness.on(.peerChanged("10.0.0.2:1", isLinked: true))
    #expect(harness.isLinked)
    harness.on(.closed(one))
    let dials = harness.waitForDial()
    #expect(dials)
  }

  @Test("none: nobody is dialled any more, who comes is admitted")
  func none() {
    var harness = LinkMachineHarness(peer: "b:1")
    harness.on(.start)
    #expect(!harness.machine.isOpen)
    harness.on(.peerChanged(nil, isLinked: false))
    #expect(harness.machine.isOpen)
    let dials = harness.waitForDial()
    #expect(!dials)
    harness.join(one)
    #expect(harness.isLinked)
  }

  @Test("before the first dial has ended the new one is looked for as long as the old one would have been")
  func seeking() {
    var harness = LinkMachineHarness(peer: "b:1")
    harness.on(.start)
    harness.wait(.milliseconds(500))
    harness.on(.peerChanged("c:1", isLinked: false))
    #expect(harness.last.contains(.dial) && !harness.machine.isOpen)
    harness.wait(.milliseconds(500))
    #expect(harness.machine.isOpen)
  }

  @Test("the old one that still dials is refused, but not where it is what is dialled, nor when nobody is")
  func former() {
    func changed(to peer: String?) -> LinkMachineHarness {
      var harness = LinkMachineHarness(peer: "b:1")
      harness.on(.start)
      harness.on(.dialed(one))
      harness.on(
        .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
      harness.on(.peerChanged(peer, isLinked: false))
      return harness
    }
    var harness = changed(to: "c:1")
    #expect(
      harness.greet(two, LinkMachineHarness.hello(node: 9)) == ["refused 10.0.0.2:4000 (another was named as the peer)"]
    )
    harness.on(.dialed(one))
    harness.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(harness.isLinked)
    var alone = changed(to: nil)
    alone.join(two)
    #expect(alone.isLinked)
  }

  @Test("who was about to join as the old one is turned away")
  func handshakes() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.greet(one, LinkMachineHarness.hello(node: 9))
    harness.on(.peerChanged("c:1", isLinked: false))
    #expect(harness.last.contains(.close(one, saying: .notAdmitted)))
    harness.on(.confirmed(one, proven: true))
    #expect(!harness.isLinked)
  }
}
