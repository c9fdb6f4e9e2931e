import EventLoop
import ItemStore
import Platform
import SystemPackage

// The link thread: performs what the link machine says, and carries the replicator's bytes.
//
//                 ┌── event ◀── sockets, 50 ms tick, replicator ──┐
//      LinkMachine│                                               │LinkDriver ── channels, listeners
//                 └── actions ──▶ perform ────────────────────────┘     └── Replicator.fill ──▶ output ──▶ socket
//
// One pass: look at the rings and the copy, send, receive what came, poll or sleep. Each part has a `PassBudget`: what
// it does not get done in that time waits for the next pass.
//
//   changes follow closely        poll every 1 ms, so that a worker never has to wake this thread: `AdaptivePolling`
//   more to send at once          no rest, but the sockets are served between two passes
//   a worker is inside a change   poll: what it has done before is told when it is out, and it may wake nobody then
//   otherwise                     prepare to sleep, look at the rings once more, sleep until a socket, tick or waker
//
// Reading never waits for writing: both happen in every pass, a blocked output only stops being filled. Events that
// actions cause are queued, so the machine is never called while it is being called.
//
// A channel may be closed by any action; who has one in hand looks at its stage after posting an event.
//
// All state is the thread's own; other threads have the mailbox. It must not know commands or clients.
final class LinkDriver: EventHandler {
  let loop: EventLoop
  let configuration: ReplicationConfiguration
  let store: ItemStore
  let replicator: Replicator
  let legacy: LegacyReplicator
  /// Of the two that one which speaks over the link, or did last.
  var session: any PeerSession
  let rings: [MutationRing]
  let waker: LinkWaker
  let mailbox: LinkMailbox
  var admission: PeerAdmission
  var machine: LinkMachine
  var status = ReplicationStatus()

  var channels: [UInt32: Channel] = [:]
  var lastChannel: UInt32 = 0
  var link: Channel?
  var listeners: [ListeningSocket] = []
  /// Of `-x`, or what took its place.
  var peer: PeerPlace?
  /// Stamps that lie ahead are being given anew.
  var restamping: ItemStore.Restamping?
  /// With a name in `peer`.
  var lookup: NameLookup?
  var lookupNumber = 0
  /// A dial waits for the addresses.
  var isAddressAwaited = false
  /// What was found after its dial was given up.
  var lateAddresses: [SocketAddress]?
  var dialOrder = DialOrder()
  var nextAddressAt = Duration.zero
  /// On links that have ended.
  var bytesSent: UInt64 = 0
  var bytesReceived: UInt64 = 0
  var refusedPeers: UInt64 = 0
  var budget: PassBudget
  /// Connections taken in. Whoever connects without end costs this thread no more than that.
  var accepts = RateLimit(perSecond: 4000, burst: 400)
  /// Lines about handshakes of TLS that came to nothing: whoever connects may cause one.
  var sealWarnings = RateLimit(perSecond: 1, burst: 4)
  /// With those who look at the pair.
  var reports = ReportExchange()
  private var queue: [LinkEvent] = []
  private var isPosting = false
  private var isFinished = false
  private var isDraining = false
  private var polling: AdaptivePolling
  private var ticker: Timer?

  /// Listeners' tokens; channels count up from 1.
  static let listenerToken = ChannelID.last + 1
  private static let tick = Duration.milliseconds(50)

  init(
    store: ItemStore, rings: [MutationRing], waker: LinkWaker, mailbox: LinkMailbox,
    configuration: ReplicationConfiguration, identity: PeerIdentity, bound: [FileDescriptor]
  ) throws(EventLoopError) {
    loop = try EventLoop()
    self.configuration = configuration
    self.store = store
    self.rings = rings
    self.waker = waker
    self.mailbox = mailbox
    peer = configuration.peer
    polling = AdaptivePolling(interval: configuration.pollInterval)
    budget = PassBudget(clock: configuration.monotonicNanoseconds)
    replicator = Replicator(store: store, rings: rings, identity: identity)
    legacy = LegacyReplicator(store: store, rings: rings, itemLimit: configuration.legacyItemLimit)
    replicator.tracksOffsets = configuration.hasWaitingAnswers
    legacy.tracksOffsets = configuration.hasWaitingAnswers
    session = replicator
    admission = PeerAdmission(configuration.peer, hasSecret: configuration.secrets != nil)
    var settings = LinkSettings(
      identity: identity, peer: configuration.peer?.description,
      listenAddress: configuration.listenAddresses.first?.description ?? "", jitterSeed: identity.boot)
    settings.replWait = configuration.replWait
    settings.limits = configuration.limits
    settings.hasSecret = configuration.secrets != nil
    settings.acceptsLegacy = configuration.secrets == nil && configuration.tls == nil
    settings.expectsLegacy = configuration.expectsLegacy
    settings.rules = store.rules
    machine = LinkMachine(settings)
    status.queueRecordLimit = configuration.queueRecords
    status.wantedPeer = peer?.description
    mailbox.setWakeup(try Wakeup(loop: loop) { [unowned self] in readMailbox() })
    lookup = makeLookup()
    loop.dispatch(to: self)
    for socket in bound { addListener(socket) }
    ticker = Timer(loop: loop) { [unowned self] in tick() }
  }

