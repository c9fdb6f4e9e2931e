import ItemStore

/// Two sides getting to know each other, on a dial of mine or on a connection accepted.
extension LinkMachine {
  mutating func accepted(_ channel: ChannelID, _ address: String, _ admission: Admission, _ now: Duration) {
    if case .refused(let remedy) = admission { return refuse(channel, address, .notAdmitted, remedy, now) }
    if greetings.count >= settings.mostHandshakes { dismissOne(now) }
    greetings[channel] = Greeting(address: address, host: Self.host(of: address), since: now)
  }

  private mutating func dismissOne(_ now: Duration) {
    let crowds = greetings.values.reduce(into: [:]) { $0[$1.host, default: 0] += 1 }
    func goesBefore(_ one: Greeting, _ other: Greeting) -> Bool {
      let (mine, others) = (crowds[one.host] ?? 0, crowds[other.host] ?? 0)
      if mine != others { return mine > others }
      if (one.hello == nil) != (other.hello == nil) { return one.hello == nil }
      return one.since < other.since
    }
    guard let (channel, greeting) = greetings.min(by: { goesBefore($0.value, $1.value) }) else { return }
    greetings[channel] = nil
    refuse(channel, greeting.address, .tooManyHandshakes, nil, now)
  }

  /// "10.0.0.2:4000", "[fe80::1]:4000": what stands before the last colon.
  static func host(of address: String) -> String {
    String(address[..<(address.lastIndex(of: ":") ?? address.endIndex)])
  }

