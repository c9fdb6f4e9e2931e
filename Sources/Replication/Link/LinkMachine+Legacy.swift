// A repcached 2.x as the peer, for a rolling upgrade.
//
//   it connects, says nothing                  300 ms later   LINKED as master, in its format, but see below
//   it connects, says one of its words         at once        LINKED as master, in its format
//   it accepts a dial, answers with its words  at once        LINKED as slave, in its format
//
// It has no identity, no clock and no heartbeat. Its death is the end of the connection; only an old acceptor whose
// copy has not ended is given up for silence, because clients wait for it.
//
// Who is silent may be anyone: a monitor that probes the port, a telnet. So a silent one never takes the place of a
// link, and one that has never said a word gives way to whoever says one. An old peer that has spoken gives way to a
// hello from its own host: that is the peer, upgraded.
//
// Or it is the peer of today's kind, whose hello is late. Once one has been met, silence is never taken for an old one,
// unless that is announced (`-o repl_legacy`): the hello gets its time instead.
//
// It cannot prove a secret: with one it is refused, silent or not.
extension LinkMachine {
  /// Instead of a hello, words of repcached 2.x.
  mutating func spokeLegacy(_ channel: ChannelID, _ now: Duration) {
    if case .handshaking(channel, _) = dial { return legacyOnDial(channel, now) }
    guard var handshake = handshakes.removeValue(forKey: channel), handshake.hello == nil else {
      return malformed(channel, .outOfPlace(kind: 0), now)
    }
    handshake.hasSpoken = true
    acceptLegacy(channel, handshake, now)
  }

  /// Nothing has come on it: it may be an old connector, which says nothing.
  func isSilent(_ handshake: Handshake) -> Bool {
    settings.acceptsLegacy && !awaitsHellos && handshake.hello == nil && !handshake.hasSpoken
  }

  /// Silence proves nothing.
  var awaitsHellos: Bool { hasMetPeer && !settings.expectsLegacy }

  /// The hello of one that was taken for an old peer, because it was silent.
  mutating func receivedLateHello(_ channel: ChannelID, _ now: Duration) {
    hasMetPeer = true
    ended(channel, now)
  }

  /// While the local dial waits for the peer's hello, a silent connection is not taken for it.
  func mayBeAnswered(_ handshake: Handshake) -> Bool {
    guard case .handshaking = dial else { return false }
    return isSilent(handshake)
  }

  // MARK: The local dial

  private mutating func legacyOnDial(_ channel: ChannelID, _ now: Duration) {
    guard settings.acceptsLegacy else {
      dial = .none
      actions.append(.close(channel, saying: nil))
      actions.append(.countRefusedPeer)
      reportOnce(.secretMissing, "refused \(settings.peer ?? "") (\(Self.noSecret))")
      return dialLater(now)
    }
    if !hasLoggedConnect { log("connect (peer=\(settings.peer ?? ""))") }
    dial = .none
    establishLegacy(channel, .slave, dialAddress, hasSpoken: true, now)
  }

  // MARK: Accepted

  mutating func acceptLegacy(_ channel: ChannelID, _ handshake: Handshake, _ now: Duration) {
    guard settings.acceptsLegacy else {
      return refuse(channel, handshake.address, .wrongSecret, Self.noSecret, now)
    }
    if case .linked(let link) = phase, link.identity != nil || link.hasSpoken || !handshake.hasSpoken {
      return refuse(channel, handshake.address, .alreadyConnected, nil, now)
    }
    giveDialUp(saying: nil)
    establishLegacy(channel, .master, handshake.address, hasSpoken: handshake.hasSpoken, now)
  }

  private static let noSecret = "it speaks as repcached 2.x, which cannot prove the secret (-o repl_secret)"

  // MARK: The link

  private mutating func establishLegacy(
    _ channel: ChannelID, _ role: Role, _ address: String, hasSpoken: Bool, _ now: Duration
  ) {
    replaceLink(role)
    var link = Link(
      channel: channel, identity: nil, role: role, address: address, lastReceivedAt: now, nextHeartbeat: now)
    // An old connector has no copy to send.
    link.copyingIn = role == .slave
    link.hasSpoken = hasSpoken
    phase = .linked(link)
    backoff.reset()
    forgetReported()
    actions.append(.beginLegacySession(channel, role, hasSpoken: hasSpoken))
  }

  /// Whether a link to an old peer gives way to a hello from this address.
  func yieldsLegacy(_ link: Link, to address: String) -> Bool {
    !link.hasSpoken || Self.host(link.address) == Self.host(address)
  }

  private static func host(_ address: String) -> Substring {
    address.lastIndex(of: ":").map { address[..<$0] } ?? address[...]
  }

  mutating func tickLegacy(_ link: Link, _ now: Duration) {
    guard link.copyingIn, now - link.lastReceivedAt >= settings.legacySilence else { return }
    log("\(link.address) is silent")
    actions.append(.close(link.channel, saying: nil))
    lose(link, now)
  }
}
