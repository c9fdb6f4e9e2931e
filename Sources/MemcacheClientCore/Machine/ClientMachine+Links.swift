/// Connections: made, greeted, lost, made again; and what that says of their server.
extension ClientMachine {
  enum Loss {
    /// Closed by the other side, or reset.
    case closed
    case hangs
    /// It cannot be reached, or does not answer when greeted.
    case refused
    case outOfStep
  }

  func linkID(_ index: Int) -> LinkID { LinkID(index: index, generation: links[index].generation) }

  func isCurrent(_ id: LinkID) -> Bool {
    links.indices.contains(id.index) && links[id.index].generation == id.generation
  }

  // MARK: What happens

  package mutating func connected(_ id: LinkID, _ now: Duration) {
    advance(now)
    guard isCurrent(id), case .connecting(let since) = links[id.index].phase else { return }
    links[id.index].phase = .greeting(since: since)
    links[id.index].progressAt = self.now
    greet(id.index)
  }

  package mutating func closed(_ id: LinkID, _ why: String, _ now: Duration) {
    advance(now)
    guard isCurrent(id) else { return }
    failLink(id.index, links[id.index].isOpen ? .closed : .refused, why)
  }

  // MARK: Greeting

  private mutating func greet(_ index: Int) {
    if let login = settings.login {
      let value = Array("\(login.user) \(login.password)".utf8)
      ask(
        .store(.set, key: Array("login".utf8), value: value, flags: 0, exptime: 0, casUnique: 0), .login, on: index)
    }
    // `mn` is the end of a meta get of no keys; who does not know it says ERROR.
    let probe = ReplyReader(.getMany(keys: []), isMeta: true, opaque: 0)
    send(Array("mn\r\n".utf8), Flight(purpose: .meta, reader: probe, sentAt: now, byteCount: 4), on: index)
    if members[links[index].member].isPair { askState(index) }
  }

  private mutating func ask(_ command: Command, _ purpose: Flight.Purpose, on index: Int) {
    let (bytes, reader) = RequestEncoder.encode(command, .text, opaque: 0)
    send(bytes, Flight(purpose: purpose, reader: reader, sentAt: now, byteCount: bytes.count), on: index)
  }

  private mutating func askState(_ index: Int) {
    links[index].statePolledAt = now
    ask(.statistics(group: "replication"), .state, on: index)
  }

  mutating func greetingGoesOn(_ index: Int) {
    guard case .greeting = links[index].phase, links[index].flights.isEmpty else { return }
    links[index].phase = .open
    let server = links[index].member
    members[server].refusals = [0, 0]
    if !members[server].isPair { setCondition(.ready, links[index].side, of: server) }
    if pool.succeeded(server) { actions.append(.note(.serverReturned(server: server))) }
    unpark(server)
  }

  mutating func setState(_ state: PairState, of index: Int) {
    setCondition(state == .complete ? .ready : .filling, links[index].side, of: links[index].member)
  }

  mutating func setCondition(_ condition: PairChoice.Condition, _ side: PairChoice.Side, of server: Int) {
    let before = members[server].choice.side(now)
    guard members[server].choice.set(side, condition), members[server].isPair else { return }
    guard let to = members[server].choice.side(now), to != before else { return }
    members[server].crossesUntil = now + settings.crossing
    actions.append(.note(.moved(server: server, to: to)))
  }

  // MARK: Sending, closing

  mutating func send(_ bytes: [UInt8], _ flight: Flight, on index: Int) {
    links[index].append(flight)
    actions.append(.send(linkID(index), bytes))
  }

  mutating func closeLink(_ index: Int) {
    if case .idle = links[index].phase { return }
    actions.append(.close(linkID(index)))
    links[index].phase = .idle(retryAt: nil)
    links[index].generation &+= 1
  }

  // MARK: Loss

  mutating func failLink(_ index: Int, _ loss: Loss, _ why: String) {
    let link = links[index]
    closeLink(index)
    actions.append(.note(.linkFailed(server: link.member, link.side, why)))
    let owed = links[index].flights.removeAll()
    links[index].pendingBytes = 0
    lose(loss, index, why)
    for case .request(let id) in owed.map(\.purpose) { lost(id, LinkID(index: index, generation: link.generation)) }
  }