  /// Monotonic.
  var now: Duration { .nanoseconds(Int64(clamping: configuration.monotonicNanoseconds())) }

  // MARK: The thread

  func run() {
    post(.start)
    ticker?.schedule(every: Self.tick)
    while !isFinished {
      let hasMore = pass()
      if !hasMore { rest() } else { loop.runOnce() }
      if let deadline = mailbox.shutdownDeadline { shutDown(by: deadline) }
    }
    closeListeners()
    ticker = nil
    loop.dispatch(to: nil)
  }

  private func rest() {
    if link == nil { polling.reset() }
    let isBlocked = link?.output.isEmpty == false
    if mailbox.shutdownDeadline != nil || !isBlocked && (session.awaitsWorker || polling.takePoll()) {
      Thread.sleep(nanoseconds: UInt64(configuration.pollInterval / .nanoseconds(1)))
      return loop.runOnce()
    }
    waker.prepareToSleep()
    // A shutdown asked for since then has signaled the loop's own wake-up.
    loop.runOnce(waiting: mayWait)
    waker.cancelSleep()
  }

  /// What stands in the rings cannot be sent before a socket is ready.
  private var mayWait: Bool {
    guard let link else { return true }
    return !link.output.isEmpty || session.isHeldBack || rings.allSatisfy { $0.bytes.isEmpty }
  }

  private func tick() {
    for listener in listeners { listener.resume() }
    post(.tick)
    tickDial()
    reportIfDue()
    publishStatus()
  }

  private func readMailbox() {
    if let change = mailbox.takeChange() { changePeer(to: change.place) }
    askQuestions()
    for (number, outcome) in mailbox.takeLookups() where number == lookupNumber { lookedUp(outcome) }
  }

  private func shutDown(by deadline: Duration) {
    if !isDraining {
      isDraining = true
      post(.drain)
    }
    let isDone = link.map { session.isDrained && $0.output.isEmpty } ?? true
    guard isDone || now >= deadline else { return }
    post(.shutdown)
    publishStatus()
    isFinished = true
  }

  // MARK: Events

  func post(_ event: LinkEvent) {
    queue.append(event)
    if isPosting { return }
    isPosting = true
    while !queue.isEmpty {
      let event = queue.removeFirst()
      let actions = machine.handle(event, now: now)
      for action in actions { perform(action) }
    }
    isPosting = false
  }

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    if token >= Self.listenerToken { return accept(Int(token - Self.listenerToken)) }
    guard let channel = channels[token] else { return }
    if channel.stage == .dialing { return finishDial(channel) }
    if readiness.contains(.readable) { read(channel) }
    if readiness.contains(.writable), channel.stage != .closed, !channel.flush() { fail(channel) }
  }

  // MARK: The link's bytes

  /// Goes on with what was read, fills and sends once. Returns whether there is more of either.
  func pass() -> Bool {
    if let link, link.hasUnparsed {
      budget.begin()
      parse(link)
    }
    // The kernel tells no more of what TLS holds.
    if let link, !link.hasUnparsed, link.transport.hasBufferedInput { read(link) }
    guard let link else { return restampSome() }
    budget.begin()
    updateTime()
    let sentBefore = session.counters.sent
    let hasMore = session.fill(&link.output) { budget.isSpent }
    postEvents()
    guard link.stage == .linked else { return false }
    if !link.flush() {
      fail(link)
      return false
    }
    if session.counters.sent != sentBefore { polling.noteStreamed(now: now) }
    reportOutcomes()
    return hasMore && link.output.isEmpty || link.hasUnparsed || link.transport.hasBufferedInput
  }

  @discardableResult
  func updateTime() -> Moment {
    let time = configuration.monotonicNanoseconds()
    session.now = .nanoseconds(Int64(clamping: time))
    session.moment = store.processClock.moment(
      monotonicNanoseconds: time, unixMicroseconds: configuration.unixMicroseconds())
    return session.moment
  }

  func postEvents() {
    if session.events.isEmpty { return }
    let events = session.events
    session.events.removeAll()
    for event in events {
      noteCopy(event)
      post(event)
    }
  }

  /// What the peer has processed may set answers free.
  func reportOutcomes() {
    for number in rings.indices where rings[number].outcomes.takeChange() { configuration.onOutcomes(number) }
  }

  func publishStatus() {
    status.role = machine.role
    status.state = machine.state
    status.counters = session.counters
    status.counters.bytesSent = bytesSent + (link?.bytesSent ?? 0)
    status.counters.bytesReceived = bytesReceived
    status.counters.refusedPeers = refusedPeers
    noteCopies()
    status.ackedThrough = session.ackedThrough
    status.queueRecords = rings.reduce(0) { $0 + max($1.queuedRecords, 0) }
    status.queueBytes = rings.reduce(0) { $0 + $1.bytes.usedCount }
    status.lagMicroseconds = link == nil ? 0 : UInt64(clamping: Int64(session.lag / .microseconds(1)))
    mailbox.publish(status)
  }
}
