/// From a command to a link, and to its result.
extension ClientMachine {
  /// - Parameters:
  ///   - id: a number below 2^63 that no request under way has.
  ///   - server: whom it is for, where no key says it; the side, where it is for one of a pair.
  package mutating func submit(
    _ id: UInt64, _ command: Command, server: Int = 0, side: PairChoice.Side? = nil, _ now: Duration
  ) {
    advance(now)
    guard !isEnding else { return actions.append(.complete(id, .failure(.unavailable("the client has ended")))) }
    let deadline = self.now + settings.requestTimeout
    if case .getMany(let keys) = command {
      gatherings[id] = Gathering()
      return spread(keys, over: id, deadline)
    }
    let target = command.key != nil ? Request.Target.key : side.map { .side(server, $0) } ?? .server(server)
    begin(id, Request(command: command, target: target, deadline: deadline, parent: nil))
    route(id)
  }

  /// Nobody waits for it any more. What was sent of it is answered and dropped.
  package mutating func cancel(_ id: UInt64, _ now: Duration) {
    advance(now)
    if gatherings[id] != nil { return abandonGathering(id, .cancelled) }
    fail(id, .cancelled)
  }

  private mutating func begin(_ id: UInt64, _ request: Request) {
    requests[id] = request
    deadlines.append((request.deadline, id))
  }

  // MARK: The way to a link

  /// To whom it belongs now.
  mutating func route(_ id: UInt64) {
    guard let request = requests[id] else { return }
    if case .getMany(let keys) = request.command, let parent = request.parent {
      // Its keys may have gone apart.
      forget(id)
      gatherings[parent]?.parts.remove(id)
      return spread(keys, over: parent, request.deadline, tries: request.tries)
    }
    guard let server = server(for: request) else { return fail(id, .unavailable("no server lives")) }
    dispatch(id, to: server)
  }

  private func server(for request: Request) -> Int? {
    switch request.target {
    case .key: request.command.key.flatMap { pool.server(for: $0.span) }
    case .server(let server), .side(let server, _): members.indices.contains(server) ? server : nil
    }
  }

  private mutating func dispatch(_ id: UInt64, to server: Int) {
    if case .side(_, let side)? = requests[id]?.target {
      if let link = idlest(server, side) { return attempt(id, on: link) }
      return fail(id, .unavailable("this side is down"))
    }
    let side = members[server].isPair ? members[server].choice.side(now) : .first
    if let side, let link = idlest(server, side) { return attempt(id, on: link) }
    if pool.isDead(server) { return fail(id, .unavailable("the server is dead")) }
    park(id, at: server)
  }

  private mutating func park(_ id: UInt64, at server: Int) {
    let weight = requests[id]?.command.weight ?? 0
    guard members[server].parked.count < settings.maxPendingRequests,
      members[server].parkedBytes + weight <= settings.maxPendingBytes
    else { return fail(id, .overloaded) }
    requests[id]?.isParked = true
    members[server].parked.append(id)
    members[server].parkedBytes += weight
  }

  private func idlest(_ server: Int, _ side: PairChoice.Side) -> Int? {
    guard members[server].links.indices.contains(side.rawValue) else { return nil }
    return members[server].links[side.rawValue].filter { links[$0].isOpen }
      .min { links[$0].flights.count < links[$1].flights.count }
  }

  mutating func unpark(_ server: Int) {
    let waiting = members[server].takeParked()
    for id in waiting where requests[id]?.isParked == true {
      requests[id]?.isParked = false
      route(id)
    }
  }

  private mutating func attempt(_ id: UInt64, on index: Int) {
    guard let command = requests[id]?.command else { return }
    guard links[index].flights.count < settings.maxPendingRequests else { return fail(id, .overloaded) }
    let opaque = nextOpaque(command)
    let (bytes, reader) = RequestEncoder.encode(command, links[index].dialect, opaque: opaque)
    guard links[index].pendingBytes + bytes.count <= settings.maxPendingBytes else { return fail(id, .overloaded) }
    let link = linkID(index)
    requests[id]?.attempts.append(link)
    requests[id]?.tries += 1
    send(bytes, Flight(purpose: .request(id), reader: reader, sentAt: now, byteCount: bytes.count), on: index)
    planHedge(id, on: index)
  }

  private mutating func nextOpaque(_ command: Command) -> UInt32 {
    let opaque = lastOpaque &+ 1
    if case .getMany(let keys) = command { lastOpaque &+= UInt32(keys.count) } else { lastOpaque = opaque }
    return opaque
  }

