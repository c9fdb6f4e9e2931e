import EventLoop
import MemcacheProtocol
import Platform
import Transport

/// What comes from the backends: bytes to answers.
extension ProxyState {
  /// What became of a look at the first answer that is not taken.
  enum Taken {
    /// A part of it, of so many bytes: more of the same operation follows.
    case part(Int)
    /// All of it: the operation is over.
    case whole(Int)
    /// It takes at least so many bytes.
    case incomplete(Int)
    case malformed
  }

  /// Beyond its value an answer has a line and an end.
  static var maxAnswerOverhead: Int { 8 << 10 }
  /// The beginning of an answer up to here is copied, a longer one keeps the buffer it lies in.
  private static let copiedRest = 4 << 10

  /// Receives what a backend has sent and takes the answers in it. They lie in `received` until `endReceiving`.
  mutating func receive(_ number: UInt32) {
    connections[number].takePartial(to: &received, copiedUpTo: Self.copiedRest)
    guard let transport = connections[number].transport else { return }
    if received.space == 0 { received.reserve(received.capacity) }
    switch transport.receive(into: &received) {
    case .bytes: takeAnswers(number)
    case .wouldBlock: break
    case .closed, .failed:
      // What has come of an answer is nobody's.
      takenCount = received.count
      // It may come back with nothing.
      if dialer.pool.move != nil { allGenerations.noteFailedCopy() }
      giveUpClosed(number, "the connection was closed")
    }
  }

  private mutating func takeAnswers(_ number: UInt32) {
    var position = 0
    connections[number].usedAt = now
    connections[number].hasAnswered = true
    if limits.countsFailures, !connections[number].isLeft { dialer.noteSuccess(connections[number].backend) }
    while position < received.count {
      let place = connections[number].first
      guard place != .none else { return refuse(number, "an answer that nobody asked for") }
      guard connections[number].sent >= Int(operations[place].byteCount) else {
        return fail(number, place, "an answer before the end of the command")
      }
      if hedges { passMiss(place, at: position) }
      switch take(number, place, at: position) {
      case .part(let count):
        position += count
        if hedges { settle(number, place) }
      case .whole(let count):
        position += count
        if hedges { settle(number, place) }
        endOperation(number, place)
      case .incomplete(let needed):
        guard needed <= limits.maxItemSize + Self.maxAnswerOverhead else {
          // No server has a value as large as that.
          if needed > ProxyLimits.maxServerItemSize { return refuse(number, "an answer without end") }
          return fail(number, place, "an answer too large")
        }
        takenCount = position
        missingCount = needed - (received.count - position)
        return
      case .malformed: return refuse(number, "an answer that is none")
      }
      // It may have been given up meanwhile.
      if connections[number].state != .open { break }
    }
    takenCount = position
  }

  /// The first command of a connection cannot be answered, and its answer not be passed over. That is the command's fault and not the
  /// server's: all others are said again.
  private mutating func fail(_ number: UInt32, _ place: UInt32, _ why: String) {
    takenCount = received.count
    operations[place].repeats = .max
    let request = operations[place].request
    if request != .none { requests[request].failure = .refused }
    giveUp(number, .closed, why)
  }

  /// The backend does not speak the protocol.
  private mutating func refuse(_ number: UInt32, _ why: String) {
    takenCount = received.count
    giveUp(number, .malformed, why)
  }

  @inline(__always)
  private mutating func take(_ number: UInt32, _ place: UInt32, at position: Int) -> Taken {
    switch operations[place].expected {
    case .values: takeValues(number, place, at: position)
    case .line: takeLine(number, place, at: position)
    case .meta: takeMeta(number, place, at: position)
    case .frame: takeFrame(number, place, at: position)
    case .greeting: takeGreeting(number, at: position)
    }
  }

  /// The first operation of a connection is answered.
  private mutating func endOperation(_ number: UInt32, _ place: UInt32) {
    let operation = operations.remove(place)
    let count = Int(operation.byteCount)
    connections[number].first = operation.next
    if operation.next == .none { connections[number].last = .none }
    connections[number].pending -= 1
    connections[number].output.consume(count)
    connections[number].sent -= count
    release(operation.request)
  }

