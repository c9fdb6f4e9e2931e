import Testing

@testable import Replication

/// Who may pair, and what those cost who may not.
@Suite struct LinkMachineStrangerTests {
  private let one = ChannelID(1)
  private let clock = LinkMachineHarness.wallClock
  private let peer = "10.0.0.2:4000"

  private func listening(hasSecret: Bool = false) -> LinkMachineHarness {
    var desk = LinkMachineHarness { $0.hasSecret = hasSecret }
    desk.on(.start)
    return desk
  }

  private func hello(hasSecret: Bool) -> Hello { LinkMachineHarness.hello(node: 9) { $0.hasSecret = hasSecret } }

  // MARK: Who only asks

  private func question(node: UInt64 = 9) -> Hello {
    LinkMachineHarness.hello(node: node, boot: 71) { $0.features.insert(.probe) }
  }

  @Test("who only asks is answered, linked or not, whoever the peer is, and takes nobody's place")
  func probe() {
    for (isLinked, node) in [(false, UInt64(9)), (true, 9), (true, 8)] {
      var desk = listening()
      if isLinked { desk.join(one) }
      #expect(desk.greet(ChannelID(7), question(node: node)) == [])
      #expect(desk.last == [.sendHello(ChannelID(7))])
      #expect(desk.on(.closed(ChannelID(7))) == [] && desk.isLinked == isLinked)
    }
  }

  @Test("who only asks is judged as others are, and never becomes the peer")
  func judgedProbe() {
    var desk = listening(hasSecret: true)
    #expect(desk.greet(one, question()) == ["refused \(peer) (it has no secret, this side has one: -o repl_secret)"])
    desk = listening()
    desk.greet(one, question())
    #expect(desk.on(.confirmed(one, proven: true)).count == 1 && !desk.isLinked)
    #expect(desk.last.first == .close(one, saying: .malformed))
  }

  // MARK: Secrets

  @Test("who has no secret is refused by who has one, and the reverse, before anything of mine is said")
  func oneSided() {
    for (mine, told) in [(true, GoodbyeReason.secretMissing), (false, .secretUnwanted)] {
      var desk = listening(hasSecret: mine)
      let text = mine ? "it has no secret, this side has one" : "it has a secret, this side has none"
      #expect(desk.greet(one, hello(hasSecret: !mine)) == ["refused \(peer) (\(text): -o repl_secret)"])
      #expect(desk.last.first == .close(one, saying: told) && desk.last.contains(.countRefusedPeer))
      #expect(!desk.last.contains(.sendHello(one)))
    }
  }

  @Test("the other side hears it from its own point of view")
  func oneSidedHeard() {
    for (mine, told) in [(false, GoodbyeReason.secretMissing), (true, .secretUnwanted)] {
      var desk = LinkMachineHarness(peer: "p:1") { $0.hasSecret = mine }
      desk.on(.start)
      desk.on(.dialed(one))
      let text = mine ? "it has no secret, this side has one" : "it has a secret, this side has none"
      #expect(desk.on(.goodbye(one, told)) == ["refused by p:1 (\(text): -o repl_secret)"])
    }
  }

  @Test("an acceptor that denies its secret is refused, whatever its proof is")
  func stripped() {
    for proven in [true, false] {
      var desk = LinkMachineHarness(peer: "p:1") { $0.hasSecret = true }
      desk.on(.start)
      desk.on(.dialed(one))
      desk.on(.hello(one, hello(hasSecret: false), unixMicroseconds: clock, proven: proven))
      #expect(desk.last.first == .close(one, saying: .secretMissing) && !desk.isLinked)
    }
  }

