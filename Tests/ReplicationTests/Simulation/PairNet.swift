import Platform
import Testing

@testable import ItemStore
@testable import Replication

/// A pair whose link is made by its link machines, over connections that deliver late, in pieces, in any order among
/// each other, or no more: several at once, of which one end may know of the end long before the other.
///
///     clients ─▶ store ─▶ Replicator ─▶ | wire 3: hello confirm bytes… | ─▶ LinkMachine, Replicator ─▶ store
///                           ▲  join, part  | wire 4: hello …              |
///                       LinkMachine
struct PairNet {
  private enum Message {
    case hello(Hello)
    case confirm
    case goodbye(GoodbyeReason)
    case closed
    case heartbeat
    case bytes([UInt8])
  }

  /// One TCP connection: which side dialled, what it is called at each end, and what is on its way to each end.
  private struct Wire {
    let dialler: Int
    var ends: [ChannelID?]
    var messages: [[Message]] = [[], []]
  }

  let pair: Pair
  private let isFast: Bool
  private(set) var machines: [LinkMachine] = []
  private var wires: [Int: Wire] = [:]
  private var lastWire = 0
  private var isListening = [false, false]
  private var joined: [ChannelID?] = [nil, nil]
  /// Whether the hello said there asked for a copy from zero.
  private var asked: [ChannelID: Bool] = [:]
  /// Stamps that lie ahead are being given anew.
  private var restampings: [ItemStore.Restamping?] = [nil, nil]
  /// New connections are refused.
  var isCut = false
  private(set) var fault: String?
  private(set) var log: [String] = []
  private(set) var linkCount = 0

  /// - Parameter isFast: times are a hundredth of the real ones, as a run is short.
  init(_ pair: Pair, isFast: Bool = true) {
    self.pair = pair
    self.isFast = isFast
    machines = [0, 1].map(makeMachine)
    for index in 0...1 { post(index, .start) }
  }

  private func makeMachine(_ index: Int) -> LinkMachine {
    let identity = pair.sides[index].identity
    var settings = LinkSettings(
      identity: identity, peer: index == 0 ? "peer" : nil, listenAddress: "", jitterSeed: identity.boot)
    settings.acceptsLegacy = false
    settings.handshakesPerSecond = 1_000_000
    settings.rules = pair.sides[index].store.rules
    if !isFast { return LinkMachine(settings) }
    settings.replWait = .milliseconds(3)
    settings.helloTimeout = .milliseconds(3)
    settings.dialTimeout = .milliseconds(10)
    settings.heartbeat = .milliseconds(1)
    settings.silence = .milliseconds(5)
    settings.minRetryDelay = .microseconds(200)
    settings.maxRetryDelay = .milliseconds(2)
    return LinkMachine(settings)
  }

  private var now: Duration { .microseconds(Int64(pair.now - Pair.start)) }

  // MARK: What happens

  mutating func tick() {
    for index in 0...1 {
      restamp(index)
      post(index, .tick)
    }
  }

  /// Some buckets a tick, so that clients come between.
  private mutating func restamp(_ index: Int) {
    guard var work = restampings[index] else { return }
    restampings[index] = pair.sides[index].store.restamp(&work, buckets: 32) ? work : nil
  }

  /// A side says up to so many bytes.
  mutating func send(_ index: Int, limit: Int = .max) {
    guard let channel = joined[index] else { return }
    let side = pair.sides[index]
    pair.now += 1
    side.replicator.now = .microseconds(Int64(pair.now))
    side.replicator.moment = pair.moment(index)
    _ = side.replicator.fill(&side.output)
    postEvents(index)
    let count = min(side.output.count, limit)
    if count == 0 || joined[index] != channel { return }
    put(index, channel, .bytes(Self.take(count, from: &side.output)))
    side.sentBytes += count
  }

  private static func take(_ count: Int, from output: inout ByteBuffer) -> [UInt8] {
    let bytes = [UInt8](copying: output.bytes.extracting(first: count))
    output.consume(count)
    return bytes
  }

  /// One message of one connection arrives, or nothing.
  mutating func deliver(_ random: inout SplitMix64) {
    let busy = wires.keys.sorted().filter { wires[$0]?.messages.contains { !$0.isEmpty } == true }
    guard let number = busy.randomElement(using: &random), var wire = wires[number] else { return }
    let index = wire.messages[0].isEmpty ? 1 : wire.messages[1].isEmpty ? 0 : Int.random(in: 0...1, using: &random)
    let message = wire.messages[index].removeFirst()
    let isFirst = wire.dialler != index && wire.ends[index] == nil
    wires[number] = wire
    if isFirst, case .hello = message { accept(number, index) }
    guard let channel = wires[number]?.ends[index] else { return }
    receive(index, channel, message, number)
  }

  private mutating func accept(_ number: Int, _ index: Int) {
    let channel = ChannelID(UInt32(2 * number + 1))
    wires[number]?.ends[index] = channel
    post(index, .accepted(channel, from: "peer", .admitted))
  }

  private mutating func receive(_ index: Int, _ channel: ChannelID, _ message: Message, _ number: Int) {
    if case .closed = message {
      wires[number]?.ends[index] = nil
      return post(index, .closed(channel))
    }
    post(index, .bytesReceived(channel))
    switch message {
    case .hello(let hello):
      post(index, .hello(channel, hello, clock: pair.clock(index), proven: true))
    case .confirm: post(index, .confirmed(channel, clock: pair.clock(index), proven: true))
    case .goodbye(let reason): post(index, .goodbye(channel, reason))
    case .bytes(let bytes): if joined[index] == channel { receive(index, channel, bytes) }
    case .heartbeat, .closed: break
    }
  }

