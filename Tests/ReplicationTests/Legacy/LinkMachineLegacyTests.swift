import ItemStore
import Testing

@testable import Replication

@Suite struct LinkMachineLegacyTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)
  private let old = "10.0.0.3:4000"

  private func listening(_ change: (inout LinkSettings) -> Void = { _ in }) -> LinkMachineHarness {
    var desk = LinkMachineHarness(change: change)
    desk.on(.start)
    return desk
  }

  private func silent(_ change: (inout LinkSettings) -> Void = { _ in }) -> LinkMachineHarness {
    var desk = listening(change)
    desk.on(.accepted(one, from: old, .admitted))
    desk.wait(.milliseconds(300))
    return desk
  }

  @Test("an acceptor that hears no hello within 300 ms speaks the old format, with the log of repcached 2.x")
  func silentConnector() {
    var desk = listening()
    desk.on(.accepted(one, from: old, .admitted))
    let early = desk.wait(.milliseconds(250))
    #expect(early.isEmpty && !desk.isLinked)
    desk.wait(.milliseconds(50))
    #expect(desk.last.last == .beginLegacySession(one, .master, hasSpoken: false))
    desk.on(.copyOutBegan(items: 3))
    desk.on(.copyOutEnded(items: 3))
    #expect(desk.log == ["listen", "accept", "marugoto start", "marugoto 3", "marugoto owari", "start"])
    #expect(desk.machine.state == .stream && desk.machine.role == .master)
    #expect(desk.on(.closed(one)) == ["close", "listen"])
  }

  @Test("a word of repcached 2.x is enough, at once")
  func speakingConnector() {
    var desk = listening()
    desk.on(.accepted(one, from: old, .admitted))
    desk.on(.bytesReceived(one))
    #expect(desk.on(.spokeLegacy(one)) == ["accept"])
    #expect(desk.last == [.log("replication: accept"), .beginLegacySession(one, .master, hasSpoken: true)])
  }

  @Test("an old acceptor answers my dial: its copy opens the door to clients, and it may be cut and found again")
  func oldAcceptor() {
    var desk = LinkMachineHarness(peer: "10.0.0.3:11212")
    desk.on(.start)
    desk.on(.dialed(one))
    desk.on(.spokeLegacy(one))
    #expect(desk.last == [.beginLegacySession(one, .slave, hasSpoken: true)] && desk.machine.role == .slave)
    #expect(desk.on(.copyInBegan(items: 0)) == ["marugoto copying"])
    #expect(!desk.machine.isOpen)
    desk.on(.copyInEnded)
    #expect(desk.machine.isOpen && desk.machine.state == .copy)
    desk.on(.copyOutBegan(items: 0))
    #expect(desk.on(.copyOutEnded(items: 0)) == ["start"])
    #expect(desk.on(.closed(one)) == ["close", "listen"])
    let dials = desk.waitForDial()
    #expect(dials)
    desk.on(.dialed(two))
    #expect(desk.on(.spokeLegacy(two)) == ["connect (peer=10.0.0.3:11212)"])
    #expect(desk.isLinked)
  }

  @Test("the old format knows no heartbeat: its silence is no death, and nothing is sent to keep it awake")
  func noHeartbeat() {
    var desk = silent()
    let actions = desk.wait(.seconds(60))
    #expect(actions.isEmpty && desk.isLinked)
  }

  @Test("an old acceptor that falls silent in its copy is given up after 10 s, for clients wait")
  func silentCopy() {
    var desk = LinkMachineHarness(peer: "10.0.0.3:11212")
    desk.on(.start)
    desk.on(.dialed(one))
    desk.on(.spokeLegacy(one))
    desk.wait(.milliseconds(9_950))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(50))
    #expect(!desk.isLinked && desk.machine.isOpen)
  }

  @Test("with a secret old peers are refused, silent or not, and told so in the log")
  func secret() {
    var desk = silent { $0.acceptsLegacy = false }
    #expect(!desk.isLinked && desk.log.last == "refused \(old) (no hello)")
    desk.on(.accepted(two, from: old, .admitted))
    let why = "it speaks as repcached 2.x, which cannot prove the secret (-o repl_secret)"
    #expect(desk.on(.spokeLegacy(two)) == ["refused \(old) (\(why))"])
    var dialling = LinkMachineHarness(peer: "p:1") { $0.acceptsLegacy = false }
    dialling.on(.start)
    dialling.on(.dialed(one))
    #expect(dialling.on(.spokeLegacy(one)) == ["refused p:1 (\(why))"])
    #expect(dialling.last.first == .close(one, saying: nil) && !dialling.isLinked)
  }

  @Test("who is silent takes no one's place: the link stays, to a new peer or to an old one")
  func silentSecond() {
    var desk = listening()
    desk.join(one)
    desk.on(.accepted(two, from: old, .admitted))
    for _ in 0..<10 {
      desk.on(.bytesReceived(one))
      desk.wait(.milliseconds(100))
    }
    #expect(desk.isLinked && desk.log.last == "refused \(old) (no hello)")
    var older = silent()
    older.on(.accepted(two, from: old, .admitted))
    older.wait(.milliseconds(300))
    #expect(older.isLinked && older.log.last == "already connected")
  }

  @Test("who has never said a word gives way to whoever says one")
  func unspokenGivesWay() {
    var desk = silent()
    #expect(desk.join(two) == ["close", "accept"])
    var other = silent()
    other.on(.accepted(two, from: "10.0.0.4:1", .admitted))
    #expect(other.on(.spokeLegacy(two)) == ["close", "accept"])
  }

  @Test("an old peer that has spoken gives way to a hello of its own host, upgraded, and to no other's")
  func upgraded() {
    var desk = silent()
    desk.on(.bytesReceived(one))
    #expect(desk.greet(two, LinkMachineHarness.hello(node: 9), from: "10.0.0.4:1") == ["already connected"])
    desk.greet(ChannelID(3), LinkMachineHarness.hello(node: 9), from: "10.0.0.3:9")
    #expect(desk.on(.confirmed(ChannelID(3), proven: true)) == ["close", "accept"])
    #expect(desk.last.contains(.endSession(isReplaced: true)))
  }

  @Test("while my own dial waits for an answer a silent connection is not taken for the peer")
  func dialFirst() {
    var desk = LinkMachineHarness(peer: "p:1") { $0.replWait = .zero }
    desk.on(.start)
    desk.on(.dialFailed("refused"))
    _ = desk.waitForDial()
    desk.on(.dialed(one))
    desk.on(.accepted(two, from: old, .admitted))
    desk.wait(.milliseconds(400))
    #expect(!desk.isLinked)
    desk.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(desk.isLinked && desk.machine.role == .slave)
  }

  @Test("the words of repcached 2.x behind a hello are out of place")
  func afterHello() {
    var desk = listening()
    desk.greet(one, LinkMachineHarness.hello(node: 9))
    desk.on(.spokeLegacy(one))
    #expect(!desk.isLinked && desk.machine.handshakes.isEmpty)
  }

  @Test("once a peer of today's kind was met silence proves nothing: the hello gets its time")
  func lateHello() {
    var desk = listening()
    desk.join(one)
    desk.on(.closed(one))
    desk.on(.accepted(two, from: old, .admitted))
    desk.wait(.milliseconds(950))
    #expect(!desk.isLinked)
    desk.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    desk.on(.confirmed(two, proven: true))
    #expect(desk.isLinked)
  }

  @Test("and who stays silent is refused, but a word of repcached 2.x is still enough")
  func silentAfterPeer() {
    var desk = listening()
    desk.join(one)
    desk.on(.closed(one))
    desk.on(.accepted(two, from: old, .admitted))
    desk.wait(.seconds(1))
    #expect(!desk.isLinked && desk.log.last == "refused \(old) (no hello)")
    desk.on(.accepted(ChannelID(3), from: old, .admitted))
    desk.on(.bytesReceived(ChannelID(3)))
    desk.on(.spokeLegacy(ChannelID(3)))
    #expect(desk.isLinked)
  }

  @Test("an old one that is announced may be silent all the same")
  func announced() {
    var desk = listening { $0.expectsLegacy = true }
    desk.join(one)
    desk.on(.closed(one))
    desk.on(.accepted(two, from: old, .admitted))
    desk.wait(.milliseconds(300))
    #expect(desk.last.contains(.beginLegacySession(two, .master, hasSpoken: false)))
  }

  @Test("a hello that comes where one was taken for old shows that silence is no sign")
  func helloTooLate() {
    var desk = silent()
    #expect(desk.on(.lateHello(one)) == ["close", "listen"])
    desk.on(.accepted(two, from: old, .admitted))
    desk.wait(.milliseconds(950))
    #expect(!desk.isLinked && !desk.machine.handshakes.isEmpty)
  }
}
