import ItemStore
import MemcacheProtocol
import Platform

/// The commands of the classic text protocol.
extension Engine {
  /// Executes one request, whose line stands at `line` in the input and is `count` bytes long.
  mutating func execute(
    _ request: TextRequest, _ input: Span<UInt8>, line: Int, count: Int, _ consumed: inout Int, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Pause? {
    switch request {
    case .get(let keys, let withCAS):
      return retrieve(keys, Retrieval(withCAS: withCAS, exptime: nil), input, end: line + count, &consumed, store)
    case .getAndTouch(let keys, let exptime, let withCAS):
      return retrieve(keys, Retrieval(withCAS: withCAS, exptime: exptime), input, end: line + count, &consumed, store)
    case .storage(let header):
      consumed += count
      beginStoring(header, hash: store.hash(input.bytes(in: header.key)), input, &consumed, store, journal)
    case .stats(let arguments):
      // Its text makes the output grow: never behind another that was not read.
      if !hasRoom(Self.outputCapacity) { return isBroken ? .closing : .blocked }
      consumed += count
      writeStatistics(input, arguments)
    default:
      consumed += count
      executeRare(request, input)
    }
    return nil
  }

  private mutating func executeRare(_ request: TextRequest, _ input: Span<UInt8>) {
    switch request {
    case .delete(let key, let noreply): delete(input.bytes(in: key), noreply)
    case .increment(let key, let delta, let noreply): count(input.bytes(in: key), true, delta, noreply)
    case .decrement(let key, let delta, let noreply): count(input.bytes(in: key), false, delta, noreply)
    case .touch(let key, let exptime, let noreply): touch(input.bytes(in: key), exptime, noreply)
    case .flushAll(let delay, let noreply): flushAll(delay, noreply)
    case .version: TextResponse.writeVersion(Settings.version, to: &output)
    case .quit: isClosing = true
    case .verbosity(let level, let noreply):
      context.setVerbosity(Int(level))
      answer(.ok, unless: noreply)
    case .shutdown(let mode): shutdown(mode)
    case .slabs(let command, let noreply): execute(command, noreply)
    case .replicationPeer(let place): changePeer(input.bytes(in: place))
    case .refused(let error, let isSilenced, let swallow):
      answer(error, unless: isSilenced)
      current.swallow = swallow
    case .get, .getAndTouch, .storage, .stats: break
    }
  }

  private mutating func delete(_ key: Span<UInt8>, _ noreply: Bool) {
    var slabClass = 0
    let outcome = store.delete(key, hash: store.hash(key), at: moment, journal: journal) { slabClass = $0.slabClass }
    if countsPrefixes { context.prefixStatistics.count(key, .delete) }
    if case .stored = outcome {
      counters.add(.deleteHits, in: slabClass)
      answer(.deleted, unless: noreply)
    } else {
      counters.add(.deleteMisses)
      answer(.notFound, unless: noreply)
    }
  }

  private mutating func count(_ key: Span<UInt8>, _ isIncrement: Bool, _ delta: UInt64, _ noreply: Bool) {
    var slabClass = 0
    let start = output.count
    let outcome = store.increment(
      key, hash: store.hash(key), by: delta, isDecrement: !isIncrement, at: moment, journal: journal
    ) { slabClass = $0.slabClass }
    switch outcome {
    case .value(let number):
      counters.add(isIncrement ? .incrHits : .decrHits, in: slabClass)
      if !noreply { TextResponse.write(number: number, to: &output) }
      if holdsAnswers { noteWrite(answeredFrom: start) }
    case .notFound:
      counters.add(isIncrement ? .incrMisses : .decrMisses)
      answer(.notFound, unless: noreply)
    case .nonNumeric: answer(TextError.nonNumeric, unless: noreply)
    case .outOfMemory: answer(TextError.outOfMemory, unless: noreply)
    }
  }

  private mutating func touch(_ key: Span<UInt8>, _ exptime: Int64, _ noreply: Bool) {
    var slabClass = 0
    let start = output.count
    let found = store.touch(
      key, hash: store.hash(key),
      expiresAt: ProcessClock.expiresAt(exptime: exptime, at: moment), at: moment, journal: journal
    ) { slabClass = $0.slabClass }
    if found == .hit {
      counters.add(.touchHits, in: slabClass)
      answer(.touched, unless: noreply)
      if holdsAnswers { noteWrite(answeredFrom: start) }
    } else {
      counters.add(.touchMisses)
      answer(.notFound, unless: noreply)
    }
  }

  private mutating func flushAll(_ delay: Int64, _ noreply: Bool) {
    if !context.settings.isFlushCommandEnabled { return answer(.flushNotAllowed, unless: noreply) }
    counters.add(.cmdFlush)
    // Like every other time, more than 30 days is a point of unix time.
    var seconds = delay
    if delay > ProcessClock.relativeLimit { seconds = delay - Int64(moment.unixMicroseconds / 1_000_000) }
    store.flush(delay: seconds, at: moment, journal: journal)
    answer(.ok, unless: noreply)
  }

  private mutating func shutdown(_ mode: ShutdownMode) {
    if !context.settings.isShutdownCommandEnabled { return answer(TextError.shutdownNotEnabled) }
    if mode == .unknown { return answer(TextError.invalidShutdownMode) }
    isClosing = true
    context.requestShutdown()
  }
}
