import Testing

@testable import Replication

/// Who may pair, and what those cost who may not.
@Suite struct LinkMachineStrangerTests {
  private let one = ChannelID(1)
  private let clock = LinkMachineHarness.wallClock
  private let peer = "10.0.0.2:4000"

  private func listening(hasSecret: Bool = false) -> LinkMachineHarness {
    var harness = LinkMachineHarness { $0.hasSecret = hasSecret }
    harness.on(.start)
    return harness
  }

  private func hello(hasSecret: Bool) -> Hello { LinkMachineHarness.hello(node: 9) { $0.hasSecret = hasSecret } }

  // MARK: Who only asks

  private func question(node: UInt64 = 9) -> Hello {
    LinkMachineHarness.hello(node: node, boot: 71) { $0.features.insert(.probe) }
  }

  @Test("who only asks is answered, linked or not, whoever the peer is, and takes nobody's place")
  func probe() {
    for (isLinked, node) in [(false, UInt64(9)), (true, 9), (true, 8)] {
      var harness = listening()
      if isLinked { harness.join(one) }
      #expect(harness.greet(ChannelID(7), question(node: node)) == [])
      #expect(harness.last == [.sendHello(ChannelID(7))])
      #expect(harness.on(.closed(ChannelID(7))) == [] && harness.isLinked == isLinked)
    }
  }

  @Test("who only asks is judged as others are, and never becomes the peer")
  func judgedProbe() {
    var harness = listening(hasSecret: true)
    #expect(harness.greet(one, question()) == ["refused \(peer) (it has no secret, this side has one: -o repl_secret)"])
    harness = listening()
    harness.greet(one, question())
    #expect(harness.on(.confirmed(one, proven: true)).count == 1 && !harness.isLinked)
    #expect(harness.last.first == .close(one, saying: .malformed))
  }

  // MARK: Secrets

  @Test("who has no secret is refused by who has one, and the reverse, before anything of this side is said")
  func oneSided() {
    for (localSecret, told) in [(true, GoodbyeReason.secretMissing), (false, .secretUnwanted)] {
      var harness = listening(hasSecret: localSecret)
      let text = localSecret ? "it has no secret, this side has one" : "it has a secret, this side has none"
      #expect(harness.greet(one, hello(hasSecret: !localSecret)) == ["refused \(peer) (\(text): -o repl_secret)"])
      #expect(harness.last.first == .close(one, saying: told) && harness.last.contains(.countRefusedPeer))
      #expect(!harness.last.contains(.sendHello(one)))
    }
  }

  @Test("the other side hears it from its own point of view")
  func oneSidedHeard() {
    for (localSecret, told) in [(false, GoodbyeReason.secretMissing), (true, .secretUnwanted)] {
      var harness = LinkMachineHarness(peer: "p:1") { $0.hasSecret = localSecret }
      harness.on(.start)
      harness.on(.dialed(one))
      let text = localSecret ? "it has no secret, this side has one" : "it has a secret, this side has none"
      #expect(harness.on(.goodbye(one, told)) == ["refused by p:1 (\(text): -o repl_secret)"])
    }
  }

  @Test("an acceptor that denies its secret is refused, whatever its proof is")
  func stripped() {
    for proven in [true, false] {
      var harness = LinkMachineHarness(peer: "p:1") { $0.hasSecret = true }
      harness.on(.start)
      harness.on(.dialed(one))
      harness.on(.hello(one, hello(hasSecret: false), unixMicroseconds: clock, proven: proven))
      #expect(harness.last.first == .close(one, saying: .secretMissing) && !harness.isLinked)
    }
  }

