import ItemStore
import Testing

@testable import Replication

@Suite struct LinkMachineTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)
  private let peerText = "10.0.0.2:11212"

  @Test("without -x: listen and serve at once")
  func master() {
    var harness = LinkMachineHarness()
    #expect(harness.on(.start) == ["listen"])
    #expect(harness.machine.isOpen && harness.machine.role == .master && harness.machine.state == .listen)
  }

  @Test("the master's log of a first join is that of repcached 2.x")
  func masterLog() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    #expect(harness.greet(one, LinkMachineHarness.hello(node: 9)) == [])
    #expect(harness.last == [.sendHello(one)])
    #expect(harness.on(.confirmed(one, proven: true)) == ["accept"])
    guard case .beginSession(one, let parameters) = harness.last.last else { return #expect(Bool(false), "no join") }
    #expect(parameters.role == .master && parameters.nodeBit == 0)
    #expect(harness.on(.copyOutBegan(items: 2)) == ["marugoto start"])
    #expect(harness.on(.copyInBegan(items: 0)) == [])
    #expect(harness.on(.copyInEnded) == [])
    #expect(harness.on(.copyOutEnded(items: 2)) == ["marugoto 2", "marugoto owari", "start"])
    #expect(harness.machine.state == .stream)
    #expect(harness.on(.closed(one)) == ["close", "listen"])
  }

  @Test("the slave's log of a first join is that of repcached 2.x, and it serves when the copy has ended")
  func slaveLog() {
    var harness = LinkMachineHarness(peer: peerText)
    #expect(harness.on(.start) == ["connect (peer=\(peerText))"])
    #expect(harness.last.contains(.dial) && !harness.machine.isOpen)
    harness.on(.dialed(one))
    #expect(harness.last == [.sendHello(one)])
    #expect(
      harness.on(
        .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
        == [])
    #expect(harness.last.first == .sendConfirm(one))
    #expect(harness.on(.copyOutBegan(items: 0)) == [])
    #expect(harness.on(.copyInBegan(items: 2)) == ["marugoto copying"])
    #expect(harness.on(.copyOutEnded(items: 0)) == [])
    #expect(!harness.machine.isOpen)
    #expect(harness.on(.copyInEnded) == ["start"])
    #expect(harness.machine.isOpen && harness.machine.role == .slave)
    #expect(harness.on(.closed(one)) == ["close", "listen"])
    #expect(harness.machine.role == .master)
  }

  @Test("a slave whose peer is not there becomes the master after repl_wait, and goes on dialling")
  func promotion() {
    var harness = LinkMachineHarness(peer: peerText) { $0.replWait = .milliseconds(400) }
    harness.on(.start)
    #expect(harness.on(.dialFailed("refused")) == ["cannot connect (\(peerText): refused)"])
    harness.wait(.milliseconds(350))
    #expect(!harness.machine.isOpen && harness.machine.role == .slave)
    harness.wait(.milliseconds(50))
    #expect(harness.machine.isOpen && harness.machine.role == .master && harness.log.last == "listen")
    harness.on(.dialFailed("refused"))
    let dials = harness.waitForDial()
    #expect(dials)
    harness.on(.dialed(two))
    let lines = harness.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(lines == ["connect (peer=\(peerText))"])
    #expect(harness.last.contains(.stopListening) && harness.machine.role == .slave)
  }

  @Test("a name that is looked up for too long is given up with a warning, told once, and looked up again")
  func slowLookup() {
    var harness = LinkMachineHarness(peer: "host-a:11212") { $0.replWait = .zero }
    harness.on(.start)
    for _ in 0..<3 {
      harness.on(.lookingUp)
      harness.wait(.milliseconds(950))
      #expect(!harness.last.contains(.cancelDial))
      harness.wait(.milliseconds(50))
      #expect(harness.last.contains(.cancelDial))
      let dials = harness.waitForDial()
      #expect(dials)
    }
    #expect(harness.warnings == ["cannot resolve host-a:11212: no answer; trying on"])
    #expect(harness.machine.isOpen)
    // The time of the lookup is not the dial's.
    harness.on(.lookingUp)
    harness.wait(.milliseconds(900))
    harness.on(.lookedUp)
    #expect(!harness.wait(.milliseconds(900)).contains(.cancelDial))
    harness.on(.dialed(one, address: "10.0.0.7:11212"))
    harness.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(harness.isLinked)
    #expect(harness.on(.goodbye(one, .shutdown)).first == "10.0.0.7:11212 says shutdown")
  }

  @Test("while other addresses have not had their turn, one that says no hello is given up sooner")
  func muteAddress() {
    for (hasOthers, timeout) in [(true, 300), (false, 1000)] {
      var harness = LinkMachineHarness(peer: "host-a:11212") { $0.replWait = .seconds(5) }
      harness.on(.start)
      harness.on(.dialed(one, address: "10.0.0.7:11212", hasOthers: hasOthers))
      #expect(!harness.wait(.milliseconds(timeout - 50)).contains(.close(one, saying: nil)))
      #expect(harness.wait(.milliseconds(50)).contains(.close(one, saying: nil)))
      #expect(harness.log.contains("cannot connect (host-a:11212: no hello)"))
    }
  }

  @Test("a peer that loses the link during the first copy serves what has come, and says so")
  func cutOffCopy() {
    var harness = LinkMachineHarness(peer: peerText)
    harness.on(.start)
    harness.on(.dialed(one))
    harness.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(harness.on(.closed(one)) == ["close", "the copy was cut off, serving what has come", "listen"])
    #expect(harness.machine.isOpen)
  }

  @Test("a silent peer is given up after 500 ms, not before")
  func silence() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    #expect(harness.wait(.milliseconds(450)).contains(.sendHeartbeat(one)) && harness.isLinked)
    harness.on(.bytesReceived(one))
    harness.wait(.milliseconds(450))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(50))
    #expect(!harness.isLinked && harness.log.suffix(3) == ["10.0.0.2:4000 is silent", "close", "listen"])
  }

  @Test("a silent peer is waited for while the process ends")
  func drain() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    harness.on(.drain)
    harness.wait(.seconds(4))
    #expect(harness.isLinked)
    #expect(harness.on(.closed(one)).first == "close", "but not one that has hung up")
  }

  @Test("a sleep of its own is not the peer's silence")
  func ownSleep() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.on(.tick)
    harness.join(one)
    harness.on(.tick, after: .seconds(5))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(500))
    #expect(!harness.isLinked)
  }

  @Test("nor is one that comes before its first tick")
  func ownSleepAtOnce() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    harness.on(.tick, after: .seconds(2))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(400))
    #expect(harness.isLinked)
    harness.wait(.milliseconds(100))
    #expect(!harness.isLinked)
  }

  @Test("heartbeats go every 100 ms")
  func heartbeats() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    #expect(harness.wait(.milliseconds(400)).count { $0 == .sendHeartbeat(one) } == 4)
  }

  @Test("when it cannot listen it says so once and tries again, and goes on dialling")
  func cannotListen() {
    var harness = LinkMachineHarness(peer: peerText) { $0.replWait = .zero }
    harness.on(.start)
    _ = harness.machine.handle(.dialFailed("refused"), now: harness.now)
    harness.on(.listenFailed("Address already in use"))
    harness.on(.listenFailed("Address already in use"))
    #expect(harness.log.filter { $0.hasPrefix("cannot listen") }.count == 1)
    let dials = harness.waitForDial()
    #expect(dials)
    harness.wait(.seconds(1))
    #expect(harness.log.contains("listen"))
  }

  @Test("a second shutdown or anything after it does nothing; the peer hears why")
  func shutdown() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    harness.on(.shutdown)
    #expect(harness.last == [.close(one, saying: .shutdown), .endSession(isReplaced: false), .stopListening])
    harness.on(.tick)
    #expect(harness.last.isEmpty)
  }

  @Test("a stream given up is copied again and streams again")
  func givenUp() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    harness.on(.copyInEnded)
    harness.on(.copyOutEnded(items: 0))
    #expect(harness.on(.streamGivenUp) == ["stream given up"])
    #expect(harness.machine.state == .copy)
    harness.on(.copyOutBegan(items: 3))
    #expect(harness.on(.copyOutEnded(items: 3)) == ["marugoto 3", "marugoto owari", "start"])
  }

  @Test("a peer that copies without end does not fill the log, and when it rests the log goes on")
  func endlessCopies() {
    var harness = LinkMachineHarness()
    harness.on(.start)
    harness.join(one)
    var lines = 0
    for _ in 0..<10_000 { lines += harness.on(.copyInBegan(items: 1)).count + harness.on(.copyInEnded).count }
    #expect((100...300).contains(lines))
    #expect(harness.machine.state == .copy)
    harness.on(.copyOutEnded(items: 0))
    #expect(harness.machine.state == .stream)
    harness.now += .seconds(10)
    let told = harness.on(.copyInBegan(items: 1))
    #expect(told.count == 2 && told[0].hasSuffix("lines about copies left out") && told[1] == "marugoto copying")
  }
}
