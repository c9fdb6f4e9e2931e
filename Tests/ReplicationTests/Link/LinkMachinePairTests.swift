import ItemStore
import TestSupport
import Testing

@testable import Replication

/// Two link machines on a net that delivers late or not at all, in any order between connections, loses one or all, and
/// reboots.
@Suite struct LinkMachinePairTests {
  /// One TCP connection: which side dialled, and what the channel is called at each end.
  private struct Wire {
    let dialler: Int
    var ends: [ChannelID?]
    var messages: [[Message]] = [[], []]
  }

  private enum Message {
    case hello
    case confirm
    case heartbeat
    case goodbye(GoodbyeReason)
    case closed
  }

  private struct Net {
    var machines: [LinkMachine]
    var random: SplitMix64
    var now = Duration.zero
    var wires: [Int: Wire] = [:]
    var nextWire = 0
    var nextChannel: UInt32 = 0
    var isListening = [false, false]
    var isCut = false
    /// Everything is late: nothing arrives until this ends, and then all of it does.
    var isFrozen = false
    /// Messages that may arrive in 10 ms.
    var speed = 20
    var joined: [ChannelID?] = [nil, nil]
    var boots: [UInt64] = [1, 2]
    let hasPeer: [Bool]

    init(seed: UInt64, hasPeer: [Bool]) {
      random = SplitMix64(seed: seed)
      self.hasPeer = hasPeer
      machines = []
      for index in 0...1 { machines.append(make(index)) }
    }

    func make(_ index: Int) -> LinkMachine {
      var settings = LinkSettings(
        identity: PeerIdentity(node: UInt64(index), boot: boots[index]), peer: hasPeer[index] ? "peer" : nil,
        listenAddress: "", jitterSeed: boots[index])
      settings.replWait = .milliseconds(300)
      return LinkMachine(settings)
    }

    mutating func post(_ index: Int, _ event: LinkEvent) {
      var events = [event]
      while !events.isEmpty {
        for action in machines[index].handle(events.removeFirst(), now: now) { perform(index, action, &events) }
      }
    }

    mutating func perform(_ index: Int, _ action: LinkAction, _ events: inout [LinkEvent]) {
      switch action {
      case .listen:
        isListening[index] = true
        events.append(.listening)
      case .stopListening: isListening[index] = false
      case .dial:
        if isCut || !isListening[1 - index] { return events.append(.dialFailed("refused")) }
        nextWire += 1
        nextChannel += 2
        var wire = Wire(dialler: index, ends: [nil, nil])
        wire.ends[index] = ChannelID(nextChannel)
        wire.ends[1 - index] = ChannelID(nextChannel + 1)
        wires[nextWire] = wire
        events.append(.dialed(ChannelID(nextChannel)))
      case .sendHello(let channel): send(index, channel, .hello)
      case .sendConfirm(let channel): send(index, channel, .confirm)
      case .sendHeartbeat(let channel): send(index, channel, .heartbeat)
      case .close(let channel, let reason):
        if let reason { send(index, channel, .goodbye(reason)) }
        send(index, channel, .closed)
        for (number, wire) in wires where wire.ends[index] == channel { wires[number]?.ends[index] = nil }
      case .beginSession(let channel, _): joined[index] = channel
      case .endSession: joined[index] = nil
      case .beginLegacySession: Issue.record("taken for a repcached 2.x")
      case .log, .warn, .cancelDial, .open, .countRefusedPeer, .restamp: break
      }
    }

    mutating func send(_ index: Int, _ channel: ChannelID, _ message: Message) {
      for (number, wire) in wires where wire.ends[index] == channel {
        wires[number]?.messages[1 - index].append(message)
      }
    }

    /// One message of one connection arrives, or nothing.
    mutating func deliver() {
      let open = wires.keys.sorted().filter { wires[$0]?.messages.contains { !$0.isEmpty } == true }
      guard let number = open.randomElement(using: &random), var wire = wires[number] else { return }
      let index = wire.messages[0].isEmpty ? 1 : wire.messages[1].isEmpty ? 0 : Int.random(in: 0...1, using: &random)
      let message = wire.messages[index].removeFirst()
      wires[number] = wire
      guard let channel = wire.ends[index] else { return }
      if wire.dialler != index, case .hello = message { post(index, .accepted(channel, from: "peer", .admitted)) }
      post(index, .bytesReceived(channel))
      switch message {
      case .hello:
        let hello = LinkMachineHarness.hello(node: UInt64(1 - index), boot: boots[1 - index])
        post(index, .hello(channel, hello, unixMicroseconds: LinkMachineHarness.wallClock, proven: true))
      case .confirm: post(index, .confirmed(channel, proven: true))
      case .goodbye(let reason): post(index, .goodbye(channel, reason))
      case .closed:
        wires[number]?.ends[index] = nil
        post(index, .closed(channel))
      case .heartbeat: break
      }
    }

    mutating func pass(_ milliseconds: Int) {
      for _ in 0..<max(milliseconds / 10, 1) {
        now += .milliseconds(10)
        for index in 0...1 { post(index, .tick) }
        for _ in 0..<(isFrozen ? 0 : speed) { deliver() }
      }
    }

    /// Whatever is on the way is lost, and neither hears of it.
    mutating func cut() {
      isCut = true
      wires.removeAll()
    }

    /// One of the connections dies, and neither end hears of it.
    mutating func lose() {
      guard let number = wires.keys.sorted().randomElement(using: &random) else { return }
      wires[number] = nil
    }

    mutating func trouble() {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: cut()
      case 1: isCut = false
      case 2: reboot(Int.random(in: 0...1, using: &random))
      case 3: lose()
      case 4: isFrozen = true
      case 5: isFrozen = false
      case 6: speed = Int.random(in: 1...20, using: &random)
      default: break
      }
    }

    mutating func calm() { (isCut, isFrozen, speed) = (false, false, 20) }

    mutating func reboot(_ index: Int) {
      boots[index] += 2
      isListening[index] = false
      joined[index] = nil
      for (number, wire) in wires where wire.ends[index] != nil {
        wires[number]?.messages[1 - index].append(.closed)
        wires[number]?.ends[index] = nil
      }
      machines[index] = make(index)
      post(index, .start)
    }

    /// Both have a session, on one and the same connection.
    var isPaired: Bool {
      wires.values.contains {
        $0.ends[0] != nil && $0.ends[0] == joined[0] && $0.ends[1] != nil && $0.ends[1] == joined[1]
      }
    }
  }

  @Test(
    "after cuts, losses, delays and reboots there is one link again, with -x on one side or on both",
    arguments: [[true, true], [false, true]])
  func converge(hasPeer: [Bool]) {
    let first = TestSeeds.first
    print("first seed \(first)")
    for seed in first..<first + 200 {
      var net = Net(seed: seed, hasPeer: hasPeer)
      for index in 0...1 { net.post(index, .start) }
      for _ in 0..<15 {
        net.trouble()
        net.pass(Int.random(in: 1...1500, using: &net.random))
      }
      net.calm()
      net.pass(6000)
      if !net.isPaired {
        Issue.record("seed \(seed): no link")
        return
      }
    }
  }
}