  @Test("no proof, no session: on neither side, and the link there is stays")
  func unproven() {
    var harness = listening(hasSecret: true)
    harness.join(one, hello(hasSecret: true))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(200))
    let thief = ChannelID(2)
    harness.greet(thief, LinkMachineHarness.hello(node: 9, boot: 71) { $0.hasSecret = true })
    #expect(harness.last == [.sendHello(thief)], "until it is confirmed the link is not touched")
    harness.on(.confirmed(thief, proven: false))
    #expect(harness.last.first == .close(thief, saying: .wrongSecret))
    #expect(!harness.last.contains { if case .endSession = $0 { true } else { false } } && harness.isLinked)
  }

  @Test("a peer that finds this side's proof wrong is heard of in the log, once")
  func refusedByConnector() {
    var harness = listening(hasSecret: true)
    for number in UInt32(1)...3 {
      harness.greet(ChannelID(number), hello(hasSecret: true))
      harness.on(.goodbye(ChannelID(number), .wrongSecret))
    }
    #expect(harness.log == ["listen", "refused by \(peer) (the secrets differ: -o repl_secret)"])
    harness.wait(.seconds(61))
    #expect(harness.log.last == "refused by \(peer) (the secrets differ: -o repl_secret), and 2 times again")
  }

  @Test("whoever is refused, on either side, is told of as a warning; what else happens to the pair is not")
  func warnings() {
    var harness = listening(hasSecret: true)
    harness.greet(one, hello(hasSecret: false))
    harness.on(.accepted(ChannelID(2), from: "10.0.0.3:1", .refused(remedy: "a public address")))
    harness.greet(ChannelID(3), hello(hasSecret: true), from: "10.0.0.4:1")
    harness.on(.malformed(ChannelID(3), .length(.max)))
    harness.wait(.seconds(1))
    harness.greet(ChannelID(4), hello(hasSecret: true), from: "10.0.0.5:1")
    harness.on(.goodbye(ChannelID(4), .wrongSecret))
    harness.wait(.seconds(1))
    harness.join(ChannelID(5), hello(hasSecret: true))
    harness.on(.malformed(ChannelID(5), .unknownKind(99)))
    #expect(harness.warnings == harness.log.filter { $0.contains("refused") || $0.contains("malformed") })
    #expect(harness.warnings.count == 5 && harness.log.count > 7, "\(harness.log)")
    var dialling = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    dialling.on(.start)
    dialling.on(.dialed(one))
    dialling.on(.hello(one, hello(hasSecret: true), unixMicroseconds: clock, proven: true))
    dialling.waitForDial()
    dialling.on(.dialed(ChannelID(2)))
    dialling.on(.goodbye(ChannelID(2), .notAdmitted))
    #expect(dialling.warnings == dialling.log.filter { $0.hasPrefix("refused") } && dialling.warnings.count == 2)
  }

  @Test("a clock that goes on being wrong is told of once, though the seconds in the line change")
  func clockOnce() {
    var harness = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    harness.on(.start)
    for number in UInt32(1)...5 {
      harness.on(.dialed(ChannelID(number)))
      let ahead = LinkMachineHarness.hello(node: 9) { $0.unixMicroseconds += 100_000_000 + UInt64(number) * 1_000_000 }
      harness.on(.hello(ChannelID(number), ahead, unixMicroseconds: clock, proven: true))
      harness.wait(.seconds(2))
    }
    #expect(harness.log.count { $0.hasPrefix("refused p:1 (its clock is 101 s ahead") } == 1)
    #expect(harness.warnings.count == 1)
  }

  // MARK: Floods

  @Test("a flood that says nothing drowns itself: it is bounded, told in a line, and the peer's hello is heard")
  func silentFlood() {
    var harness = listening()
    for number in UInt32(100)..<300 { harness.on(.accepted(ChannelID(number), from: "10.0.0.3:1", .admitted)) }
    #expect(harness.machine.handshakes.count == harness.machine.settings.maxHandshakes)
    #expect(harness.log.count { $0.hasPrefix("refused") } == 1)
    harness.greet(one, hello(hasSecret: false))
    for number in UInt32(300)..<500 { harness.on(.accepted(ChannelID(number), from: "10.0.0.3:1", .admitted)) }
    harness.on(.confirmed(one, proven: true))
    #expect(harness.isLinked)
  }

  @Test("even from the peer's own host such a flood does not dismiss the peer, which has said hello")
  func floodFromTheSameHost() {
    var harness = listening()
    harness.greet(one, hello(hasSecret: false))
    for number in UInt32(100)..<500 { harness.on(.accepted(ChannelID(number), from: "10.0.0.2:1", .admitted)) }
    harness.on(.confirmed(one, proven: true))
    #expect(harness.isLinked)
  }

  @Test("a flood of hellos is limited by host: the peer on another host is let in, before and after it")
  func helloFlood() {
    var harness = listening(hasSecret: true)
    for number in UInt32(100)..<300 {
      harness.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true }, from: "10.0.0.3:1")
    }
    #expect(harness.log.last == "refused 10.0.0.3:1 (too many handshakes)")
    harness.greet(one, hello(hasSecret: true))
    #expect(harness.last == [.sendHello(one)])
    for number in UInt32(300)..<500 {
      harness.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true }, from: "10.0.0.3:1")
    }
    harness.on(.confirmed(one, proven: true))
    #expect(harness.isLinked)
  }

  @Test("with a secret, hellos and failed proofs without end from the peer's own host do not keep the peer out")
  func floodWithSecret() {
    var harness = listening(hasSecret: true)
    for number in UInt32(100)..<500 {
      let channel = ChannelID(number)
      harness.greet(channel, LinkMachineHarness.hello(node: 66) { $0.hasSecret = true })
      #expect(harness.last.contains(.sendHello(channel)))
      if number.isMultiple(of: 2) { harness.on(.confirmed(channel, proven: false)) }
      if number.isMultiple(of: 50) { harness.wait(.milliseconds(50)) }
    }
    let told = harness.warnings.filter { $0.contains("the secrets differ") }
    #expect(told.count == 1 && harness.warnings.count < 10, "\(harness.warnings)")
    harness.join(one, hello(hasSecret: true))
    #expect(harness.isLinked)
  }

  @Test("of failed proofs those beyond the rate are too many handshakes")
  func failedProofs() {
    var harness = listening(hasSecret: true)
    var reasons: [GoodbyeReason: Int] = [:]
    for number in UInt32(100)..<200 {
      harness.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true })
      harness.on(.confirmed(ChannelID(number), proven: false))
      if case .close(_, let reason?) = harness.last.first { reasons[reason, default: 0] += 1 }
    }
    #expect(reasons == [.wrongSecret: 20, .tooManyHandshakes: 80])
  }

  @Test("strangers from many hosts are bounded together, and the peer's hello is not dismissed for them")
  func manyHosts() {
    var harness = listening()
    harness.greet(one, hello(hasSecret: false))
    for number in UInt32(100)..<500 { harness.on(.accepted(ChannelID(number), from: "10.1.0.\(number):1", .admitted)) }
    #expect(harness.machine.handshakes.count == harness.machine.settings.maxHandshakes)
    harness.on(.confirmed(one, proven: true))
    #expect(harness.isLinked)
  }

  @Test("those that are not admitted cost nothing but a line and a count")
  func notAdmitted() {
    var harness = listening()
    for number in UInt32(100)..<300 {
      harness.on(.accepted(ChannelID(number), from: "8.8.8.8:1", .refused(remedy: "a public address")))
      #expect(harness.last.first == .close(ChannelID(number), saying: .notAdmitted))
      #expect(harness.last.contains(.countRefusedPeer))
    }
    #expect(harness.machine.handshakes.isEmpty && harness.log == ["listen", "refused 8.8.8.8:1 (a public address)"])
  }

  @Test("half a hello does not hold its place longer than silence does")
  func halfHello() {
    var harness = listening()
    harness.on(.accepted(one, from: peer, .admitted))
    for _ in 0..<6 {
      harness.on(.bytesReceived(one))
      harness.wait(.milliseconds(50))
    }
    #expect(harness.log.last == "refused \(peer) (no hello)" && harness.machine.handshakes.isEmpty)
  }
}
