import ItemStore
import Testing

@testable import Replication

@Suite struct LinkMachineLegacyTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)
  private let old = "10.0.0.3:4000"

  private func listening(_ change: (inout LinkSettings) -> Void = { _ in }) -> LinkMachineHarness {
    var harness = LinkMachineHarness(change: change)
    harness.on(.start)
    return harness
  }

  private func silent(_ change: (inout LinkSettings) -> Void = { _ in }) -> LinkMachineHarness {
    var harness = listening(change)
    harness.on(.accepted(one, from: old, .admitted))
    harness.wait(.milliseconds(300))
    return harness
  }

  @Test("an acceptor that hears no hello within 300 ms speaks the old format, with the log of repcached 2.x")
  func silentConnector() {
    var harness = listening()
    harness.on(.accepted(one, from: old, .admitted))
    let early = harness.wait(.milliseconds(250))
    #expect(early.isEmpty && !harness.isLinked)
    harness.wait(.milliseconds(50))
    #expect(harness.last.last == .beginLegacySession(one, .master, hasSpoken: false))
    harness.on(.copyOutBegan(items: 3))
    harness.on(.copyOutEnded(items: 3))
    #expect(harness.log == ["listen", "accept", "marugoto start", "marugoto 3", "marugoto owari", "start"])
    #expect(harness.machine.state == .stream && harness.machine.role == .master)
    #expect(harness.on(.closed(one)) == ["close", "listen"])
  }

  @Test("a word of repcached 2.x is enough, at once")
  func speakingConnector() {
    var harness = listening()
    harness.on(.accepted(one, from: old, .admitted))
    harness.on(.bytesReceived(one))
    #expect(harness.on(.spokeLegacy(one)) == ["accept"])
    #expect(harness.last == [.log("replication: accept"), .beginLegacySession(one, .master, hasSpoken: true)])
  }

  @Test(
    "an old acceptor answers this side's dial: its copy opens the door to clients, and it may be cut and found again")
  func oldAcceptor() {
    var harness = LinkMachineHarness(peer: "10.0.0.3:11212")
    harness.on(.start)
    harness.on(.dialed(one))
    harness.on(.spokeLegacy(one))
    #expect(harness.last == [.beginLegacySession(one, .slave, hasSpoken: true)] && harness.machine.role == .slave)
    #expect(harness.on(.copyInBegan(items: 0)) == ["marugoto copying"])
    #expect(!harness.machine.isOpen)
    harness.on(.copyInEnded)
    #expect(harness.machine.isOpen && harness.machine.state == .copy)
    harness.on(.copyOutBegan(items: 0))
    #expect(harness.on(.copyOutEnded(items: 0)) == ["start"])
    #expect(harness.on(.closed(one)) == ["close", "listen"])
    let dials = harness.waitForDial()
    #expect(dials)
    harness.on(.dialed(two))
    #expect(harness.on(.spokeLegacy(two)) == ["connect (peer=10.0.0.3:11212)"])
    #expect(harness.isLinked)
  }

  @Test("the old format knows no heartbeat: its silence is no death, and nothing is sent to keep it awake")
  func noHeartbeat() {
    var harness = silent()
    let actions = harness.wait(.seconds(60))
    #expect(actions.isEmpty && harness.isLinked)
  }

  @Test("an old acceptor that falls silent in its copy is given up after 10 s, for clients wait")
  func silentCopy() {
    var harness = LinkMachineHarness(peer: "10.0.0.3:11212")
    harness.on(.start)
    harness.on(.dialed(one))
    harness.on(.spokeLegacy(one))
    harness.wait(.milliseconds(9_950))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(50))
    #expect(!harness.isLinked && harness.machine.isOpen)
  }

  @Test("with a secret old peers are refused, silent or not, and told so in the log")
  func secret() {
    var harness = silent { $0.acceptsLegacy = false }
    #expect(!harness.isLinked && harness.log.last == "refused \(old) (no hello)")
    harness.on(.accepted(two, from: old, .admitted))
    let why = "it speaks as repcached 2.x, which cannot prove the secret (-o repl_secret)"
    #expect(harness.on(.spokeLegacy(two)) == ["refused \(old) (\(why))"])
    var dialling = LinkMachineHarness(peer: "p:1") { $0.acceptsLegacy = false }
    dialling.on(.start)
    dialling.on(.dialed(one))
    #expect(dialling.on(.spokeLegacy(one)) == ["refused p:1 (\(why))"])
    #expect(dialling.last.first == .close(one, saying: nil) && !dialling.isLinked)
  }

  @Test("who is silent takes no one's place: the link stays, to a new peer or to an old one")
  func silentSecond() {
    var harness = listening()
    harness.join(one)
    harness.on(.accepted(two, from: old, .admitted))
    for _ in 0..<10 {
      harness.on(.bytesReceived(one))
      harness.wait(.milliseconds(100))
    }
    #expect(harness.isLinked && harness.log.last == "refused \(old) (no hello)")
    var older = silent()
    older.on(.accepted(two, from: old, .admitted))
    older.wait(.milliseconds(300))
    #expect(older.isLinked && older.log.last == "already connected")
  }

  @Test("who has never said a word gives way to whoever says one")
  func unspokenGivesWay() {
    var harness = silent()
    #expect(harness.join(two) == ["close", "accept"])
    var other = silent()
    other.on(.accepted(two, from: "10.0.0.4:1", .admitted))
    #expect(other.on(.spokeLegacy(two)) == ["close", "accept"])
  }

  @Test("an old peer that has spoken gives way to a hello of its own host, upgraded, and to no other's")
  func upgraded() {
    var harness = silent()
    harness.on(.bytesReceived(one))
    #expect(harness.greet(two, LinkMachineHarness.hello(node: 9), from: "10.0.0.4:1") == ["already connected"])
    harness.greet(ChannelID(3), LinkMachineHarness.hello(node: 9), from: "10.0.0.3:9")
    #expect(harness.on(.confirmed(ChannelID(3), proven: true)) == ["close", "accept"])
    #expect(harness.last.contains(.endSession(isReplaced: true)))
  }

  @Test("while this side's own dial waits for an answer a silent connection is not taken for the peer")
  func dialFirst() {
    var harness = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    harness.on(.start)
    harness.on(.dialFailed("refused"))
    _ = harness.waitForDial()
    harness.on(.dialed(one))
    harness.on(.accepted(two, from: old, .admitted))
    harness.wait(.milliseconds(400))
    #expect(!harness.isLinked)
    harness.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(harness.isLinked && harness.machine.role == .slave)
  }

  @Test("the words of repcached 2.x behind a hello are out of place")
  func afterHello() {
    var harness = listening()
    harness.greet(one, LinkMachineHarness.hello(node: 9))
    harness.on(.spokeLegacy(one))
    #expect(!harness.isLinked && harness.machine.handshakes.isEmpty)
  }

  @Test("once a peer of today's kind was met silence proves nothing: the hello gets its time")
  func lateHello() {
    var harness = listening()
    harness.join(one)
    harness.on(.closed(one))
    harness.on(.accepted(two, from: old, .admitted))
    harness.wait(.milliseconds(950))
    #expect(!harness.isLinked)
    harness.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    harness.on(.confirmed(two, proven: true))
    #expect(harness.isLinked)
  }

  @Test("and who stays silent is refused, but a word of repcached 2.x is still enough")
  func silentAfterPeer() {
    var harness = listening()
    harness.join(one)
    harness.on(.closed(one))
    harness.on(.accepted(two, from: old, .admitted))
    harness.wait(.seconds(1))
    #expect(!harness.isLinked && harness.log.last == "refused \(old) (no hello)")
    harness.on(.accepted(ChannelID(3), from: old, .admitted))
    harness.on(.bytesReceived(ChannelID(3)))
    harness.on(.spokeLegacy(ChannelID(3)))
    #expect(harness.isLinked)
  }

  @Test("an old one that is announced may be silent all the same")
  func announced() {
    var harness = listening { $0.expectsLegacy = true }
    harness.join(one)
    harness.on(.closed(one))
    harness.on(.accepted(two, from: old, .admitted))
    harness.wait(.milliseconds(300))
    #expect(harness.last.contains(.beginLegacySession(two, .master, hasSpoken: false)))
  }

  @Test("a hello that comes where one was taken for old shows that silence is no sign")
  func helloTooLate() {
    var harness = silent()
    #expect(harness.on(.lateHello(one)) == ["close", "listen"])
    harness.on(.accepted(two, from: old, .admitted))
    harness.wait(.milliseconds(950))
    #expect(!harness.isLinked && !harness.machine.handshakes.isEmpty)
  }
}