  // MARK: Reads that take long

  private mutating func planHedge(_ id: UInt64, on index: Int) {
    let link = links[index]
    guard let request = requests[id], members[link.member].isPair, settings.hedgePercentile != nil,
      request.command.isRead, request.target == .key, !request.isHedged
    else { return }
    hedges.append((now + members[link.member].latency[link.side.rawValue].delay, id))
  }

  mutating func hedge() {
    forgetDone()
    while let next = hedges.first, next.at <= now {
      _ = hedges.removeFirst()
      guard let request = requests[next.id], !request.isHedged, let asked = request.attempts.first else { continue }
      askOther(next.id, than: links[asked.index].side, of: links[asked.index].member)
    }
  }

  /// What is answered does not keep from their turn those behind it, nor wake the machine.
  mutating func forgetDone() {
    while let next = hedges.first, requests[next.id].map({ $0.isHedged }) ?? true { _ = hedges.removeFirst() }
    while let next = deadlines.first, requests[next.id] == nil { _ = deadlines.removeFirst() }
  }

  /// - Returns: whether there is another to ask.
  @discardableResult
  mutating func askOther(_ id: UInt64, than side: PairChoice.Side, of server: Int) -> Bool {
    let choice = members[server].choice
    guard members[server].isPair, choice.condition(side.other) == .ready, let link = idlest(server, side.other),
      links[link].flights.count < settings.maxPendingRequests
    else { return false }
    requests[id]?.isHedged = true
    actions.append(.note(.hedged(server: server)))
    attempt(id, on: link)
    return true
  }

  // MARK: The end of a request

  mutating func expire() {
    while let next = deadlines.first, next.at <= now {
      _ = deadlines.removeFirst()
      guard let request = requests[next.id] else { continue }
      if let fallback = request.fallback { finish(next.id, .success(fallback)) } else { fail(next.id, late(request)) }
    }
  }

  private func late(_ request: Request) -> RequestFailure {
    if request.command.isRepeatable || !request.wasSent { return .timedOut }
    return .outcomeUnknown
  }

  mutating func fail(_ id: UInt64, _ failure: RequestFailure) { finish(id, .failure(failure)) }

  mutating func finish(_ id: UInt64, _ result: Result<Outcome, RequestFailure>) {
    guard let request = requests[id] else { return }
    forget(id)
    guard let parent = request.parent else { return actions.append(.complete(id, result)) }
    gather(result, of: id, into: parent)
  }

  private mutating func forget(_ id: UInt64) { requests[id] = nil }

  // MARK: Gets of many keys

  /// One request for each server that has some of them.
  private mutating func spread(_ keys: [[UInt8]], over parent: UInt64, _ deadline: Duration, tries: Int = 0) {
    var groups: [Int: [[UInt8]]] = [:]
    for key in keys {
      guard let server = pool.server(for: key.span) else {
        gatherings[parent]?.failure = .unavailable("no server lives")
        continue
      }
      groups[server, default: []].append(key)
    }
    let parts = groups.sorted { $0.key < $1.key }.map { server, keys in
      lastPart += 1
      return (id: lastPart, server: server, keys: keys)
    }
    for part in parts { gatherings[parent]?.parts.insert(part.id) }
    for part in parts {
      let command = Command.getMany(keys: part.keys)
      begin(part.id, Request(command: command, target: .key, deadline: deadline, parent: parent, tries: tries))
      dispatch(part.id, to: part.server)
    }
    completeGathering(parent)
  }

  private mutating func gather(_ result: Result<Outcome, RequestFailure>, of part: UInt64, into parent: UInt64) {
    guard gatherings[parent]?.parts.remove(part) != nil else { return }
    switch result {
    case .success(.items(let items)): gatherings[parent]?.items += items
    case .success: break
    case .failure(let failure): gatherings[parent]?.failure = failure
    }
    completeGathering(parent)
  }

  private mutating func completeGathering(_ id: UInt64) {
    guard let gathering = gatherings[id], gathering.parts.isEmpty else { return }
    gatherings[id] = nil
    actions.append(.complete(id, gathering.failure.map { .failure($0) } ?? .success(.items(gathering.items))))
  }

  mutating func abandonGathering(_ id: UInt64, _ failure: RequestFailure) {
    guard let gathering = gatherings.removeValue(forKey: id) else { return }
    for part in gathering.parts { forget(part) }
    actions.append(.complete(id, .failure(failure)))
  }
}
