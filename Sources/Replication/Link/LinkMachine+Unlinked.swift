/// Without a link: starting, dialling, listening, and what time does to them.
extension LinkMachine {
  mutating func start(_ now: Duration) {
    guard case .idle = phase else { return }
    // A sleep before the first tick is one, too.
    lastTick = now
    guard let peer = settings.peer else { return becomeAlone() }
    phase = .seeking(until: now + settings.replWait)
    log("connect (peer=\(peer))")
    hasLoggedConnect = true
    beginDial(now)
  }

  /// Listen, serve, and (with -x) go on dialling.
  mutating func becomeAlone() {
    phase = .alone
    hasLoggedConnect = false
    openListener()
    open()
  }

  mutating func shutdown() {
    if case .linked(let link) = phase {
      actions.append(.close(link.channel, saying: .shutdown))
      actions.append(.endSession(isReplaced: false))
    }
    for channel in handshakes.keys { actions.append(.close(channel, saying: .shutdown)) }
    handshakes.removeAll()
    giveDialUp(saying: .shutdown)
    closeListener()
    phase = .stopped
  }

  mutating func tick(_ now: Duration) {
    compensateForPause(now)
    if case .linked(let link) = phase { tickLink(link, now) }
    tickHandshakes(now)
    for line in refusals.tick(now: now) { warn(line) }
    tickDial(now)
    tickListener(now)
  }

  private mutating func compensateForPause(_ now: Duration) {
    defer { lastTick = now }
    guard let last = lastTick, now - last > .milliseconds(200) else { return }
    let lateness = now - last - .milliseconds(50)
    for channel in handshakes.keys { handshakes[channel]?.since += lateness }
    if case .linked(var link) = phase {
      link.lastReceivedAt = min(link.lastReceivedAt + lateness, now)
      phase = .linked(link)
    }
    switch dial {
    case .lookingUp(let since): dial = .lookingUp(since: since + lateness)
    case .dialing(let since): dial = .dialing(since: since + lateness)
    case .handshaking(let channel, let since): dial = .handshaking(channel, since: since + lateness)
    case .none, .waiting: break
    }
  }

  // MARK: Dial

  mutating func beginDial(_ now: Duration) {
    dial = .dialing(since: now)
    actions.append(.dial)
  }

  mutating func lookingUp(_ now: Duration) {
    if case .dialing = dial { dial = .lookingUp(since: now) }
  }

  mutating func lookedUp(_ now: Duration) {
    if case .lookingUp = dial { dial = .dialing(since: now) }
  }

  /// The name may be known in a minute, and the peer find this side meanwhile: it serves and goes on trying.
  mutating func lookupFailed(_ why: String, _ now: Duration) {
    reportOnce("\(why); trying on", isWarning: true)
    dialLater(now)
  }

  mutating func dialed(_ channel: ChannelID, _ address: String?, hasOthers: Bool, _ now: Duration) {
    guard case .dialing = dial else { return actions.append(.close(channel, saying: nil)) }
    dial = .handshaking(channel, since: now)
    dialAddress = address ?? settings.peer ?? ""
    // Who takes connections and says nothing must not keep the others from their turn.
    dialHelloTimeout = hasOthers ? settings.helloTimeout : settings.dialTimeout
    actions.append(.sendHello(channel))
  }

  mutating func dialFailed(_ why: String, _ now: Duration) {
    reportOnce("cannot connect (\(settings.peer ?? ""): \(why))")
    dialLater(now)
  }

  /// Tells of a fault of the dial, once while it lasts.
  mutating func reportOnce(_ text: String, isWarning: Bool = false) {
    guard reportedFaults.count < 16, reportedFaults.insert(text).inserted else { return }
    if isWarning { warn(text) } else { log(text) }
  }

  /// The local dial was refused, by either side: told once for each reason, until there is a link.
  mutating func reportOnce(_ reason: GoodbyeReason, _ text: String) {
    if reportedRefusals.insert(reason).inserted { warn(text) }
  }

  mutating func dialLater(_ now: Duration) {
    guard settings.peer != nil else { return dial = .none }
    if case .seeking(let until) = phase {
      backoff.reset()
      if now >= until { becomeAlone() }
    }
    dial = .waiting(until: now + backoff.next())
  }

  mutating func giveDialUp(saying reason: GoodbyeReason?) {
    switch dial {
    case .dialing, .lookingUp: actions.append(.cancelDial)
    case .handshaking(let channel, _): actions.append(.close(channel, saying: reason))
    case .none, .waiting: break
    }
    dial = .none
  }

  private mutating func tickDial(_ now: Duration) {
    switch dial {
    case .none: break
    case .waiting(let until): if now >= until { beginDial(now) }
    case .lookingUp(let since):
      if now - since >= settings.dialTimeout {
        giveDialUp(saying: nil)
        lookupFailed("cannot resolve \(settings.peer ?? ""): no answer", now)
      }
    case .dialing(let since):
      if now - since >= settings.dialTimeout {
        giveDialUp(saying: nil)
        dialFailed("timed out", now)
      }
    case .handshaking(_, let since):
      if now - since >= dialHelloTimeout {
        giveDialUp(saying: nil)
        dialFailed("no hello", now)
      }
    }
    // A peer that has answered gets its time; one that is still only dialled does not keep the clients waiting.
    if case .seeking(let until) = phase, now >= until, !isHandshaking { becomeAlone() }
  }

  private var isHandshaking: Bool {
    if case .handshaking = dial { return true }
    return false
  }

  // MARK: Listener

  mutating func openListener() {
    switch listener {
    case .open: log("listen")
    case .opening: break
    case .closed, .failed:
      listener = .opening
      actions.append(.listen)
    }
  }

  mutating func closeListener() {
    if case .open = listener { actions.append(.stopListening) }
    listener = .closed
  }

  mutating func listening() {
    listener = .open
    hasReportedListenFault = false
    log("listen")
  }

  /// The peer on the same host may have the port: then the dial will find it.
  mutating func listenFailed(_ why: String, _ now: Duration) {
    listener = .failed(retryAt: now + .seconds(1))
    if hasReportedListenFault { return }
    hasReportedListenFault = true
    log("cannot listen (\(settings.listenAddress): \(why))")
  }

  private mutating func tickListener(_ now: Duration) {
    guard case .alone = phase, case .failed(let retryAt) = listener, now >= retryAt else { return }
    openListener()
  }
}