  /// What is left in `received` is the connection's: the buffer is free for the next.
  mutating func endReceiving(_ number: UInt32) {
    keepReceived()
    received.consume(min(takenCount, received.count))
    takenCount = 0
    if connections[number].state == .closed { received.clear() }
    if !received.isEmpty {
      connections[number].keepPartial(of: &received, missing: missingCount, copiedUpTo: Self.copiedRest)
    }
    if received.capacity != Self.receiveCapacity { received = ByteBuffer(capacity: Self.receiveCapacity) }
    received.clear()
  }

  // MARK: Answers of one line

  private mutating func takeGreeting(_ number: UInt32, at position: Int) -> Taken {
    let newline = received.bytes.extracting(position...).indexOfNewline
    guard let newline else { return received.count - position > Self.maxAnswerOverhead ? .malformed : .incomplete(8) }
    connections[number].speaksMeta = newline == 3 && received.bytes[position] == UInt8(ascii: "M")
    return .whole(newline + 1)
  }

  private mutating func takeLine(_ number: UInt32, _ place: UInt32, at position: Int) -> Taken {
    switch TextReplyParser.parse(received.bytes, from: position) {
    case .incomplete(let needed): return .incomplete(needed)
    case .malformed: return .malformed
    case .reply(let reply, let count):
      guard let rank = PendingRequest.Rank(reply) else { return .malformed }
      note(rank, number, place, position, count)
      return .whole(count)
    }
  }

  /// The answer to a write, or to a command of another kind that has one line.
  mutating func note(_ rank: PendingRequest.Rank, _ number: UInt32, _ place: UInt32, _ position: Int, _ count: Int) {
    let operation = operations[place]
    if operation.role == .refill { return endRefill(number, operation, position, count, wasStored: rank == .success) }
    if operation.role == .erase { return endErasing(number, operation) }
    let request = operation.request
    if operation.role == .guarded, rank == .success { tellOther(number, operation) }
    if operation.role == .guarded, rank == .miss, isMovingKeys, received.bytes[position] == UInt8(ascii: "N"),
      compareElsewhere(number, operation)
    {
      return
    }
    guard request != .none else { return }
    switch requests[request].form {
    case .replicated: noteReplicated(rank, number, operation, position, count)
    case .everywhere:
      if rank != .success, requests[request].place == .nowhere { bufferReceived(position, count, request) }
    default: setReceived(position, count, request)
    }
  }

  private mutating func noteReplicated(
    _ rank: PendingRequest.Rank, _ number: UInt32, _ operation: Operation, _ position: Int, _ count: Int
  ) {
    let request = operation.request
    let isMains = operation.role != .replica
    let rank = !isMains && rank == .mainError ? .backupError : rank
    let kept = max(requests[request].mainRank, requests[request].backupRank)
    if rank > kept || rank == kept && isMains {
      clearAnswer(request)
      bufferReceived(position, count, request)
    }
    if isMains { requests[request].mainRank = rank } else { requests[request].backupRank = rank }
    // The main has lost what the backup has kept: it gets it back as it is now.
    let state = requests[request]
    let isAtBackupAlone = state.pending == 1 && state.mainRank == .miss && state.backupRank == .success
    // All who were told have done it: what is read from now on may be copied.
    if operation.isSole || state.pending == 1 { endWrite(request) }
    if operation.isSole && rank == .success { endSoleWrite(number, operation) }
    if !operation.isSole && isAtBackupAlone { copyBack(number, operation) }
  }
}

extension PendingRequest.Rank {
  /// Nil: no answer to a command that has one line.
  init?(_ reply: TextReply) {
    switch reply {
    case .answer(.end), .value, .statistic: return nil
    case .answer(.notFound), .answer(.notStored), .answer(.exists): self = .miss
    case .answer, .number, .version: self = .success
    case .error: self = .mainError
    }
  }
}

extension Span where Element == UInt8 {
  var indexOfNewline: Int? {
    for index in indices where self[index] == 0x0a { return index }
    return nil
  }

  func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }
}
