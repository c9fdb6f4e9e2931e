import ItemStore
import Testing

@testable import Replication

@Suite struct LinkMachineHandshakeTests {
  @Test("a peer that was started with other limits is told of once, on either side, until they are others again")
  func differences() {
    let localLimits = PeerLimits(memory: 256 << 20, maxItemSize: 1 << 20)
    func told(by peer: PeerLimits, _ channel: UInt32, _ harness: inout LinkMachineHarness) -> [String] {
      let before = harness.warnings.count
      harness.join(ChannelID(channel), LinkMachineHarness.hello(node: 9) { $0.fields = HelloFields(limits: peer) })
      harness.on(.closed(ChannelID(channel)))
      harness.wait(.seconds(1))
      return Array(harness.warnings[before...])
    }
    var harness = LinkMachineHarness { $0.limits = localLimits }
    harness.on(.start)
    var small = localLimits
    small.memory = 64 << 20
    #expect(
      told(by: small, 1, &harness) == ["the peer has -m 64, this side -m 256: what it has no room for is here alone"])
    #expect(told(by: small, 2, &harness) == [])
    #expect(told(by: localLimits, 3, &harness) == [])
    #expect(told(by: small, 4, &harness).count == 1)
    var dialling = LinkMachineHarness(peer: "p:1") { $0.limits = localLimits }
    dialling.on(.start)
    dialling.on(.dialed(ChannelID(1)))
    let hello = LinkMachineHarness.hello(node: 9) { $0.fields = HelloFields(limits: small) }
    dialling.on(.hello(ChannelID(1), hello, unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(dialling.warnings.count == 1 && dialling.isLinked)
    dialling = LinkMachineHarness { $0.limits = localLimits }
    dialling.on(.start)
    dialling.join(ChannelID(1))
    #expect(dialling.warnings == [], "a peer that does not say")
  }

  private let one = ChannelID(1)
  private let two = ChannelID(2)
  private let clock = LinkMachineHarness.wallClock

  private func listening() -> LinkMachineHarness {
    var harness = LinkMachineHarness()
    harness.on(.start)
    return harness
  }

  @Test(
    "a hello that does not fit is refused with one line that says why",
    arguments: [
      (GoodbyeReason.clockAhead, "its clock is 61 s ahead of this side's"),
      (.clockBehind, "its clock is 61 s behind this side's"),
      (.wrongVersion, "it speaks version 9, this side 1"),
    ])
  func faults(reason: GoodbyeReason, text: String) {
    let hello = LinkMachineHarness.hello(node: 9) {
      if text.contains("ahead of") { $0.unixMicroseconds += 61_000_000 }
      if text.contains("behind") { $0.unixMicroseconds -= 61_000_000 }
      if text.contains("version") { ($0.version, $0.oldestVersion) = (9, 2) }
    }
    var harness = listening()
    #expect(harness.greet(one, hello) == ["refused 10.0.0.2:4000 (\(text))"])
    #expect(harness.last.first == .close(one, saying: reason) && harness.last.contains(.countRefusedPeer))
  }

  @Test("a hello of a newer version is answered, on either side, and the two speak what both know")
  func newer() throws {
    let hello = LinkMachineHarness.hello(node: 9) {
      ($0.version, $0.oldestVersion, $0.features) = (7, 1, HelloFeatures(rawValue: .max).subtracting(.probe))
    }
    func agreed(_ harness: LinkMachineHarness) throws -> LinkParameters {
      let sessions = harness.last.compactMap { action -> LinkParameters? in
        if case .beginSession(_, let parameters) = action { parameters } else { nil }
      }
      return try #require(sessions.first)
    }
    var accepting = listening()
    accepting.greet(one, hello)
    #expect(accepting.last == [.sendHello(one)])
    accepting.on(.confirmed(one, proven: true))
    var dialling = LinkMachineHarness(peer: "p:1")
    dialling.on(.start)
    dialling.on(.dialed(one))
    dialling.on(.hello(one, hello, unixMicroseconds: clock, proven: true))
    #expect(dialling.last.first == .sendConfirm(one))
    for harness in [accepting, dialling] {
      let parameters = try agreed(harness)
      #expect(harness.isLinked && parameters.version == Hello.currentVersion && parameters.features == .supported)
    }
  }

  @Test("a host that may not pair is refused with the remedy, before it says a word")
  func notAdmitted() {
    var harness = listening()
    let lines = harness.on(.accepted(one, from: "8.8.8.8:1", .refused(remedy: "to pair with it give -x 8.8.8.8")))
    #expect(lines == ["refused 8.8.8.8:1 (to pair with it give -x 8.8.8.8)"])
    #expect(harness.last.first == .close(one, saying: .notAdmitted))
  }

  @Test("half a hello within 300 ms, no confirmation within 1 s: refused")
  func timeouts() {
    var harness = listening()
    harness.on(.accepted(one, from: "10.0.0.3:1", .admitted))
    harness.on(.bytesReceived(one))
    harness.wait(.milliseconds(250))
    #expect(harness.log.last == "listen")
    harness.wait(.milliseconds(50))
    #expect(harness.log.last == "refused 10.0.0.3:1 (no hello)")
    harness.greet(two, LinkMachineHarness.hello(node: 9))
    harness.wait(.milliseconds(950))
    #expect(harness.machine.handshakes.count == 1)
    harness.wait(.milliseconds(50))
    #expect(harness.machine.handshakes.isEmpty)
  }

  @Test("a wrong secret is refused on either side")
  func wrongSecret() {
    var harness = listening()
    harness.greet(one, LinkMachineHarness.hello(node: 9))
    #expect(
      harness.on(.confirmed(one, proven: false)) == ["refused 10.0.0.2:4000 (the secrets differ: -o repl_secret)"])
    var dialling = LinkMachineHarness(peer: "p:1")
    dialling.on(.start)
    dialling.on(.dialed(one))
    dialling.on(.hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: clock, proven: false))
    #expect(dialling.last.first == .close(one, saying: .wrongSecret) && !dialling.isLinked)
  }

  @Test("garbage, a second hello, a confirmation too early end that connection only")
  func garbage() {
    var harness = listening()
    harness.on(.accepted(one, from: "10.0.0.3:1", .admitted))
    #expect(harness.on(.malformed(one, .notHello)) == ["refused 10.0.0.3:1 (no hello)"])
    harness.on(.accepted(two, from: "10.0.0.3:2", .admitted))
    harness.on(.confirmed(two, proven: true))
    #expect(harness.last.first == .close(two, saying: .malformed))
    harness.join(ChannelID(3))
    harness.on(.hello(ChannelID(3), LinkMachineHarness.hello(node: 9), unixMicroseconds: clock, proven: true))
    #expect(!harness.isLinked)
  }

  @Test("another node is told already connected; the link stays")
  func alreadyConnected() {
    var harness = listening()
    harness.join(one)
    #expect(harness.greet(two, LinkMachineHarness.hello(node: 10)) == ["already connected"])
    #expect(harness.last.first == .close(two, saying: .alreadyConnected) && harness.isLinked)
  }

  @Test("who says it is its own peer, rebooted, is refused with the remedy while the peer lives: a cloned host")
  func cloned() {
    let remedy = "a daemon with the same host name, -l, -p and -X is connected: give each host its own name"
    var harness = listening()
    harness.join(one)
    harness.wait(.milliseconds(150))
    harness.on(.bytesReceived(one))
    harness.wait(.milliseconds(150))
    #expect(harness.greet(two, LinkMachineHarness.hello(node: 9, boot: 71)) == ["refused 10.0.0.2:4000 (\(remedy))"])
    #expect(harness.last.first == .close(two, saying: .sameNode) && harness.isLinked)
    #expect(harness.warnings.count == 1)
    // It may have come to life between its hello and its confirmation.
    harness.wait(.milliseconds(50))
    #expect(harness.greet(two, LinkMachineHarness.hello(node: 9, boot: 71)) == [])
    harness.on(.bytesReceived(one))
    harness.on(.confirmed(two, proven: true))
    #expect(harness.last.first == .close(two, saying: .sameNode) && harness.isLinked)

    var dialling = LinkMachineHarness(peer: "p:1")
    dialling.on(.start)
    dialling.on(.dialed(one))
    #expect(dialling.on(.goodbye(one, .sameNode)) == ["refused by p:1 (\(remedy))"])
    #expect(dialling.warnings.count == 1)
  }

  @Test("its own peer, rebooted, replaces the link on which two heartbeats were missed")
  func rebooted() {
    var harness = listening()
    harness.join(one)
    harness.wait(.milliseconds(200))
    #expect(harness.join(two, LinkMachineHarness.hello(node: 9, boot: 71)) == ["close", "accept"])
    #expect(harness.last.prefix(2) == [.close(one, saying: .secondLink), .endSession(isReplaced: true)])
    harness.on(.closed(one))
    #expect(harness.isLinked)
  }

  @Test("its own peer, not rebooted, has lost the link it dialled and gets a new one")
  func dialledAgain() {
    var harness = listening()
    harness.join(one)
    harness.join(two)
    #expect(harness.isLinked && harness.last.contains(.endSession(isReplaced: true)))
  }

  @Test("a connection to itself is closed without a word")
  func oneself() {
    var harness = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    harness.on(.start)
    harness.on(.dialed(one))
    harness.greet(two, LinkMachineHarness.hello(node: 5, boot: 50))
    #expect(harness.last == [.close(two, saying: .oneself)])
    harness.on(.hello(one, LinkMachineHarness.hello(node: 5, boot: 50), unixMicroseconds: clock, proven: true))
    #expect(harness.log == ["connect (peer=p:1)", "listen"])
  }

  @Test("of two that dial each other the one whose acceptor is greater stays")
  func tie() {
    for (peerNode, takesTheirs) in [(UInt64(9), false), (3, true)] {
      var harness = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
      harness.on(.start)
      harness.on(.dialFailed("refused"))
      harness.wait(.milliseconds(100))
      harness.on(.dialed(one))
      harness.join(two, LinkMachineHarness.hello(node: peerNode))
      #expect(harness.isLinked == takesTheirs)
      if !takesTheirs {
        harness.on(.hello(one, LinkMachineHarness.hello(node: peerNode), unixMicroseconds: clock, proven: true))
        #expect(harness.isLinked && harness.machine.role == .slave)
      }
    }
  }

  @Test("a refusal by the peer is told once while it lasts")
  func refusedByPeer() {
    var harness = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    harness.on(.start)
    for number in UInt32(1)...5 {
      harness.on(.dialed(ChannelID(number)))
      harness.on(.goodbye(ChannelID(number), .alreadyConnected))
      harness.wait(.seconds(2))
    }
    #expect(harness.log.count { $0 == "refused by p:1 (already connected)" } == 1)
  }
}