  /// What the loss says of the side and of its server, before its requests look for another.
  private mutating func lose(_ loss: Loss, _ index: Int, _ why: String) {
    let server = links[index].member
    let side = links[index].side
    let isLast = !members[server].links[side.rawValue].contains { links[$0].isOpen }
    if members[server].isPair { return losePair(loss, index, why, isLast) }
    switch loss {
    case .closed:
      // An idle connection may be closed for many reasons: the next attempt says what it is.
      links[index].phase = .idle(retryAt: now)
    case .hangs, .refused, .outOfStep:
      links[index].phase = .idle(retryAt: now + settings.limits.retryAfter)
      if isLast { declare(server, why) }
    }
  }

  private mutating func losePair(_ loss: Loss, _ index: Int, _ why: String, _ isLast: Bool) {
    let server = links[index].member
    let side = links[index].side
    links[index].phase = .idle(retryAt: loss == .closed ? now : now + settings.pairRetryAfter)
    guard isLast else { return }
    let couldAsk = members[server].choice.side(now) != nil
    setCondition(.down, side, of: server)
    if loss != .closed { members[server].refusals[side.rawValue] += 1 }
    guard members[server].choice.isDown else { return unpark(server) }
    // The last that could be asked is gone: nothing that is known of the other side is new.
    if couldAsk {
      members[server].refusals[side.other.rawValue] = 0
      connectAtOnce(server)
    }
    if members[server].isExhausted { declare(server, why) }
  }

  /// Anew also where an attempt is under way: it may have begun when there was nobody.
  private mutating func connectAtOnce(_ server: Int) {
    for index in members[server].links.joined() {
      closeLink(index)
      _ = links[index].flights.removeAll()
      links[index].pendingBytes = 0
      links[index].phase = .idle(retryAt: now)
    }
  }

  /// Nobody can be asked: a failure of the server as a whole.
  private mutating func declare(_ server: Int, _ why: String) {
    if pool.failed(server, now) { actions.append(.note(.serverDied(server: server, why))) }
    if pool.isDead(server) { return unpark(server) }
    // Not dead yet by its limit: those that waited fail, the next ones try again.
    for id in members[server].takeParked() { fail(id, .unavailable(why)) }
    for index in members[server].links.joined() where links[index].phase != .open {
      if case .idle = links[index].phase { links[index].phase = .idle(retryAt: now + settings.pairRetryAfter) }
    }
  }

  private mutating func lost(_ id: UInt64, _ link: LinkID) {
    guard var request = requests[id] else { return }
    request.attempts.removeAll { $0 == link }
    requests[id] = request
    guard request.attempts.isEmpty else { return }
    if let fallback = request.fallback { return finish(id, .success(fallback)) }
    guard request.command.isRepeatable else { return fail(id, .outcomeUnknown) }
    guard request.tries < 8 else { return fail(id, .unavailable("lost again and again")) }
    actions.append(.note(.repeated(server: links[link.index].member)))
    route(id)
  }

  // MARK: Time

  mutating func advanceLinks() {
    guard !isEnding else { return }
    for index in links.indices { advanceLink(index) }
  }

  private mutating func advanceLink(_ index: Int) {
    guard let at = nextDeadline(index), at <= now else { return }
    switch links[index].phase {
    case .idle: connect(index)
    case .connecting, .greeting: failLink(index, .refused, "timed out")
    case .open: isHanging(index) ? failLink(index, .hangs, "hangs") : askState(index)
    }
  }

  /// At the end of the start's wait those that waited for the first side go to the second.
  mutating func endStartWait() {
    for server in members.indices where members[server].isPair && !members[server].parked.isEmpty {
      if members[server].choice.side(now) != nil { unpark(server) }
    }
  }

  private mutating func connect(_ index: Int) {
    links[index].generation &+= 1
    links[index].phase = .connecting(since: now)
    let address = settings.members[links[index].member].addresses[links[index].side.rawValue]
    actions.append(.connect(linkID(index), address))
  }

  func nextDeadline(_ index: Int) -> Duration? {
    let link = links[index]
    switch link.phase {
    case .idle(let retryAt): return retryAt
    case .connecting(let since), .greeting(let since): return since + settings.connectTimeout
    case .open: return [hangsAt(link), pollsAt(link)].compactMap { $0 }.min()
    }
  }

  private func isHanging(_ index: Int) -> Bool { hangsAt(links[index]).map { $0 <= now } ?? false }

  private func hangsAt(_ link: Link) -> Duration? {
    link.flights.first.map { max($0.sentAt, link.progressAt) + settings.hangTimeout }
  }

  private func pollsAt(_ link: Link) -> Duration? {
    guard members[link.member].isPair, members[link.member].choice.condition(link.side) == .filling,
      !link.flights.contains(where: { $0.purpose == .state })
    else { return nil }
    return link.statePolledAt + settings.pairStateInterval
  }
}
