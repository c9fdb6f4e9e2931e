import Glibc
import ItemStore
import SystemPackage
import Testing

@testable import Platform
@testable import Replication

@Suite struct LinkDriverActionsTests {
  @Test("a link that is replaced sets no answer free: the peer is there; one that is lost sets all free")
  func replaced() throws {
    let rig = try DriverRig()
    let outcomes = rig.driver.rings[0].outcomes
    outcomes.begin(at: 0)
    rig.reported.with { $0 = [] }
    let (local, peers) = try Socket.pair()
    defer { Socket.close(peers) }
    let channel = rig.driver.addChannel(local, .loopback4(port: 2), .awaitsConfirmation)
    let parameters = LinkParameters(
      role: .master, peer: LinkMachineHarness.hello(node: 2, boot: 71), nodeBit: 0, address: "127.0.0.1:2")
    rig.driver.perform(.endSession(isReplaced: true))
    rig.driver.perform(.beginSession(channel.id, parameters))
    #expect(rig.reported.with { $0 } == [] && outcomes.state(of: 1) == .waiting)
    #expect(rig.driver.link === channel)
    rig.driver.perform(.close(channel.id, saying: nil))
    rig.driver.perform(.endSession(isReplaced: false))
    #expect(rig.reported.with { $0 } == [0] && outcomes.state(of: 1) == .released)
  }

  @Test("over a link no more than 128 KB of a copy wait in the kernel, before a client's write")
  func unsentLimit() throws {
    let rig = try DriverRig()
    let listener = try Socket.listen(on: .loopback4(port: 0), backlog: 1)
    defer { Socket.close(listener) }
    let socket = try Socket.connect(to: Socket.localAddress(listener))
    let channel = rig.driver.addChannel(socket, .loopback4(port: 2), .awaitsConfirmation)
    rig.driver.establish(channel)
    #expect(try Socket.option(socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT) == 128 << 10)
    rig.driver.perform(.close(channel.id, saying: nil))
    rig.driver.perform(.endSession(isReplaced: false))
  }

  @Test("a hello that was said before this side met another makes no link: the other side does not know its name")
  func staleHello() throws {
    for lastPeer in [nil, 2, 9] as [UInt64?] {
      let rig = try DriverRig()
      let (local, peers) = try Socket.pair()
      defer { Socket.close(peers) }
      let channel = rig.driver.addChannel(local, .loopback4(port: 3), .awaitsConfirmation)
      var said = LinkMachineHarness.hello(node: 1, boot: 1)
      said.lastPeer = lastPeer
      channel.localHello = said
      rig.driver.perform(.endSession(isReplaced: false))
      let hello = LinkMachineHarness.hello(node: 9, boot: 90)
      rig.driver.perform(
        .beginSession(channel.id, LinkParameters(role: .master, peer: hello, nodeBit: 0, address: "127.0.0.1:3")))
      // It was linked with 2.
      #expect((rig.driver.link === channel) == (lastPeer == 2))
      if rig.driver.link === channel { rig.driver.perform(.endSession(isReplaced: false)) }
      rig.driver.perform(.close(channel.id, saying: nil))
    }
  }

  @Test(
    "a heartbeat with a clock of 2^62, or an hour ahead, does nothing lasting",
    arguments: [1 << 62, 3_600_000_000] as [UInt64])
  func heartbeat(ahead: UInt64) throws {
    let rig = try DriverRig()
    let store = rig.driver.store
    let (before, wall) = (store.stampClock.fence(), SystemClock.unixMicroseconds())
    rig.driver.noteClock(wall &+ ahead)
    #expect(rig.driver.status.clockOffsetMilliseconds > 3_000_000)
    #expect(store.stampClock.fence() == before)
    let moment = rig.driver.updateTime()
    store.flush(delay: 2, at: moment, journal: nil)
    store.advance(to: Moment(seconds: moment.seconds + 3, unixMicroseconds: moment.unixMicroseconds + 3_000_000))
    #expect(store.floor > .zero && store.stampClock.fence() < Stamp(endOfTick: wall + 60_000_000))
    rig.driver.noteClock(SystemClock.unixMicroseconds())
    #expect(abs(rig.driver.status.clockOffsetMilliseconds) < 60_000, "the offset is that of the last heartbeat")
    rig.driver.perform(.endSession(isReplaced: false))
    #expect(rig.driver.status.clockOffsetMilliseconds == 0, "and gone with the link")
  }
}

@Suite struct ChannelIDTests {
  @Test("numbers begin anew after the last, and never reach those of the listeners")
  func numbers() {
    #expect(ChannelID.number(after: 0) == 1)
    #expect(ChannelID.number(after: ChannelID.last - 1) == ChannelID.last)
    for previous in [ChannelID.last, .max] { #expect(ChannelID.number(after: previous) == 1) }
    #expect(LinkDriver.listenerToken > ChannelID.last)
  }
}
