import ClientLogin
import ConnectionServer
import MemcacheProtocol
import Platform

/// What a client sends: bytes to requests.
extension ProxyState {
  /// See `ProtocolSession`.
  mutating func process(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause {
    drain(&turn)
    while true {
      if turn.isBroken { return .closing }
      if current != .none, clients[current].isLeaving { break }
      if current != .none, !resumeUnfinished(input, &consumed, &turn) { break }
      if consumed == input.count { break }
      if current != .none, clients[current].count >= ProxyLimits.requestsPerClient { break }
      let before = consumed
      if turn.phase == Self.binary {
        executeFrame(input, &consumed, &turn)
      } else if turn.phase == 0, input[consumed] == BinaryHeader.requestMagic {
        turn.phase = Self.binary
        continue
      } else {
        turn.phase = Self.text
        execute(input, &consumed, &turn)
      }
      if consumed == before, current == .none || !clients[current].isLeaving { break }
    }
    drain(&turn)
    return pause(hasMoved: consumed > 0, &turn)
  }

  /// `Turn.phase` of what a client speaks.
  static var text: UInt8 { Conversation.ready(.text).phase }
  static var binary: UInt8 { Conversation.ready(.binary).phase }

  private mutating func pause(hasMoved: Bool, _ turn: inout Turn) -> Pause {
    dropIdleCurrent()
    if turn.isClosing { return .closing }
    guard current != .none else { return .starved }
    let client = clients[current]
    if client.isLeaving { return .closing }
    turn.isUnfinished = true
    if client.count == 0 { return .starved }
    // With its buffer full it cannot be read from, and when it has asked for enough it need not.
    guard client.count >= ProxyLimits.requestsPerClient || turn.isInputFull && !hasMoved else { return .watching }
    turn.isHeld = true
    return .blocked
  }

  /// Goes on with what an earlier input began. False where that is not finished.
  private mutating func resumeUnfinished(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Bool {
    if clients[current].storing != .none, !continueStoring(input, &consumed, &turn) { return false }
    if clients[current].swallow > 0 {
      let dropped = min(clients[current].swallow, input.count - consumed)
      clients[current].swallow -= dropped
      consumed += dropped
      if clients[current].swallow > 0 { return false }
    }
    return clients[current].retrieval == .none || continueRetrieval(input, &consumed)
  }

  // MARK: Text

  private mutating func execute(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) {
    if let found = findKeys(input, consumed), found.isEnded {
      let withCAS = keys[0].role.contains(.withCAS)
      let request = beginRequest(found.count == 1 ? .single : .retrieval)
      consumed = found.next
      return retrieve(found.count, of: input, Retrieval(withCAS: withCAS), request)
    }
    switch TextParser.parse(input, from: consumed, bufferIsFull: turn.isInputFull && consumed == 0) {
    case .incomplete: return
    case .close: leave(&turn)
    case .longRetrieval(let line, let count):
      consumed += count
      beginLong(line)
    case .request(let request, let count):
      let line = ByteRange(start: consumed, count: count)
      execute(request, input, line, &consumed, &turn)
    }
  }

  private mutating func findKeys(_ input: Span<UInt8>, _ consumed: Int) -> TextParser.FoundKeys? {
    var span = keys.mutableSpan
    return TextParser.keys(of: input, from: consumed, into: &span, behind: 0)
  }

  /// No more is read of it; it is closed when it is told what it asked for.
  mutating func leave(_ turn: inout Turn) {
    if isWaiting { clients[current].isLeaving = true } else { turn.isClosing = true }
  }

  private mutating func execute(
    _ request: TextRequest, _ input: Span<UInt8>, _ line: ByteRange, _ consumed: inout Int, _ turn: inout Turn
  ) {
    if case .storage(let header) = request { return store(header, input, line, &consumed, &turn) }
    if case .meta(let verb, let words) = request { return executeMeta(verb, words, input, line, &consumed, &turn) }
    consumed = line.upperBound
    switch request {
    case .get(let key, let withCAS):
      if isLast(key, of: line, input) { return retrieveOnly(key, input, Retrieval(withCAS: withCAS)) }
      beginLong(.resumed(withCAS: withCAS, exptime: nil))
      consumed = key.lowerBound
    case .getAndTouch(let key, let exptime, let withCAS):
      if isLast(key, of: line, input) {
        return retrieveOnly(key, input, Retrieval(withCAS: withCAS, exptime: exptime))
      }
      beginLong(.resumed(withCAS: withCAS, exptime: exptime))
      consumed = key.lowerBound
    case .delete(let key, let noreply): writeDelete(input.bytes(in: key), noreply)
    case .increment(let key, let delta, let noreply): writeArithmetic(true, input.bytes(in: key), delta, noreply)
    case .decrement(let key, let delta, let noreply): writeArithmetic(false, input.bytes(in: key), delta, noreply)
    case .touch(let key, let exptime, let noreply): writeTouch(input.bytes(in: key), exptime, noreply)
    case .refused(let error, let isSilenced, let swallow):
      answer(error.line, noreply: isSilenced, &turn)
      self.swallow(swallow)
    default: executeRare(request, input, &turn)
    }
  }

  private mutating func executeRare(_ request: TextRequest, _ input: Span<UInt8>, _ turn: inout Turn) {
    switch request {
    case .flushAll(let delay, let noreply): flushAll(delay, for: beginRequest(.everywhere, noreply: noreply))
    case .version:
      answer(room: TextResponse.maxLineCount, &turn) { TextResponse.writeVersion(ProxySettings.version, to: &$0) }
    case .quit: leave(&turn)
    case .verbosity(_, let noreply): answer("OK\r\n", noreply: noreply, &turn)
    case .stats(let arguments): answerStatistics(input.bytes(in: arguments), &turn)
    default: answer("CLIENT_ERROR this command is for a server, and not for its proxy\r\n", &turn)
    }
  }

  /// Bytes that come next belong to a command that was refused.
  mutating func swallow(_ count: Int) {
    if count == 0 { return }
    if current == .none { current = clients.insert(ProxyClient()) }
    clients[current].swallow = count
  }

  // MARK: Retrievals that are read key by key

  private func isLast(_ key: ByteRange, of line: ByteRange, _ input: Span<UInt8>) -> Bool {
    let end = key.upperBound
    return end &+ 1 == line.upperBound || end &+ 2 == line.upperBound && input[end] == 0x0d
  }

  private mutating func retrieveOnly(_ key: ByteRange, _ input: Span<UInt8>, _ retrieval: Retrieval) {
    keys[0] = RequestKey(start: key.lowerBound, count: key.count, role: [])
    retrieve(1, of: input, retrieval, beginRequest(.single))
  }

  private mutating func beginLong(_ line: LongRetrieval) {
    let request = beginRequest(.retrieval)
    // As long as its line goes on it is not done.
    requests[request].pending += 1
    clients[current].retrieval = request
    clients[current].line = line
  }

  /// False where more of the line is to come.
  private mutating func continueRetrieval(_ input: Span<UInt8>, _ consumed: inout Int) -> Bool {
    let request = clients[current].retrieval
    guard var line = clients[current].line else { return true }
    let retrieval = Retrieval(withCAS: line.withCAS, exptime: line.exptime)
    var count = 0
    while true {
      if count == Self.maxKeys {
        if !requests[request].isRefused { retrieve(count, of: input, retrieval, request) }
        count = 0
      }
      switch line.next(in: input, from: consumed) {
      case .key(let range, let next):
        keys[count] = RequestKey(start: range.lowerBound, count: range.count, role: [])
        count += 1
        consumed = next
        continue
      case .incomplete(let next): consumed = next
      case .end(let next):
        consumed = next
        clients[current].line = nil
      case .refused(let error, let next):
        consumed = next
        count = 0
        requests[request].form = .single
        requests[request].isRefused = true
        clearAnswer(request)
        buffer(error.line, request)
        continue
      case .skipped(let next):
        consumed = next
        clients[current].line = nil
      }
      break
    }
    if count > 0, !requests[request].isRefused { retrieve(count, of: input, retrieval, request) }
    if clients[current].line != nil {
      clients[current].line = line
      return false
    }
    clients[current].retrieval = .none
    release(request)
    return true
  }
}
