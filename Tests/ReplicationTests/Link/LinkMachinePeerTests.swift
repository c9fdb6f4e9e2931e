import Testing

@testable import Replication

/// Another peer while the daemon runs.
@Suite struct LinkMachinePeerTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)

  @Test("who only listened parts with its peer and dials the new one")
  func listener() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    let lines = desk.on(.peerChanged("c:1", isLinked: false))
    #expect(lines.prefix(2) == ["the peer is now c:1, it was whoever connected", "close"])
    #expect(desk.warnings == [lines[0]])
    #expect(!desk.isLinked)
    desk.on(.dialed(two))
    desk.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(desk.isLinked && desk.machine.role == .slave)
  }

  @Test("who dials an old one in vain dials the new one at once, and takes no late answer of the old")
  func dialler() {
    var desk = LinkMachineHarness(peer: "b:1") { $0.replWait = .zero }
    desk.on(.start)
    desk.on(.dialFailed("refused"))
    _ = desk.waitForDial()
    desk.on(.dialed(one))
    desk.on(.peerChanged("c:1", isLinked: false))
    #expect(desk.last.contains(.close(one, saying: .anotherPeer)) && desk.last.contains(.dial))
    #expect(desk.on(.dialFailed("refused")) == ["cannot connect (c:1: refused)"])
    let dials = desk.waitForDial()
    #expect(dials)
  }

  @Test("a link that is to the new one already stays")
  func linked() {
    var desk = LinkMachineHarness(peer: "b:1")
    desk.on(.start)
    desk.on(.dialed(one))
    desk.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    desk.on(.peerChanged("10.0.0.2:1", isLinked: true))
    #expect(desk.isLinked)
    desk.on(.closed(one))
    let dials = desk.waitForDial()
    #expect(dials)
  }

  @Test("none: nobody is dialled any more, who comes is admitted")
  func none() {
    var desk = LinkMachineHarness(peer: "b:1")
    desk.on(.start)
    #expect(!desk.machine.isOpen)
    desk.on(.peerChanged(nil, isLinked: false))
    #expect(desk.machine.isOpen)
    let dials = desk.waitForDial()
    #expect(!dials)
    desk.join(one)
    #expect(desk.isLinked)
  }

  @Test("before the first dial has ended the new one is looked for as long as the old one would have been")
  func seeking() {
    var desk = LinkMachineHarness(peer: "b:1")
    desk.on(.start)
    desk.wait(.milliseconds(500))
    desk.on(.peerChanged("c:1", isLinked: false))
    #expect(desk.last.contains(.dial) && !desk.machine.isOpen)
    desk.wait(.milliseconds(500))
    #expect(desk.machine.isOpen)
  }

  @Test("the old one that still dials is refused, but not where it is what is dialled, nor when nobody is")
  func former() {
    func changed(to peer: String?) -> LinkMachineHarness {
      var desk = LinkMachineHarness(peer: "b:1")
      desk.on(.start)
      desk.on(.dialed(one))
      desk.on(
        .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
      desk.on(.peerChanged(peer, isLinked: false))
      return desk
    }
    var desk = changed(to: "c:1")
    #expect(
      desk.greet(two, LinkMachineHarness.hello(node: 9)) == ["refused 10.0.0.2:4000 (another was named as the peer)"])
    desk.on(.dialed(one))
    desk.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(desk.isLinked)
    var alone = changed(to: nil)
    alone.join(two)
    #expect(alone.isLinked)
  }

  @Test("who was about to join as the old one is turned away")
  func handshakes() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.greet(one, LinkMachineHarness.hello(node: 9))
    desk.on(.peerChanged("c:1", isLinked: false))
    #expect(desk.last.contains(.close(one, saying: .notAdmitted)))
    desk.on(.confirmed(one, proven: true))
    #expect(!desk.isLinked)
  }
}
