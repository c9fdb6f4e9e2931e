import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// What of the executor's results is said with which status.
extension BinarySession {
  /// Executes a request and consumes it. False, and nothing has happened, where the client must read first.
  @inline(__always)
  mutating func execute(
    _ request: BinaryRequest, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Bool {
    switch request.command {
    case .retrieve(let retrieval):
      if !retrieve(retrieval, request, input, &turn, store, journal) { return false }
      consumed = request.next
      current.swallow = request.valueCount
    case .store, .extend:
      consumed = request.next
      beginStoring(request, input, &consumed, &turn, store, journal)
    default:
      consumed = request.next
      executeRare(request, input, &turn, store, journal)
    }
    return true
  }

  @inline(never)
  private mutating func executeRare(
    _ request: BinaryRequest, _ input: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    if case .refused(let status, let behind) = request.command {
      current.swallow = behind
      current.refusal = UnfinishedFrame.Refusal(request: request.header, status: status)
      return
    }
    current.swallow = request.valueCount
    switch request.command {
    case .delete: delete(request, input, &turn, store, journal)
    case .arithmetic(let arithmetic): calculate(arithmetic, request, input, &turn, store, journal)
    case .flush(let delay): flushAll(delay, request, &turn, store, journal)
    case .noop: answer(.success, request.header, &turn)
    case .version: BinaryResponse.write(Settings.version, request.header, to: &turn.reply.bytes)
    case .quit:
      if !request.isQuiet { answer(.success, request.header, &turn) }
      turn.isClosing = true
    case .stat: tell(input.bytes(in: request.key), request.header, &turn)
    case .verbosity(let level):
      context.setVerbosity(Int(level))
      // What stands behind it is logged already.
      update(at: executor.moment)
      answer(.success, request.header, &turn)
    case .listMechanisms where context.login?.acceptsSASL == true:
      BinaryResponse.write(PlainCredentials.name, request.header, to: &turn.reply.bytes)
    // A connection logs in once.
    case .authenticate where context.login?.acceptsSASL == true: answer(.notAllowed, request.header, &turn)
    default: answer(.unknownCommand, request.header, &turn)
    }
  }

  private mutating func delete(
    _ request: BinaryRequest, _ input: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let hash = lookahead.hash(request.key, input, store)
    switch executor.delete(input.bytes(in: request.key), hash, unique: request.header.cas, store, journal) {
    case .deleted: if !request.isQuiet { answer(.success, request.header, &turn) }
    case .exists: answer(.exists, request.header, &turn)
    case .notFound: answer(.notFound, request.header, &turn)
    }
  }

  private mutating func calculate(
    _ arithmetic: BinaryArithmetic, _ request: BinaryRequest, _ input: Span<UInt8>, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let hash = lookahead.hash(request.key, input, store)
    let start = turn.reply.bytes.count
    let (outcome, cas) = executor.arithmetic(
      input.bytes(in: request.key), hash, arithmetic, unique: request.header.cas, store, journal)
    switch outcome {
    case .value(let number), .created(let number):
      if !request.isQuiet {
        BinaryResponse.write(number: number, request.header, cas: showsCAS ? cas : 0, to: &turn.reply.bytes)
      }
      noteWrite(request.header, answeredFrom: start, turn)
    case .exists: answer(.exists, request.header, &turn)
    case .notFound: answer(.notFound, request.header, &turn)
    case .nonNumeric: answer(.nonNumeric, request.header, &turn)
    case .outOfMemory: answer(.outOfMemory, request.header, &turn)
    }
  }

  private mutating func flushAll(
    _ delay: UInt32, _ request: BinaryRequest, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let isDone = executor.flushAll(delay: Int64(delay), countsRefusal: false, store, journal)
    if !isDone { return answer(.notAllowed, request.header, &turn) }
    if !request.isQuiet { answer(.success, request.header, &turn) }
  }

  /// A value was written, and what was answered stands in the reply: should the peer refuse it, an error stands there.
  @inline(__always)
  mutating func noteWrite(
    _ request: BinaryHeader, answeredFrom start: Int, _ turn: borrowing Turn, if condition: AckGate.Condition = .none
  ) {
    if !acks.isOn { return }
    acks.noteWrite(
      answered: start..<turn.reply.bytes.count, &current.held,
      as: .frame(request, behindSegments: turn.reply.segments.count), if: condition)
  }
}
