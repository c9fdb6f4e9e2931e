import ItemStore
import Testing

@testable import Replication

@Suite struct LinkMachineTests {
  private let one = ChannelID(1)
  private let two = ChannelID(2)
  private let peerText = "10.0.0.2:11212"

  @Test("without -x: listen and serve at once")
  func master() {
    var desk = LinkMachineHarness()
    #expect(desk.on(.start) == ["listen"])
    #expect(desk.machine.isOpen && desk.machine.role == .master && desk.machine.state == .listen)
  }

  @Test("the master's log of a first join is that of repcached 2.x")
  func masterLog() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    #expect(desk.greet(one, LinkMachineHarness.hello(node: 9)) == [])
    #expect(desk.last == [.sendHello(one)])
    #expect(desk.on(.confirmed(one, proven: true)) == ["accept"])
    guard case .beginSession(one, let parameters) = desk.last.last else { return #expect(Bool(false), "no join") }
    #expect(parameters.role == .master && parameters.nodeBit == 0)
    #expect(desk.on(.copyOutBegan(items: 2)) == ["marugoto start"])
    #expect(desk.on(.copyInBegan(items: 0)) == [])
    #expect(desk.on(.copyInEnded) == [])
    #expect(desk.on(.copyOutEnded(items: 2)) == ["marugoto 2", "marugoto owari", "start"])
    #expect(desk.machine.state == .stream)
    #expect(desk.on(.closed(one)) == ["close", "listen"])
  }

  @Test("the slave's log of a first join is that of repcached 2.x, and it serves when the copy has ended")
  func slaveLog() {
    var desk = LinkMachineHarness(peer: peerText)
    #expect(desk.on(.start) == ["connect (peer=\(peerText))"])
    #expect(desk.last.contains(.dial) && !desk.machine.isOpen)
    desk.on(.dialed(one))
    #expect(desk.last == [.sendHello(one)])
    #expect(
      desk.on(
        .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
        == [])
    #expect(desk.last.first == .sendConfirm(one))
    #expect(desk.on(.copyOutBegan(items: 0)) == [])
    #expect(desk.on(.copyInBegan(items: 2)) == ["marugoto copying"])
    #expect(desk.on(.copyOutEnded(items: 0)) == [])
    #expect(!desk.machine.isOpen)
    #expect(desk.on(.copyInEnded) == ["start"])
    #expect(desk.machine.isOpen && desk.machine.role == .slave)
    #expect(desk.on(.closed(one)) == ["close", "listen"])
    #expect(desk.machine.role == .master)
  }