  @Test("no proof, no session: on neither side, and the link there is stays")
  func unproven() {
    var desk = listening(hasSecret: true)
    desk.join(one, hello(hasSecret: true))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(200))
    let thief = ChannelID(2)
    desk.greet(thief, LinkMachineHarness.hello(node: 9, boot: 71) { $0.hasSecret = true })
    #expect(desk.last == [.sendHello(thief)], "until it is confirmed the link is not touched")
    desk.on(.confirmed(thief, proven: false))
    #expect(desk.last.first == .close(thief, saying: .wrongSecret))
    #expect(!desk.last.contains { if case .endSession = $0 { true } else { false } } && desk.isLinked)
  }

  @Test("a peer that finds my proof wrong is heard of in the log, once")
  func refusedByConnector() {
    var desk = listening(hasSecret: true)
    for number in UInt32(1)...3 {
      desk.greet(ChannelID(number), hello(hasSecret: true))
      desk.on(.goodbye(ChannelID(number), .wrongSecret))
    }
    #expect(desk.log == ["listen", "refused by \(peer) (the secrets differ: -o repl_secret)"])
    desk.wait(.seconds(61))
    #expect(desk.log.last == "refused by \(peer) (the secrets differ: -o repl_secret), and 2 times again")
  }

  @Test("whoever is refused, on either side, is told of as a warning; what else happens to the pair is not")
  func warnings() {
    var desk = listening(hasSecret: true)
    desk.greet(one, hello(hasSecret: false))
    desk.on(.accepted(ChannelID(2), from: "10.0.0.3:1", .refused(remedy: "a public address")))
    desk.greet(ChannelID(3), hello(hasSecret: true), from: "10.0.0.4:1")
    desk.on(.malformed(ChannelID(3), .length(.max)))
    desk.wait(.seconds(1))
    desk.greet(ChannelID(4), hello(hasSecret: true), from: "10.0.0.5:1")
    desk.on(.goodbye(ChannelID(4), .wrongSecret))
    desk.wait(.seconds(1))
    desk.join(ChannelID(5), hello(hasSecret: true))
    desk.on(.malformed(ChannelID(5), .unknownKind(99)))
    #expect(desk.warnings == desk.log.filter { $0.contains("refused") || $0.contains("malformed") })
    #expect(desk.warnings.count == 5 && desk.log.count > 7, "\(desk.log)")
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
    var desk = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    desk.on(.start)
    for number in UInt32(1)...5 {
      desk.on(.dialed(ChannelID(number)))
      let ahead = LinkMachineHarness.hello(node: 9) { $0.unixMicroseconds += 100_000_000 + UInt64(number) * 1_000_000 }
      desk.on(.hello(ChannelID(number), ahead, unixMicroseconds: clock, proven: true))
      desk.wait(.seconds(2))
    }
    #expect(desk.log.count { $0.hasPrefix("refused p:1 (its clock is 101 s ahead") } == 1)
    #expect(desk.warnings.count == 1)
  }

  // MARK: Floods

  @Test("a flood that says nothing drowns itself: it is bounded, told in a line, and the peer's hello is heard")
  func silentFlood() {
    var desk = listening()
    for number in UInt32(100)..<300 { desk.on(.accepted(ChannelID(number), from: "10.0.0.3:1", .admitted)) }
    #expect(desk.machine.handshakes.count == desk.machine.settings.maxHandshakes)
    #expect(desk.log.count { $0.hasPrefix("refused") } == 1)
    desk.greet(one, hello(hasSecret: false))
    for number in UInt32(300)..<500 { desk.on(.accepted(ChannelID(number), from: "10.0.0.3:1", .admitted)) }
    desk.on(.confirmed(one, proven: true))
    #expect(desk.isLinked)
  }

  @Test("even from the peer's own host such a flood does not dismiss the peer, which has said hello")
  func floodFromTheSameHost() {
    var desk = listening()
    desk.greet(one, hello(hasSecret: false))
    for number in UInt32(100)..<500 { desk.on(.accepted(ChannelID(number), from: "10.0.0.2:1", .admitted)) }
    desk.on(.confirmed(one, proven: true))
    #expect(desk.isLinked)
  }

  @Test("a flood of hellos is limited by host: the peer on another host is let in, before and after it")
  func helloFlood() {
    var desk = listening(hasSecret: true)
    for number in UInt32(100)..<300 {
      desk.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true }, from: "10.0.0.3:1")
    }
    #expect(desk.log.last == "refused 10.0.0.3:1 (too many handshakes)")
    desk.greet(one, hello(hasSecret: true))
    #expect(desk.last == [.sendHello(one)])
    for number in UInt32(300)..<500 {
      desk.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true }, from: "10.0.0.3:1")
    }
    desk.on(.confirmed(one, proven: true))
    #expect(desk.isLinked)
  }

  @Test("with a secret, hellos and failed proofs without end from the peer's own host do not keep the peer out")
  func floodWithSecret() {
    var desk = listening(hasSecret: true)
    for number in UInt32(100)..<500 {
      let channel = ChannelID(number)
      desk.greet(channel, LinkMachineHarness.hello(node: 66) { $0.hasSecret = true })
      #expect(desk.last.contains(.sendHello(channel)))
      if number.isMultiple(of: 2) { desk.on(.confirmed(channel, proven: false)) }
      if number.isMultiple(of: 50) { desk.wait(.milliseconds(50)) }
    }
    let told = desk.warnings.filter { $0.contains("the secrets differ") }
    #expect(told.count == 1 && desk.warnings.count < 10, "\(desk.warnings)")
    desk.join(one, hello(hasSecret: true))
    #expect(desk.isLinked)
  }

  @Test("of failed proofs those beyond the rate are too many handshakes")
  func failedProofs() {
    var desk = listening(hasSecret: true)
    var reasons: [GoodbyeReason: Int] = [:]
    for number in UInt32(100)..<200 {
      desk.greet(ChannelID(number), LinkMachineHarness.hello(node: 66) { $0.hasSecret = true })
      desk.on(.confirmed(ChannelID(number), proven: false))
      if case .close(_, let reason?) = desk.last.first { reasons[reason, default: 0] += 1 }
    }
    #expect(reasons == [.wrongSecret: 20, .tooManyHandshakes: 80])
  }

  @Test("strangers from many hosts are bounded together, and the peer's hello is not dismissed for them")
  func manyHosts() {
    var desk = listening()
    desk.greet(one, hello(hasSecret: false))
    for number in UInt32(100)..<500 { desk.on(.accepted(ChannelID(number), from: "10.1.0.\(number):1", .admitted)) }
    #expect(desk.machine.handshakes.count == desk.machine.settings.maxHandshakes)
    desk.on(.confirmed(one, proven: true))
    #expect(desk.isLinked)
  }

  @Test("those that are not admitted cost nothing but a line and a count")
  func notAdmitted() {
    var desk = listening()
    for number in UInt32(100)..<300 {
      desk.on(.accepted(ChannelID(number), from: "8.8.8.8:1", .refused(remedy: "a public address")))
      #expect(desk.last.first == .close(ChannelID(number), saying: .notAdmitted))
      #expect(desk.last.contains(.countRefusedPeer))
    }
    #expect(desk.machine.handshakes.isEmpty && desk.log == ["listen", "refused 8.8.8.8:1 (a public address)"])
  }

  @Test("half a hello does not hold its place longer than silence does")
  func halfHello() {
    var desk = listening()
    desk.on(.accepted(one, from: peer, .admitted))
    for _ in 0..<6 {
      desk.on(.bytesReceived(one))
      desk.wait(.milliseconds(50))
    }
    #expect(desk.log.last == "refused \(peer) (no hello)" && desk.machine.handshakes.isEmpty)
  }
}
