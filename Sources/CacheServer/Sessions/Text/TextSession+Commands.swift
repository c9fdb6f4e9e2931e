import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// Commands that are no canonical `get` and `set`: what of the executor's results is said in which words.
extension TextSession {
  /// Executes one request, whose line stands at `line` in the input. A pause where there is no room for its answer.
  mutating func execute(
    _ request: TextRequest, _ input: Span<UInt8>, line: Range<Int>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    switch request {
    case .get(let first, let withCAS):
      consumed = first.lowerBound
      beginRetrieval(.resumed(withCAS: withCAS, exptime: nil), turn)
    case .getAndTouch(let first, let exptime, let withCAS):
      consumed = first.lowerBound
      beginRetrieval(.resumed(withCAS: withCAS, exptime: exptime), turn)
    case .storage(let header):
      consumed = line.upperBound
      executeStorage(header, input, &consumed, &turn, store, journal)
    case .meta(let verb, let words):
      return executeMeta(verb, words, input, line: line, &consumed, &turn, store, journal)
    default:
      consumed = line.upperBound
      executeRare(request, input, &turn, store, journal)
    }
    return nil
  }

  @inline(never)
  private mutating func executeStorage(
    _ header: StorageHeader, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let hash = store.hash(input.bytes(in: header.key))
    beginStoring(header, hash: hash, input, &consumed, isObserved: isObserved, &turn, store, journal)
  }

  private mutating func executeRare(
    _ request: TextRequest, _ input: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    switch request {
    case .delete(let key, let noreply):
      let isDeleted = executor.delete(input.bytes(in: key), store, journal)
      answer(isDeleted ? TextAnswer.deleted : .notFound, unless: noreply, &turn)
    case .increment(let key, let delta, let noreply):
      let outcome = executor.arithmetic(input.bytes(in: key), isIncrement: true, delta, store, journal)
      answer(outcome, noreply: noreply, &turn)
    case .decrement(let key, let delta, let noreply):
      let outcome = executor.arithmetic(input.bytes(in: key), isIncrement: false, delta, store, journal)
      answer(outcome, noreply: noreply, &turn)
    case .touch(let key, let exptime, let noreply):
      touch(input.bytes(in: key), exptime, noreply, &turn, store, journal)
    case .flushAll(let delay, let noreply):
      let isDone = executor.flushAll(delay: delay, countsRefusal: true, store, journal)
      isDone ? answer(TextAnswer.ok, unless: noreply, &turn) : answer(.flushNotAllowed, unless: noreply, &turn)
    case .refused(let error, let isSilenced, let swallow):
      answer(error, unless: isSilenced, &turn)
      current.swallow = swallow
    case .version: TextResponse.writeVersion(Settings.version, to: &turn.reply.bytes)
    case .quit: turn.isClosing = true
    default: administrate(request, input, &turn)
    }
  }

  private mutating func answer(_ outcome: ArithmeticOutcome, noreply: Bool, _ turn: inout Turn) {
    let start = turn.reply.bytes.count
    switch outcome {
    case .value(let number), .created(let number):
      if !noreply { TextResponse.write(number: number, to: &turn.reply.bytes) }
      if acks.isOn { acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held) }
    case .notFound, .exists: answer(TextAnswer.notFound, unless: noreply, &turn)
    case .nonNumeric: answer(TextError.nonNumeric, unless: noreply, &turn)
    case .outOfMemory: answer(TextError.outOfMemory, unless: noreply, &turn)
    }
  }

  private mutating func touch(
    _ key: Span<UInt8>, _ exptime: Int64, _ noreply: Bool, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let start = turn.reply.bytes.count
    let hash = store.hash(key)
    if executor.isObserved { executor.observeLookup(key, hash, store) }
    let isTouched = executor.touch(key, hash, exptime: exptime, store, journal)
    answer(isTouched ? TextAnswer.touched : .notFound, unless: noreply, &turn)
    if isTouched, acks.isOn { acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held) }
  }
}