  mutating func tickGreetings(_ now: Duration) {
    for (channel, greeting) in greetings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let limit = greeting.hello == nil && !awaitsHellos ? settings.helloTimeout : settings.dialTimeout
      if now - greeting.since < limit || mayBeAnswered(greeting) { continue }
      greetings[channel] = nil
      if isSilent(greeting) {
        acceptLegacy(channel, greeting, now)
        continue
      }
      refuse(channel, greeting.address, .other, "no hello", now)
    }
  }

  mutating func helloCame(
    _ channel: ChannelID, _ hello: Hello, _ clock: ClockReading, _ proven: Bool, _ now: Duration
  ) {
    if case .greeting(channel, _) = dial { return answered(channel, hello, clock, proven, now) }
    if let greeting = greetings[channel], greeting.hello == nil {
      return greeted(channel, greeting, hello, clock, proven, now)
    }
    malformed(channel, .outOfPlace(kind: FrameKind.hello.rawValue), now)
  }

  // MARK: My dial

  /// The other side answered my dial with its hello.
  private mutating func answered(
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
      if fault.reason == .oneself { backoff.slowest() }
      if fault.isTold {
        actions.append(.countRefusedPeer)
        complain(fault.reason, "refused \(settings.peer ?? "") (\(fault.text ?? fault.reason.text))")
      }
      return dialLater(now)
    }
    actions.append(.sendConfirm(channel))
    if !toldConnect { log("connect (peer=\(settings.peer ?? ""))") }
    dial = .none
    // It has moved.
    if formerNode == hello.identity.node { formerNode = nil }
    establish(channel, hello, .slave, dialAddress, ahead: agreement.ahead, now)
  }

  // MARK: Accepted

  private mutating func greeted(
    _ channel: ChannelID, _ greeting: Greeting, _ hello: Hello, _ clock: ClockReading, _ proven: Bool, _ now: Duration
  ) {
    // With a secret a hello proves nothing, and who floods with them must not use up what the peer on the same host needs.
    let isFree = settings.hasSecret || handshakes.take(greeting.host, now: now)
    let flood = isFree ? nil : Judgement(reason: .tooManyHandshakes)
    let judged = flood ?? judge(hello, clock, proven)
    if let fault = judged ?? acceptedFault(hello.identity, greeting.address, now) {
      greetings[channel] = nil
      return refuse(channel, greeting.address, fault.reason, fault.text, now)
    }
    greetings[channel] = Greeting(address: greeting.address, host: greeting.host, since: now, hello: hello)
    actions.append(.sendHello(channel))
  }

  mutating func confirmed(_ channel: ChannelID, _ clock: ClockReading, _ proven: Bool, _ now: Duration) {
    guard let greeting = greetings.removeValue(forKey: channel), let hello = greeting.hello else {
      return malformed(channel, .outOfPlace(kind: FrameKind.confirm.rawValue), now)
    }
    // Only now: it may be that the other side has to hear of my clock, and I of its proof, before stamps are given anew.
    let agreement = agreement(with: hello, clock)
    let fault =
      proven
      ? stampFault(agreement) ?? acceptedFault(hello.identity, greeting.address, now) : failedProof(greeting, now)
    if let fault { return refuse(channel, greeting.address, fault.reason, fault.text, now) }
    giveDialUp(saying: .secondLink)
    establish(channel, hello, .master, greeting.address, ahead: agreement.ahead, now)
  }

  private mutating func failedProof(_ greeting: Greeting, _ now: Duration) -> Judgement {
    Judgement(reason: handshakes.take(greeting.host, now: now) ? .wrongSecret : .tooManyHandshakes)
  }

  // MARK: Judging

  struct Judgement {
    let reason: GoodbyeReason
    var text: String?

    /// Expected between two that dial each other, and nobody's fault.
    var isTold: Bool { reason != .oneself && reason != .secondLink }
  }

  /// What is wrong with a peer that says this, if anything.
  private func judge(_ hello: Hello, _ clock: ClockReading, _ proven: Bool) -> Judgement? {
    if hello.identity.boot == settings.identity.boot { return Judgement(reason: .oneself) }
    if !hello.isUnderstood {
      let mine = Hello.currentVersion
      return Judgement(reason: .wrongVersion, text: "it speaks version \(hello.version), this side \(mine)")
    }
    if hello.hasSecret != settings.hasSecret {
      // To the other side it reads the other way round.
      return settings.hasSecret
        ? Judgement(reason: .secretMissing, text: GoodbyeReason.secretUnwanted.text)
        : Judgement(reason: .secretUnwanted, text: GoodbyeReason.secretMissing.text)
    }
    if !proven { return Judgement(reason: .wrongSecret) }
    return clockFault(hello, clock.unixMicroseconds)
  }

  /// Of the wall clocks. What their stamps say is dealt with when both have said hello.
  private func clockFault(_ hello: Hello, _ clock: UInt64) -> Judgement? {
    let limit = settings.clockTolerance
    let theirs = hello.unixMicroseconds
    if theirs > clock, theirs - clock > limit {
      return Judgement(reason: .clockAhead, text: "its clock is \((theirs - clock) / 1_000_000) s ahead of mine")
    }
    if clock > theirs, clock - theirs > limit {
      return Judgement(reason: .clockBehind, text: "its clock is \((clock - theirs) / 1_000_000) s behind mine")
    }
    return nil
  }

  private func agreement(with hello: Hello, _ clock: ClockReading) -> ClockAgreement {
    ClockAgreement(mine: clock, peer: hello.clock, tolerance: settings.clockTolerance, rules: settings.rules)
  }

  /// Of their stamps, the wall clocks being no further apart than the tolerance.
  private mutating func stampFault(_ agreement: ClockAgreement) -> Judgement? {
    if let above = agreement.restampsAbove { actions.append(.restamp(above: above)) }
    if !agreement.isBelieved {
      let seconds = agreement.mine.lead / 1_000_000
      let text = "this side's clock was wrong: it has items from \(seconds) s ahead"
      return Judgement(reason: .clockApartHere, text: text)
    }
    if agreement.believesPeer { return nil }
    let seconds = agreement.peer.lead / 1_000_000
    return Judgement(
      reason: .clockApart, text: "its clock was wrong: it has items from \(seconds) s ahead, and gives them new stamps")
  }

  private func acceptedFault(_ identity: PeerIdentity, _ address: String, _ now: Duration) -> Judgement? {
    if identity.node == formerNode { return Judgement(reason: .notAdmitted, text: "another was named as the peer") }
    if let fault = linkedFault(identity, address, acceptor: settings.identity, now) { return fault }
    // The dial of mine that has got as far as a hello is the better link: it will be there in a moment.
    if case .greeting = dial, identity > settings.identity { return Judgement(reason: .secondLink) }
    return nil
  }

  /// Why a new channel to `identity` may not take the place of the link there is, if there is one.
  private func linkedFault(
    _ identity: PeerIdentity, _ address: String, acceptor: PeerIdentity, _ now: Duration
  ) -> Judgement? {
    guard case .linked(let link) = phase else { return nil }
    guard let linked = link.identity else {
      return yieldsLegacy(link, to: address) ? nil : Judgement(reason: .alreadyConnected)
    }
    if linked.node != identity.node { return Judgement(reason: .alreadyConnected) }
    if linked.boot != identity.boot {
      // The dead say nothing: what goes on beating is another daemon than the one that says it was started anew.
      return now - link.lastHeard >= settings.heartbeat * 2 ? nil : Judgement(reason: .sameNode)
    }
    let newRole: Role = acceptor == settings.identity ? .master : .slave
    if link.role == newRole { return nil }
    return acceptor == max(identity, settings.identity) ? nil : Judgement(reason: .secondLink)
  }

  /// Turns a connection away, with one line that says why.
  mutating func refuse(
    _ channel: ChannelID, _ address: String, _ reason: GoodbyeReason, _ text: String?, _ now: Duration
  ) {
    actions.append(.close(channel, saying: reason))
    guard Judgement(reason: reason).isTold else { return }
    actions.append(.countRefusedPeer)
    let line = reason == .alreadyConnected ? "already connected" : "refused \(address) (\(text ?? reason.text))"
    tell(RefusalLog.Key(host: Self.host(of: address), reason: reason), line, now)
  }

  /// One side refused the other: a line in the log, unless there are too many.
  mutating func tell(_ key: RefusalLog.Key, _ line: String, _ now: Duration) {
    if let line = refusals.note(key, line, now: now) { warn(line) }
  }
}