  private mutating func receive(_ index: Int, _ channel: ChannelID, _ bytes: [UInt8]) {
    let side = pair.sides[index]
    side.input.reserve(bytes.count)
    side.input.append(bytes.span)
    switch pair.receive(index) {
    case nil: break
    case .future(let seconds): return post(index, .malformed(channel, .future(seconds: seconds)))
    case let what?: fault = what.text
    }
    postEvents(index)
  }

  private mutating func postEvents(_ index: Int) {
    let side = pair.sides[index]
    let events = side.replicator.events + side.events
    side.replicator.events = []
    side.events = []
    for event in events { post(index, event) }
  }

  // MARK: Faults

  /// Neither end hears of it.
  mutating func lose(_ random: inout SplitMix64) {
    if let number = wires.keys.sorted().randomElement(using: &random) { wires[number] = nil }
  }

  /// One end hears of it at once, the other when all that is on its way has arrived.
  mutating func close(_ random: inout SplitMix64) {
    let index = Int.random(in: 0...1, using: &random)
    guard let channel = joined[index] else { return }
    put(index, channel, .closed)
    for (number, wire) in wires where wire.ends[index] == channel { wires[number]?.ends[index] = nil }
    post(index, .closed(channel))
  }

  mutating func crash(_ index: Int) {
    for (number, wire) in wires {
      if wire.ends[index] != nil { wires[number]?.messages[1 - index].append(.closed) }
      wires[number]?.ends[index] = nil
    }
    pair.sides[index].replicator.endSession()
    pair.restart(index)
    (joined[index], isListening[index], restampings[index]) = (nil, false, nil)
    machines[index] = makeMachine(index)
    post(index, .start)
  }

  /// Both have a session, on one and the same connection.
  var isPaired: Bool {
    wires.values.contains {
      $0.ends[0] != nil && $0.ends[0] == joined[0] && $0.ends[1] != nil && $0.ends[1] == joined[1]
    }
  }

  /// Nothing is left to be said.
  var isQuiet: Bool {
    let hasBytes = wires.values.contains {
      $0.messages.joined().contains { if case .bytes = $0 { true } else { false } }
    }
    return isPaired && !hasBytes && pair.sides.allSatisfy { $0.output.isEmpty && $0.replicator.isDrained }
  }

  // MARK: The machines' actions

  private mutating func post(_ index: Int, _ event: LinkEvent) {
    var events = [event]
    while !events.isEmpty {
      for action in machines[index].handle(events.removeFirst(), now: now) { perform(index, action, &events) }
    }
  }

  private mutating func perform(_ index: Int, _ action: LinkAction, _ events: inout [LinkEvent]) {
    switch action {
    case .listen:
      isListening[index] = true
      events.append(.listening)
    case .stopListening: isListening[index] = false
    case .dial: dial(index, &events)
    case .sendHello(let channel): sendHello(index, channel)
    case .sendConfirm(let channel): put(index, channel, .confirm)
    case .sendHeartbeat(let channel): put(index, channel, .heartbeat)
    case .close(let channel, let reason): close(index, channel, reason)
    case .beginSession(let channel, let parameters): beginSession(index, channel, parameters)
    case .endSession: endSession(index)
    case .beginLegacySession: fault = "taken for a repcached 2.x"
    case .restamp(let above):
      if restampings[index] != nil || joined[index] != nil { return }
      restampings[index] = pair.sides[index].replicator.beginRestamping(above: above, at: pair.moment(index))
    case .log(let line), .warn(let line): log.append("\(index): \(line)")
    case .cancelDial, .open, .countRefusedPeer: break
    }
  }

  private mutating func dial(_ index: Int, _ events: inout [LinkEvent]) {
    if isCut || !isListening[1 - index] { return events.append(.dialFailed("refused")) }
    lastWire += 1
    var wire = Wire(dialler: index, ends: [nil, nil])
    wire.ends[index] = ChannelID(UInt32(2 * lastWire))
    wires[lastWire] = wire
    events.append(.dialed(ChannelID(UInt32(2 * lastWire))))
  }

  private mutating func sendHello(_ index: Int, _ channel: ChannelID) {
    var hello = pair.sides[index].hello
    hello.unixMicroseconds = pair.moment(index).unixMicroseconds
    asked[channel] = hello.wantsCopyFromZero
    put(index, channel, .hello(hello))
  }

  private mutating func close(_ index: Int, _ channel: ChannelID, _ reason: GoodbyeReason?) {
    if let reason { put(index, channel, .goodbye(reason)) }
    put(index, channel, .closed)
    for (number, wire) in wires where wire.ends[index] == channel { wires[number]?.ends[index] = nil }
  }

  private mutating func beginSession(_ index: Int, _ channel: ChannelID, _ parameters: LinkParameters) {
    let side = pair.sides[index]
    side.output.clear()
    side.input.clear()
    joined[index] = channel
    linkCount += 1
    side.replicator.now = .microseconds(Int64(pair.now))
    side.replicator.moment = pair.moment(index)
    side.replicator.beginSession(
      parameters.peer, nodeBit: parameters.nodeBit, askedInHello: asked[channel] ?? false,
      ahead: parameters.ahead)
  }

  private mutating func endSession(_ index: Int) {
    joined[index] = nil
    let side = pair.sides[index]
    side.replicator.endSession()
    side.replicator.events = []
    side.output.clear()
    side.input.clear()
  }

  private mutating func put(_ index: Int, _ channel: ChannelID, _ message: Message) {
    for (number, wire) in wires where wire.ends[index] == channel {
      wires[number]?.messages[1 - index].append(message)
    }
  }
}
