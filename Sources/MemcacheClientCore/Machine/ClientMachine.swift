// The client without its sockets: what happens comes in, what is to be done is read out.
//
//     submit, cancel ──▶ ┌───────────────────────────────────────────────┐ ──▶ complete(request, result)
//     connected, failed, │ requests   pool: key ▶ server, who is dead    │ ──▶ connect, send, close
//     received, closed ─▶│ members    pair: which side                   │ ──▶ note(what happened)
//     tick ────────────▶ │ links      owed answers, in order             │
//                        └───────────────────────────────────────────────┘
//
// Purpose. All rules of failing over stand here, and are tried from thousands of seeds without a process. The library drives it
// from one thread; it knows no socket, no clock and no task.
//
// A request goes to the link of its server's side with least to do. Where that is lost (closed, hangs, out of step) it goes
// on: to the other side of a pair, or the next server of the distribution; but what must not be done twice, and may have been
// done, fails as `outcomeUnknown`. While nobody can be asked and an attempt to connect is under way it is parked.
//
// Invariants. Each submitted request is completed exactly once. A link's answers are read in the order of what was sent on
// it, whether anybody still waits for them or not, so a cancelled or late request leaves it usable. What one link owes is
// bounded, in number and bytes. After `close` of a link nothing comes of it: its generation is over.
//
// Time. `now` is monotonic. A machine that was woken late (a stopped process, a busy host) moves its clock back by that, so
// that it takes nobody for dead because it has slept itself.
package struct ClientMachine: Sendable {
  package enum Action: Sendable {
    case connect(LinkID, ClientSettings.Address)
    case send(LinkID, [UInt8])
    case close(LinkID)
    case complete(UInt64, Result<Outcome, RequestFailure>)
    case note(ClientNote)
  }

  let settings: ClientSettings
  var pool: ServerPool
  var members: [Member]
  var links: [Link]
  var requests: [UInt64: Request] = [:]
  var gatherings: [UInt64: Gathering] = [:]
  var deadlines = Queue<(at: Duration, id: UInt64)>()
  var hedges = Queue<(at: Duration, id: UInt64)>()
  var actions: [Action] = []
  var lastOpaque: UInt32 = 0
  /// Parts of gets of many bear numbers from here on.
  var lastPart: UInt64 = 1 << 63
  var now: Duration
  private var lateness = Duration.zero
  private var wakesAt: Duration?
  var isEnding = false

  package init(_ settings: ClientSettings, now: Duration) {
    self.settings = settings
    self.now = now
    pool = ServerPool(settings.members.map(\.server), settings.distribution, settings.limits, settings.policy)
    (members, links) = ClientMachine.build(settings, now)
    advanceLinks()
  }

  private static func build(_ settings: ClientSettings, _ now: Duration) -> ([Member], [Link]) {
    var members: [Member] = []
    var links: [Link] = []
    let window = LatencyWindow(percentile: settings.hedgePercentile ?? 1, fallback: settings.hedgeFallback)
    for (index, member) in settings.members.enumerated() {
      let sides = PairChoice.Side.allCases.prefix(member.addresses.count)
      let places = sides.map { side in
        (0..<max(settings.connectionsPerServer, 1)).map { _ in
          links.append(Link(member: index, side: side))
          return links.count - 1
        }
      }
      let choice = PairChoice(waitsUntil: now + settings.pairStartWait)
      members.append(
        Member(isPair: member.isPair, links: places, choice: choice, latency: [window, window]))
    }
    return (members, links)
  }

  /// What is to be done, in this order.
  package mutating func takeActions() -> [Action] {
    defer { actions.removeAll(keepingCapacity: true) }
    return actions
  }

  package var pendingCount: Int { requests.count }

  // MARK: Time

  /// Time has come so far.
  package mutating func tick(_ now: Duration) {
    advance(now)
    expire()
    hedge()
    advanceLinks()
    endStartWait()
  }

  /// The time that was slept through does not count: what came meanwhile has not been read yet.
  mutating func advance(_ real: Duration) {
    if let due = wakesAt, real - lateness - due > .milliseconds(100) { lateness = real - now }
    wakesAt = nil
    now = max(now, real - lateness)
  }

  /// When `tick` is wanted next; nil: when something else has happened.
  package mutating func nextDeadline() -> Duration? {
    forgetDone()
    let waits = members.map { $0.isPair && !$0.parked.isEmpty ? $0.choice.startWaitEnd(now) : nil }
    let times = [deadlines.first?.at, hedges.first?.at] + links.indices.map(nextDeadline) + waits
    wakesAt = times.compactMap { $0 }.min()
    return wakesAt.map { $0 + lateness }
  }

  /// Completes what is under way and connects no more.
  package mutating func end() {
    isEnding = true
    for id in requests.keys.sorted() where requests[id]?.parent == nil {
      fail(id, .unavailable("the client has ended"))
    }
    for id in gatherings.keys.sorted() { abandonGathering(id, .unavailable("the client has ended")) }
    for index in links.indices { closeLink(index) }
  }
}

/// What an operator may want to know.
package enum ClientNote: Hashable, Sendable {
  case serverDied(server: Int, String)
  case serverReturned(server: Int)
  case moved(server: Int, to: PairChoice.Side)
  case linkFailed(server: Int, PairChoice.Side, String)
  case hedged(server: Int)
  case repeated(server: Int)
}
