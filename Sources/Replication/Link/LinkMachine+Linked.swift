/// The link there is: made, kept alive, lost, and what its session tells.
extension LinkMachine {
  mutating func establish(
    _ channel: ChannelID, _ hello: Hello, _ role: Role, _ address: String, ahead: UInt64, _ now: Duration
  ) {
    replaceLink(role)
    hasMetPeer = true
    lastNode = hello.identity.node
    phase = .linked(
      Link(
        channel: channel, identity: hello.identity, role: role, address: address, lastReceivedAt: now,
        nextHeartbeat: now + settings.heartbeat))
    backoff.reset()
    forgetReported()
    warnOfDifferences(to: hello)
    let bit: UInt64 = settings.identity > hello.identity ? 1 : 0
    let parameters = LinkParameters(role: role, peer: hello, nodeBit: bit, address: address, ahead: ahead)
    actions.append(.beginSession(channel, parameters))
  }

  /// Each once, until it is otherwise: a link that comes and goes tells nothing new.
  private mutating func warnOfDifferences(to hello: Hello) {
    guard let local = settings.limits, let remote = hello.fields.limits else { return }
    let differences = local.differences(to: remote)
    for line in differences where !reportedDifferences.contains(line) { warn(line) }
    reportedDifferences = differences
  }

  mutating func forgetReported() {
    reportedFaults.removeAll()
    reportedRefusals.removeAll()
  }

  /// What was linked goes, and the listener stands as the new role wants it.
  mutating func replaceLink(_ role: Role) {
    if case .linked(let old) = phase {
      actions.append(.close(old.channel, saying: .secondLink))
      actions.append(.endSession(isReplaced: true))
      log("close")
    }
    if role == .slave { closeListener() } else if case .closed = listener { openListener() }
    if role == .master { log("accept") }
  }

  mutating func bytesReceived(_ channel: ChannelID, _ now: Duration) {
    handshakes[channel]?.hasSpoken = true
    guard case .linked(var link) = phase, link.channel == channel else { return }
    link.lastReceivedAt = now
    link.hasSpoken = true
    phase = .linked(link)
  }

  mutating func tickLink(_ link: Link, _ now: Duration) {
    if link.identity == nil { return tickLegacy(link, now) }
    if now - link.lastReceivedAt >= settings.silence, !isDraining {
      log("\(link.address) is silent")
      actions.append(.close(link.channel, saying: nil))
      return lose(link, now)
    }
    guard now >= link.nextHeartbeat else { return }
    var updated = link
    updated.nextHeartbeat = now + settings.heartbeat
    phase = .linked(updated)
    actions.append(.sendHeartbeat(link.channel))
  }

  // MARK: The end of a channel

  mutating func goodbye(_ channel: ChannelID, _ reason: GoodbyeReason, _ now: Duration) {
    actions.append(.close(channel, saying: nil))
    if case .handshaking(channel, _) = dial, Refusal(reason: reason).isTold {
      reportOnce(reason, "refused by \(settings.peer ?? "") (\(reason.text))")
    }
    if let handshake = handshakes[channel], Refusal(reason: reason).isTold {
      let key = RefusalLog.Key(host: handshake.host, reason: reason, isByPeer: true)
      tell(key, "refused by \(handshake.address) (\(reason.text))", now)
    }
    if case .linked(let link) = phase, link.channel == channel, reason != .secondLink {
      log("\(link.address) says \(reason.text)")
    }
    ended(channel, now)
  }

  mutating func malformed(_ channel: ChannelID, _ what: MalformedFrame, _ now: Duration) {
    if let handshake = handshakes.removeValue(forKey: channel) {
      return refuse(channel, handshake.address, .malformed, what.text, now)
    }
    actions.append(.close(channel, saying: .malformed))
    if case .handshaking(channel, _) = dial {
      actions.append(.countRefusedPeer)
      reportOnce(.malformed, "refused \(settings.peer ?? "") (\(what.text))")
    }
    if case .linked(let link) = phase, link.channel == channel {
      let key = RefusalLog.Key(host: Self.host(of: link.address), reason: .malformed)
      tell(key, "malformed data of \(link.address) (\(what.text))", now)
    }
    ended(channel, now)
  }

  /// The channel is closed, or is being closed by an action before this.
  mutating func ended(_ channel: ChannelID, _ now: Duration) {
    handshakes[channel] = nil
    if case .handshaking(channel, _) = dial {
      dial = .none
      dialLater(now)
    }
    if case .linked(let link) = phase, link.channel == channel { lose(link, now) }
  }

  mutating func lose(_ link: Link, _ now: Duration) {
    actions.append(.endSession(isReplaced: false))
    log("close")
    if !isOpen { log("the copy was cut off, serving what has come") }
    becomeAlone()
    if settings.peer != nil { dialLater(now) }
  }

  // MARK: What the session tells

  mutating func copyOutBegan(_ items: UInt64, _ now: Duration) {
    guard case .linked(var link) = phase else { return }
    link.copyingOut = true
    link.showsCopyOut = link.role == .master || items > 0
    phase = .linked(link)
    if link.showsCopyOut { logCopy("marugoto start", now) }
  }

  mutating func copyOutEnded(_ items: UInt64, _ now: Duration) {
    guard case .linked(var link) = phase else { return }
    link.copyingOut = false
    phase = .linked(link)
    if link.showsCopyOut {
      logCopy("marugoto \(items)", now)
      logCopy("marugoto owari", now)
    }
    if !link.copyingIn { logCopy("start", now) }
  }

  mutating func copyInBegan(_ items: UInt64, _ now: Duration) {
    guard case .linked(var link) = phase else { return }
    link.copyingIn = true
    phase = .linked(link)
    if link.role == .slave || items > 0 { logCopy("marugoto copying", now) }
  }

  mutating func copyInEnded(_ now: Duration) {
    guard case .linked(var link) = phase else { return }
    link.copyingIn = false
    phase = .linked(link)
    open()
    if !link.copyingOut { logCopy("start", now) }
  }

  mutating func streamGivenUp(_ now: Duration) {
    guard case .linked(var link) = phase else { return }
    link.copyingOut = true
    phase = .linked(link)
    logCopy("stream given up", now)
  }

  /// A peer may copy as often as it likes, and a queue that is too short makes this side do so: the log need not grow
  /// with it.
  private mutating func logCopy(_ text: String, _ now: Duration) {
    guard copyLines.take(now: now) else { return droppedCopyLines += 1 }
    if droppedCopyLines > 0 { log("\(droppedCopyLines) lines about copies left out") }
    droppedCopyLines = 0
    log(text)
  }
}
