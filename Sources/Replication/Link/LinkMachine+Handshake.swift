import ItemStore

/// Handshakes: on the local dial, or on an accepted connection.
extension LinkMachine {
  mutating func accepted(_ channel: ChannelID, _ address: String, _ admission: Admission, _ now: Duration) {
    if case .refused(let remedy) = admission { return refuse(channel, address, .notAdmitted, remedy, now) }
    if handshakes.count >= settings.maxHandshakes { dropOneHandshake(now) }
    handshakes[channel] = Handshake(address: address, host: Self.host(of: address), since: now)
  }

  private mutating func dropOneHandshake(_ now: Duration) {
    let perHost = handshakes.values.reduce(into: [:]) { $0[$1.host, default: 0] += 1 }
    func goesBefore(_ one: Handshake, _ other: Handshake) -> Bool {
      let (count, otherCount) = (perHost[one.host] ?? 0, perHost[other.host] ?? 0)
      if count != otherCount { return count > otherCount }
      if (one.hello == nil) != (other.hello == nil) { return one.hello == nil }
      return one.since < other.since
    }
    guard let (channel, handshake) = handshakes.min(by: { goesBefore($0.value, $1.value) }) else { return }
    handshakes[channel] = nil
    refuse(channel, handshake.address, .tooManyHandshakes, nil, now)
  }

  /// "10.0.0.2:4000", "[fe80::1]:4000": what stands before the last colon.
  static func host(of address: String) -> String {
    String(address[..<(address.lastIndex(of: ":") ?? address.endIndex)])
  }