  @Test("a slave whose peer is not there becomes the master after repl_wait, and goes on dialling")
  func promotion() {
    var desk = LinkMachineHarness(peer: peerText) { $0.replWait = .milliseconds(400) }
    desk.on(.start)
    #expect(desk.on(.dialFailed("refused")) == ["cannot connect (\(peerText): refused)"])
    desk.wait(.milliseconds(350))
    #expect(!desk.machine.isOpen && desk.machine.role == .slave)
    desk.wait(.milliseconds(50))
    #expect(desk.machine.isOpen && desk.machine.role == .master && desk.log.last == "listen")
    desk.on(.dialFailed("refused"))
    let dials = desk.waitForDial()
    #expect(dials)
    desk.on(.dialed(two))
    let lines = desk.on(
      .hello(two, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(lines == ["connect (peer=\(peerText))"])
    #expect(desk.last.contains(.stopListening) && desk.machine.role == .slave)
  }

  @Test("a name that is looked up for too long is given up with a warning, told once, and looked up again")
  func slowLookup() {
    var desk = LinkMachineHarness(peer: "host-a:11212") { $0.replWait = .zero }
    desk.on(.start)
    for _ in 0..<3 {
      desk.on(.lookingUp)
      desk.wait(.milliseconds(950))
      #expect(!desk.last.contains(.cancelDial))
      desk.wait(.milliseconds(50))
      #expect(desk.last.contains(.cancelDial))
      let dials = desk.waitForDial()
      #expect(dials)
    }
    #expect(desk.warnings == ["cannot resolve host-a:11212: no answer; trying on"])
    #expect(desk.machine.isOpen)
    // The time of the lookup is not the dial's.
    desk.on(.lookingUp)
    desk.wait(.milliseconds(900))
    desk.on(.lookedUp)
    #expect(!desk.wait(.milliseconds(900)).contains(.cancelDial))
    desk.on(.dialed(one, address: "10.0.0.7:11212"))
    desk.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(desk.isLinked)
    #expect(desk.on(.goodbye(one, .shutdown)).first == "10.0.0.7:11212 says shutdown")
  }

  @Test("while other addresses have not had their turn, one that says no hello is given up sooner")
  func muteAddress() {
    for (hasOthers, timeout) in [(true, 300), (false, 1000)] {
      var desk = LinkMachineHarness(peer: "host-a:11212") { $0.replWait = .seconds(5) }
      desk.on(.start)
      desk.on(.dialed(one, address: "10.0.0.7:11212", hasOthers: hasOthers))
      #expect(!desk.wait(.milliseconds(timeout - 50)).contains(.close(one, saying: nil)))
      #expect(desk.wait(.milliseconds(50)).contains(.close(one, saying: nil)))
      #expect(desk.log.contains("cannot connect (host-a:11212: no hello)"))
    }
  }

  @Test("a peer that loses the link during the first copy serves what has come, and says so")
  func cutOffCopy() {
    var desk = LinkMachineHarness(peer: peerText)
    desk.on(.start)
    desk.on(.dialed(one))
    desk.on(
      .hello(one, LinkMachineHarness.hello(node: 9), unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
    #expect(desk.on(.closed(one)) == ["close", "the copy was cut off, serving what has come", "listen"])
    #expect(desk.machine.isOpen)
  }

  @Test("a silent peer is given up after 500 ms, not before")
  func silence() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    #expect(desk.wait(.milliseconds(450)).contains(.sendHeartbeat(one)) && desk.isLinked)
    desk.on(.bytesReceived(one))
    desk.wait(.milliseconds(450))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(50))
    #expect(!desk.isLinked && desk.log.suffix(3) == ["10.0.0.2:4000 is silent", "close", "listen"])
  }

  @Test("a silent peer is waited for while the process ends")
  func drain() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    desk.on(.drain)
    desk.wait(.seconds(4))
    #expect(desk.isLinked)
    #expect(desk.on(.closed(one)).first == "close", "but not one that has hung up")
  }

  @Test("a sleep of its own is not the peer's silence")
  func ownSleep() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.on(.tick)
    desk.join(one)
    desk.on(.tick, after: .seconds(5))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(500))
    #expect(!desk.isLinked)
  }

  @Test("nor is one that comes before its first tick")
  func ownSleepAtOnce() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    desk.on(.tick, after: .seconds(2))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(400))
    #expect(desk.isLinked)
    desk.wait(.milliseconds(100))
    #expect(!desk.isLinked)
  }

  @Test("heartbeats go every 100 ms")
  func heartbeats() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    #expect(desk.wait(.milliseconds(400)).count { $0 == .sendHeartbeat(one) } == 4)
  }

  @Test("when it cannot listen it says so once and tries again, and goes on dialling")
  func cannotListen() {
    var desk = LinkMachineHarness(peer: peerText) { $0.replWait = .zero }
    desk.on(.start)
    _ = desk.machine.handle(.dialFailed("refused"), now: desk.now)
    desk.on(.listenFailed("Address already in use"))
    desk.on(.listenFailed("Address already in use"))
    #expect(desk.log.filter { $0.hasPrefix("cannot listen") }.count == 1)
    let dials = desk.waitForDial()
    #expect(dials)
    desk.wait(.seconds(1))
    #expect(desk.log.contains("listen"))
  }

  @Test("a second shutdown or anything after it does nothing; the peer hears why")
  func shutdown() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    desk.on(.shutdown)
    #expect(desk.last == [.close(one, saying: .shutdown), .endSession(isReplaced: false), .stopListening])
    desk.on(.tick)
    #expect(desk.last.isEmpty)
  }

  @Test("a stream given up is copied again and streams again")
  func givenUp() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    desk.on(.copyInEnded)
    desk.on(.copyOutEnded(items: 0))
    #expect(desk.on(.streamGivenUp) == ["stream given up"])
    #expect(desk.machine.state == .copy)
    desk.on(.copyOutBegan(items: 3))
    #expect(desk.on(.copyOutEnded(items: 3)) == ["marugoto 3", "marugoto owari", "start"])
  }

  @Test("a peer that copies without end does not fill the log, and when it rests the log goes on")
  func endlessCopies() {
    var desk = LinkMachineHarness()
    desk.on(.start)
    desk.join(one)
    var lines = 0
    for _ in 0..<10_000 { lines += desk.on(.copyInBegan(items: 1)).count + desk.on(.copyInEnded).count }
    #expect((100...300).contains(lines))
    #expect(desk.machine.state == .copy)
    desk.on(.copyOutEnded(items: 0))
    #expect(desk.machine.state == .stream)
    desk.now += .seconds(10)
    let told = desk.on(.copyInBegan(items: 1))
    #expect(told.count == 2 && told[0].hasSuffix("lines about copies left out") && told[1] == "marugoto copying")
  }
}
