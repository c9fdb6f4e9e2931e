import ItemStore

// The link to the peer as a plain value: events in, actions out. No socket, no clock and no thread; the time stands in
// the call, chance comes from a seed. `ReplicationLink` performs the actions, tests call it by hand.
//
//                start, no -x
//     idle ──────────────────────────────────────────▶ ALONE ◀──────────────────┐
//      │ start, -x                        repl_wait over ▲ │ hello and           │ link lost: close, listen,
//      ▼                                                 │ │ confirm accepted,   │ dial again after a while
//   SEEKING ─────────────────────────────────────────────┘ │ or its dial answered│
//      │ the peer answered the dial                        ▼                     │
//      └────────────────────────────────────────────▶ LINKED: copy ──▶ stream ───┤
//                                                        ▲    └─── given up ◀─┘  │
//                                                        └── own peer, rebooted ─┘        any ── shutdown ──▶ STOPPED
//
//   phase    listener        dial                          role      invariant
//   -------  --------------  ----------------------------  --------  --------------------------------------------------
//   SEEKING  closed          always under way or waiting   slave     only with -x, only at the start, at most repl_wait
//   ALONE    open, or tried  under way or waiting with -x  master    clients are served
//            again by tick
//   LINKED   master: open    none                          either    exactly one channel carries a session, and
//            slave: closed                                           `lastReceivedAt` is at most `silence` old
//
// Two links at once. Both sides may dial each other at the same moment. Both then keep the one whose acceptor has the
// greater identity, so both drop the same one: a side that has dialled and prefers its dial turns the other's handshake
// away, a side that prefers the other's gives its dial up. A dial whose TCP connection is not there yet never wins: it
// may never be.
//
// A linked side that receives a new hello: from another node, "already connected". From its own peer under a new boot id,
// the old link is dead and is replaced, if two heartbeats were missed on it: else it lives, and the new one is a clone
// that has the same host name, and is refused. From the same boot: who dials has no link any more, so a link that it
// dialled before is replaced too; only if this side dialled the old one is this the case of two links, and identity
// decides.
//
// Own sleep. When this process was stopped, or the machine was too busy, no tick came and the peer's bytes still lie in
// the socket: a late tick moves all deadlines on by its lateness, so nobody is declared dead for a sleep of this
// process.
//
// Strangers. Anybody may connect and say anything, or nothing: so handshakes are few and short-lived. When there are
// too many, the one that goes is of the host that has most of them, an old one before a young one, one that has not
// said hello before one that has: a flood from one host drowns itself, and the true peer, who says hello at once,
// stays. Hellos are limited by host, too; with a secret failed proofs are, and only in what is said of them.
//
// With a secret nothing is accepted of a side that has not proven it: a hello that came on the local dial bears the
// proof, one that came on an accepted connection is answered with the local hello and must be confirmed with the
// other's proof. A side that says it has no secret is refused whatever else it says, and so is one that has one where
// here is none: nobody can talk two sides out of it.
//
// Log lines are those of repcached 2.x, word by word. One refused peer gives one line, many a few (see
// `RefusalLog`); those lines are warnings, for a pair that does not come about must not need `-v` to say why.
//
// It must not know sockets, the store, what is copied, or how a proof is made.
package struct LinkMachine: Sendable {
  enum Phase: Sendable {
    case idle
    case seeking(until: Duration)
    case alone
    case linked(Link)
    case stopped
  }

  struct Link: Sendable {
    let channel: ChannelID
    /// Nil for a repcached 2.x, which says nothing of itself.
    let identity: PeerIdentity?
    let role: Role
    let address: String
    var lastReceivedAt: Duration
    var nextHeartbeat: Duration
    var copyingOut = true
    var copyingIn = true
    var showsCopyOut = false
    /// It has said a word: one that connects and is silent may be anyone.
    var hasSpoken = true
  }

  enum Listener: Sendable {
    case closed
    case opening
    case open
    case failed(retryAt: Duration)
  }

  enum Dial: Sendable {
    case none
    case waiting(until: Duration)
    /// The peer's name is looked up.
    case lookingUp(since: Duration)
    case dialing(since: Duration)
    /// TCP is there, the local hello is sent.
    case handshaking(ChannelID, since: Duration)
  }

  /// A connection accepted whose other side has not proven yet who it is.
  struct Handshake: Sendable {
    let address: String
    let host: String
    var since: Duration
    var hello: Hello?
    /// Something has come, if not a whole hello.
    var hasSpoken = false
  }

  package var settings: LinkSettings
  var phase = Phase.idle
  var listener = Listener.closed
  var dial = Dial.none
  /// The address of the dial that has become a handshake, and how long its hello may take.
  var dialAddress = ""
  var dialHelloTimeout = Duration.zero
  var handshakes: [ChannelID: Handshake] = [:]
  var backoff: Backoff
  var handshakeRates: HandshakeRates
  var refusals = RefusalLog()
  var copyLines = RateLimit(perSecond: 1, burst: 200)
  var droppedCopyLines = 0
  var lastTick: Duration?
  var isOpen = false
  var isDraining = false
  /// One that speaks this format has been linked with, or has said hello where it was taken for an old one.
  var hasMetPeer = false
  /// The node that was linked with last; and the one that was the peer until another was named: it still dials this
  /// side.
  var lastNode: UInt64?
  var formerNode: UInt64?
  /// What dials have failed of since the last link, so that a lasting fault is told once.
  var reportedFaults: Set<String> = []
  /// Why they were refused, by either side.
  var reportedRefusals: Set<GoodbyeReason> = []
  /// How the peer was started differently, as it was told last.
  var reportedDifferences: [String] = []
  var hasReportedListenFault = false
  /// The line of the dial under way is written.
  var hasLoggedConnect = false
  var actions: [LinkAction] = []

  package init(_ settings: LinkSettings) {
    self.settings = settings
    backoff = Backoff(
      minDelay: settings.minRetryDelay, maxDelay: settings.maxRetryDelay, seed: settings.jitterSeed)
    handshakeRates = HandshakeRates(perSecond: settings.handshakesPerSecond)
  }

  package mutating func handle(_ event: LinkEvent, now: Duration) -> [LinkAction] {
    actions.removeAll(keepingCapacity: true)
    if case .stopped = phase { return [] }
    switch event {
    case .start: start(now)
    case .tick: tick(now)
    case .drain: isDraining = true
    case .shutdown: shutdown()
    case .peerChanged(let peer, let isLinked): peerChanged(peer, isLinked: isLinked, now)
    case .listening: listening()
    case .listenFailed(let why): listenFailed(why, now)
    case .lookingUp: lookingUp(now)
    case .lookedUp: lookedUp(now)
    case .lookupFailed(let why): lookupFailed(why, now)
    case .dialed(let channel, let address, let hasOthers): dialed(channel, address, hasOthers: hasOthers, now)
    case .dialFailed(let why): dialFailed(why, now)
    case .accepted(let channel, let address, let admission): accepted(channel, address, admission, now)
    case .bytesReceived(let channel): bytesReceived(channel, now)
    case .spokeLegacy(let channel): spokeLegacy(channel, now)
    case .hello(let channel, let hello, let clock, let proven): receivedHello(channel, hello, clock, proven, now)
    case .lateHello(let channel): receivedLateHello(channel, now)
    case .confirmed(let channel, let clock, let proven): confirmed(channel, clock, proven, now)
    case .goodbye(let channel, let reason): goodbye(channel, reason, now)
    case .malformed(let channel, let what): malformed(channel, what, now)
    case .closed(let channel): ended(channel, now)
    case .copyOutBegan(let items): copyOutBegan(items, now)
    case .copyOutEnded(let items): copyOutEnded(items, now)
    case .copyInBegan(let items): copyInBegan(items, now)
    case .copyInEnded: copyInEnded(now)
    case .streamGivenUp: streamGivenUp(now)
    }
    return actions
  }

  package var role: Role {
    switch phase {
    case .linked(let link): link.role
    case .seeking: .slave
    default: .master
    }
  }

  package var state: LinkState {
    switch phase {
    case .idle, .stopped: .off
    case .seeking: .connect
    case .alone: .listen
    case .linked(let link): link.copyingIn || link.copyingOut ? .copy : .stream
    }
  }

  mutating func log(_ text: String) { actions.append(.log("replication: " + text)) }
  mutating func warn(_ text: String) { actions.append(.warn("replication: " + text)) }

  /// Clients may be served: once.
  mutating func open() {
    if isOpen { return }
    isOpen = true
    actions.append(.open)
  }
}

/// Who listened is the master, who connected the slave; alone one is the master. Both serve reads and writes.
package enum Role: Sendable, Equatable {
  case master
  case slave
}

/// Where the link is, in the words of `stats replication` and of repcached 2.x.
package enum LinkState: String, Sendable {
  case off
  case listen
  case connect
  case copy
  case stream
}
