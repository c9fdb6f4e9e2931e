import KeyDistribution
import TestSupport

@testable import MemcacheClientCore

// A client, a pair and the wires between them, on a clock that is moved by hand: 10,000 deaths in seconds.
//
// Bytes take 0.1 to 1 ms; what one side writes is at the other after at most `crossing`. Faults come one after the other and
// never to both sides at once: the next begins when both are linked and equal again, and that the client may not know yet.
struct SimulatedWorld {
  static let crossing = Duration.milliseconds(5)

  enum Event {
    case connect(LinkID, Int)
    case toServer(LinkID, Int, [UInt8])
    case toClient(LinkID, [UInt8])
    case reset(LinkID)
    case cross(Int, String, SimulatedServer.Entry)
    case recover(Int)
    case work
    case fault
  }

  var machine: ClientMachine
  var servers = [SimulatedServer(), SimulatedServer()]
  var now = Duration.zero
  var random: SeededRandom
  var verdict = SimulatedVerdict()
  private var events: [(at: Duration, order: Int, event: Event)] = []
  private var order = 0
  /// The side that each living connection leads to, and when its last bytes arrive: a wire keeps the order.
  private var ends: [LinkID: Int] = [:]
  private var arrivals: [LinkID: Duration] = [:]
  /// What is on a wire that is cut, in its order: TCP says it again when the cut is over, if nobody has given up.
  private var held: [Event] = []
  private(set) var faults = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let member = ClientSettings.Member(
      server: Server(host: "a", port: 1), addresses: [.init(host: "a", port: 0), .init(host: "b", port: 1)])
    machine = ClientMachine(ClientSettings(members: [member], distribution: .ketama), now: .zero)
    act()
    schedule(.work, after: .milliseconds(2))
    schedule(.fault, after: .milliseconds(500))
  }

  /// Until so many faults are over.
  mutating func run(faults count: Int) {
    while faults < count || !machineIsIdle { step() }
  }

  private var machineIsIdle: Bool { machine.pendingCount == 0 }

  private mutating func step() {
    let wake = machine.nextDeadline() ?? .seconds(1_000_000)
    // The earliest event; few are there at a time.
    let next = events.indices.min { (events[$0].at, events[$0].order) < (events[$1].at, events[$1].order) }
    if let next, events[next].at <= wake {
      let event = events.remove(at: next)
      now = max(now, event.at)
      happen(event.event)
    } else {
      now = max(now, wake)
    }
    machine.tick(now)
    act()
  }

  mutating func schedule(_ event: Event, after delay: Duration) {
    order += 1
    events.append((now + delay, order, event))
  }

  private mutating func arrival(_ id: LinkID) -> Duration {
    let time = max(now + .microseconds(100 + random.below(900)), arrivals[id] ?? .zero)
    arrivals[id] = time
    return time - now
  }

  private mutating func act() {
    for action in machine.takeActions() {
      switch action {
      case .connect(let id, let address): schedule(.connect(id, Int(address.port)), after: .microseconds(200))
      case .send(let id, let bytes):
        if let side = ends[id] { schedule(.toServer(id, side, bytes), after: arrival(id)) }
      case .close(let id): ends[id] = nil
      case .complete(let id, let result): verdict.complete(id, result, now)
      case .note(let note): verdict.note(note)
      }
    }
  }

  private mutating func happen(_ event: Event) {
    switch event {
    case .connect(let id, let side): connect(id, side)
    case .toServer(let id, let side, let bytes): receive(id, side, bytes)
    case .toClient(let id, let bytes):
      guard let side = ends[id] else { return }
      if servers[side].state == .cut { return held.append(event) }
      _ = machine.received(id, bytes.span, now)
    case .reset(let id): if ends.removeValue(forKey: id) != nil { machine.closed(id, "reset", now) }
    case .cross(let side, let key, let entry): servers[side].apply(key, entry)
    case .recover(let side): recover(side)
    case .work: work()
    case .fault: fault()
    }
  }

  private mutating func connect(_ id: LinkID, _ side: Int) {
    switch servers[side].state {
    case .dead: machine.closed(id, "refused", now)
    case .cut: break
    case .running, .stopped:
      ends[id] = side
      machine.connected(id, now)
    }
  }

  private mutating func receive(_ id: LinkID, _ side: Int, _ bytes: [UInt8]) {
    switch servers[side].state {
    case .dead: return
    case .cut:
      held.append(.toServer(id, side, bytes))
    case .stopped: servers[side].inputs[id, default: []] += bytes
    case .running:
      servers[side].inputs[id, default: []] += bytes
      execute(id, side)
    }
  }

  private mutating func execute(_ id: LinkID, _ side: Int) {
    let isLinked = servers[1 - side].state == .running
    let time = Int(now / .microseconds(1))
    let answer = servers[side].execute(id, at: time, isLinked: isLinked)
    for (key, entry) in servers[side].takeChanges() where isLinked {
      schedule(.cross(1 - side, key, entry), after: .microseconds(random.below(4000)))
    }
    if !answer.isEmpty { schedule(.toClient(id, answer), after: arrival(id)) }
  }

  // MARK: Faults

  private mutating func fault() {
    faults += 1
    let side = random.below(2)
    switch random.below(3) {
    case 0:
      servers[side] = SimulatedServer()
      servers[side].state = .dead
      for (id, end) in ends where end == side { schedule(.reset(id), after: .microseconds(random.below(500))) }
    case 1: servers[side].state = .stopped
    default: servers[side].state = .cut
    }
    schedule(.recover(side), after: .milliseconds(5 + random.below(1500)))
  }

  /// It has its copy before it takes clients, as repcached does it.
  private mutating func recover(_ side: Int) {
    servers[side].state = .running
    for from in [side, 1 - side] {
      for (key, entry) in servers[from].items { servers[1 - from].apply(key, entry) }
    }
    let late = held
    held = []
    for event in late {
      if case .toServer(let id, _, _) = event, ends[id] == nil { continue }
      happen(event)
    }
    for id in servers[side].inputs.keys.sorted(by: { $0.generation < $1.generation }) { execute(id, side) }
    schedule(.fault, after: SimulatedWorld.crossing + .milliseconds(random.below(700)))
  }

  // MARK: Work

  private mutating func work() {
    let (id, command) = verdict.next(now, &random)
    machine.submit(id, command, now)
    schedule(.work, after: .milliseconds(1 + random.below(30)))
  }

  /// The counter, when all is quiet.
  var counter: Int {
    servers.compactMap { $0.items["counter"].flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } }.max() ?? 0
  }
}
