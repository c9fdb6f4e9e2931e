/// What comes back.
extension ClientMachine {
  /// Bytes of a link, all that are not consumed yet.
  ///
  /// - Returns: how many of them were consumed. Where that is nil the link is closed.
  package mutating func received(_ id: LinkID, _ input: Span<UInt8>, _ now: Duration) -> Int? {
    advance(now)
    guard isCurrent(id) else { return nil }
    links[id.index].progressAt = self.now
    var offset = 0
    while offset < input.count {
      guard let step = links[id.index].flights.withFirst({ $0.reader.read(input, from: offset) }) else {
        return reject(id, "said what nobody asked for")
      }
      switch step {
      case .incomplete(let needed):
        return needed <= settings.maxReplyBytes ? offset : reject(id, "an answer of \(needed) bytes and more")
      case .consumed(let count): offset += count
      case .broken(let why): return reject(id, why)
      case .finished(let count, let result):
        offset += count
        guard let flight = links[id.index].removeFirst() else { return reject(id, "nothing was asked") }
        answered(flight, result, on: id.index)
        guard isCurrent(id) else { return nil }
      }
    }
    return offset
  }

  /// Bytes went out: a server that takes them does not hang.
  package mutating func sent(_ id: LinkID, _ now: Duration) {
    advance(now)
    if isCurrent(id) { links[id.index].progressAt = self.now }
  }

  private mutating func reject(_ id: LinkID, _ why: String) -> Int? {
    failLink(id.index, .outOfStep, why)
    return nil
  }

  private mutating func answered(_ flight: Flight, _ result: Result<Outcome, RequestFailure>, on index: Int) {
    let link = links[index]
    switch flight.purpose {
    case .login:
      if case .success(.stored) = result { return }
      failLink(index, .refused, "the login was refused")
    case .meta:
      if case .success(.items) = result { links[index].dialect = settings.usesMeta ? .meta : .text }
      greetingGoesOn(index)
    case .state:
      setState(PairState(result), of: index)
      greetingGoesOn(index)
    case .request(let id):
      members[link.member].latency[link.side.rawValue].add(now - flight.sentAt)
      answered(id, result, by: index)
    }
  }

  private mutating func answered(_ id: UInt64, _ result: Result<Outcome, RequestFailure>, by index: Int) {
    guard var request = requests[id] else { return }
    let isFirstAsked = request.attempts.first == linkID(index)
    request.attempts.removeAll { $0 == linkID(index) }
    requests[id] = request
    guard case .success(let outcome) = result, request.command.lacks(outcome) else { return finish(id, result) }
    let best = request.command.fuller(outcome, request.fallback)
    requests[id]?.fallback = best
    if !request.attempts.isEmpty {
      // A miss of the spare side alone is not believed: what was written last may not be there.
      if isFirstAsked, !mayCross(index) { finish(id, .success(best)) }
      return
    }
    let link = links[index]
    if mayCross(index), !request.isHedged, request.target == .key, askOther(id, than: link.side, of: link.member) {
      return
    }
    finish(id, .success(best))
  }

  /// What was written last before a move may be on the other side alone.
  private func mayCross(_ index: Int) -> Bool { now < members[links[index].member].crossesUntil }
}

extension Command {
  /// A read that found less than it asked for.
  fileprivate func lacks(_ outcome: Outcome) -> Bool {
    switch (self, outcome) {
    case (.get(_, nil), .item(nil)): true
    case (.getMany(let keys), .items(let items)): items.count < keys.count
    default: false
    }
  }

  fileprivate func fuller(_ outcome: Outcome, _ other: Outcome?) -> Outcome {
    guard case .items(let items) = outcome, case .items(let others)? = other else { return outcome }
    return items.count >= others.count ? outcome : .items(others)
  }
}