  mutating func tickHandshakes(_ now: Duration) {
    for (channel, handshake) in handshakes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let limit = handshake.hello == nil && !awaitsHellos ? settings.helloTimeout : settings.dialTimeout
      if now - handshake.since < limit || mayBeAnswered(handshake) { continue }
      handshakes[channel] = nil
      if isSilent(handshake) {
        acceptLegacy(channel, handshake, now)
        continue
      }
      refuse(channel, handshake.address, .other, "no hello", now)
    }
  }

  mutating func receivedHello(
    _ channel: ChannelID, _ hello: Hello, _ clock: ClockReading, _ proven: Bool, _ now: Duration
  ) {
    if case .handshaking(channel, _) = dial { return helloOnDial(channel, hello, clock, proven, now) }
    if let handshake = handshakes[channel], handshake.hello == nil {
      return helloOnAccepted(channel, handshake, hello, clock, proven, now)
    }
    malformed(channel, .outOfPlace(kind: FrameKind.hello.rawValue), now)
  }

  // MARK: The local dial

  /// The other side answered the local dial with its hello.
  private mutating func helloOnDial(
    _ channel: ChannelID, _ hello: Hello, _ clock: ClockReading, _ proven: Bool, _ now: Duration
  ) {
    let agreement = agreement(with: hello, clock)
    let stranger = judge(hello, clock, proven)
    let stamps = stranger == nil ? stampFault(agreement) : nil
    // It has to know who does not believe it.
    if stamps != nil { actions.append(.sendConfirm(channel)) }
    if let fault = stranger ?? stamps ?? linkedFault(hello.identity, dialAddress, acceptor: hello.identity, now) {
      dial = .none
      actions.append(.close(channel, saying: fault.reason))
      if fault.reason == .oneself { backoff.useMaxDelay() }
      if fault.isTold {
        actions.append(.countRefusedPeer)
        reportOnce(fault.reason, "refused \(settings.peer ?? "") (\(fault.text ?? fault.reason.text))")
      }
      return dialLater(now)
    }
    actions.append(.sendConfirm(channel))
    if !hasLoggedConnect { log("connect (peer=\(settings.peer ?? ""))") }
    dial = .none
    // It has moved.
    if formerNode == hello.identity.node { formerNode = nil }
    establish(channel, hello, .slave, dialAddress, ahead: agreement.ahead, now)
  }

  // MARK: Accepted

  private mutating func helloOnAccepted(
    _ channel: ChannelID, _ handshake: Handshake, _ hello: Hello, _ clock: ClockReading, _ proven: Bool, _ now: Duration
  ) {
    // With a secret a hello proves nothing, and who floods with them must not use up what the peer on the same host
    // needs.
    let isFree = settings.hasSecret || handshakeRates.take(handshake.host, now: now)
    let rateRefusal = isFree ? nil : Refusal(reason: .tooManyHandshakes)
    let judged = rateRefusal ?? judge(hello, clock, proven)
    // Who only asks stands in nobody's way.
    if let fault = judged ?? (hello.isProbe ? nil : acceptedFault(hello.identity, handshake.address, now)) {
      handshakes[channel] = nil
      return refuse(channel, handshake.address, fault.reason, fault.text, now)
    }
    handshakes[channel] = Handshake(address: handshake.address, host: handshake.host, since: now, hello: hello)
    actions.append(.sendHello(channel))
  }

  mutating func confirmed(_ channel: ChannelID, _ clock: ClockReading, _ proven: Bool, _ now: Duration) {
    guard let handshake = handshakes[channel], let hello = handshake.hello, !hello.isProbe else {
      return malformed(channel, .outOfPlace(kind: FrameKind.confirm.rawValue), now)
    }
    handshakes[channel] = nil
    // Only now: it may be that each side has to learn of the other's clock or proof before stamps are given anew.
    let agreement = agreement(with: hello, clock)
    let fault =
      proven
      ? stampFault(agreement) ?? acceptedFault(hello.identity, handshake.address, now) : failedProof(handshake, now)
    if let fault { return refuse(channel, handshake.address, fault.reason, fault.text, now) }
    giveDialUp(saying: .secondLink)
    establish(channel, hello, .master, handshake.address, ahead: agreement.ahead, now)
  }

  private mutating func failedProof(_ handshake: Handshake, _ now: Duration) -> Refusal {
    Refusal(reason: handshakeRates.take(handshake.host, now: now) ? .wrongSecret : .tooManyHandshakes)
  }

  // MARK: Judging

  struct Refusal {
    let reason: GoodbyeReason
    var text: String?

    /// Expected between two that dial each other, and nobody's fault.
    var isTold: Bool { reason != .oneself && reason != .secondLink }
  }

  /// What is wrong with a peer that says this, if anything.
  private func judge(_ hello: Hello, _ clock: ClockReading, _ proven: Bool) -> Refusal? {
    if hello.identity.boot == settings.identity.boot { return Refusal(reason: .oneself) }
    if !hello.isUnderstood {
      let local = Hello.currentVersion
      return Refusal(reason: .wrongVersion, text: "it speaks version \(hello.version), this side \(local)")
    }
    if hello.hasSecret != settings.hasSecret {
      // To the other side it reads the other way round.
      return settings.hasSecret
        ? Refusal(reason: .secretMissing, text: GoodbyeReason.secretUnwanted.text)
        : Refusal(reason: .secretUnwanted, text: GoodbyeReason.secretMissing.text)
    }
    if !proven { return Refusal(reason: .wrongSecret) }
    return clockFault(hello, clock.unixMicroseconds)
  }

  /// Of the wall clocks. What their stamps say is dealt with when both have said hello.
  private func clockFault(_ hello: Hello, _ clock: UInt64) -> Refusal? {
    let limit = settings.clockTolerance
    let remote = hello.unixMicroseconds
    if remote > clock, remote - clock > limit {
      return Refusal(reason: .clockAhead, text: "its clock is \((remote - clock) / 1_000_000) s ahead of this side's")
    }
    if clock > remote, clock - remote > limit {
      return Refusal(reason: .clockBehind, text: "its clock is \((clock - remote) / 1_000_000) s behind this side's")
    }
    return nil
  }

  private func agreement(with hello: Hello, _ clock: ClockReading) -> ClockAgreement {
    ClockAgreement(local: clock, peer: hello.clock, tolerance: settings.clockTolerance, rules: settings.rules)
  }

  /// Of their stamps, the wall clocks being no further apart than the tolerance.
  private mutating func stampFault(_ agreement: ClockAgreement) -> Refusal? {
    if let above = agreement.restampsAbove { actions.append(.restamp(above: above)) }
    if !agreement.isBelieved {
      let seconds = agreement.local.lead / 1_000_000
      let text = "this side's clock was wrong: it has items from \(seconds) s ahead"
      return Refusal(reason: .clockApartHere, text: text)
    }
    if agreement.believesPeer { return nil }
    let seconds = agreement.peer.lead / 1_000_000
    return Refusal(
      reason: .clockApart, text: "its clock was wrong: it has items from \(seconds) s ahead, and gives them new stamps")
  }

  private func acceptedFault(_ identity: PeerIdentity, _ address: String, _ now: Duration) -> Refusal? {
    if identity.node == formerNode { return Refusal(reason: .notAdmitted, text: "another was named as the peer") }
    if let fault = linkedFault(identity, address, acceptor: settings.identity, now) { return fault }
    // The local dial that has got as far as a hello is the better link: it will be there in a moment.
    if case .handshaking = dial, identity > settings.identity { return Refusal(reason: .secondLink) }
    return nil
  }

  /// Why a new channel to `identity` may not take the place of the link there is, if there is one.
  private func linkedFault(
    _ identity: PeerIdentity, _ address: String, acceptor: PeerIdentity, _ now: Duration
  ) -> Refusal? {
    guard case .linked(let link) = phase else { return nil }
    guard let linked = link.identity else {
      return yieldsLegacy(link, to: address) ? nil : Refusal(reason: .alreadyConnected)
    }
    if linked.node != identity.node { return Refusal(reason: .alreadyConnected) }
    if linked.boot != identity.boot {
      // The dead say nothing: what goes on beating is another daemon than the one that says it was started anew.
      return now - link.lastReceivedAt >= settings.heartbeat * 2 ? nil : Refusal(reason: .sameNode)
    }
    let newRole: Role = acceptor == settings.identity ? .master : .slave
    if link.role == newRole { return nil }
    return acceptor == max(identity, settings.identity) ? nil : Refusal(reason: .secondLink)
  }

  /// Turns a connection away, with one line that says why.
  mutating func refuse(
    _ channel: ChannelID, _ address: String, _ reason: GoodbyeReason, _ text: String?, _ now: Duration
  ) {
    actions.append(.close(channel, saying: reason))
    guard Refusal(reason: reason).isTold else { return }
    actions.append(.countRefusedPeer)
    let line = reason == .alreadyConnected ? "already connected" : "refused \(address) (\(text ?? reason.text))"
    tell(RefusalLog.Key(host: Self.host(of: address), reason: reason), line, now)
  }

  /// One side refused the other: a line in the log, unless there are too many.
  mutating func tell(_ key: RefusalLog.Key, _ line: String, _ now: Duration) {
    if let line = refusals.note(key, line, now: now) { warn(line) }
  }
}
