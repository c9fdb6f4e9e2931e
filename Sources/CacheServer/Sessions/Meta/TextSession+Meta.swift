import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// The meta commands: text like the classic ones, on the same connection and in the same pipeline.
///
/// ```
///   mg key v … ─┬─ as clients send it ──▶ KeyGroup, with other requests ──▶ TextSession+MetaGet
///               └─ MetaParser ──▶ MetaRequest ──▶ here ──▶ CommandExecutor+Meta
/// ```
///
/// What an item says of itself is written under its stripe's lock, so a command that changes it must find room for its
/// answer before: once a client has won, nobody else does.
extension TextSession {
  /// Executes a meta command. A pause where its answer has no room: then its line is not consumed.
  mutating func executeMeta(
    _ verb: MetaVerb, _ words: ByteRange, _ input: Span<UInt8>, line: Range<Int>, _ consumed: inout Int,
    _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    switch MetaParser.parse(verb, words, in: input) {
    case .refused(let error, let swallow):
      consumed = line.upperBound
      answer(error, &turn)
      current.swallow = swallow
    case .request(let request):
      if verb == .get, !hasRoomForValue(&turn) {
        turn.requests += 1
        return turn.isBroken ? .closing : .blocked
      }
      consumed = line.upperBound
      if request.flags.contains(.base64) {
        executeDecoded(request, input, &consumed, &turn, store, journal)
      } else {
        execute(request, input.bytes(in: request.key), input, &consumed, &turn, store, journal)
      }
    }
    return nil
  }

  private mutating func executeDecoded(
    _ request: MetaRequest, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    var key = KeyBytes()
    key.decode(input.bytes(in: request.key))
    execute(request, key.bytes, input, &consumed, &turn, store, journal)
  }

  private mutating func execute(
    _ request: MetaRequest, _ key: Span<UInt8>, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    switch request.verb {
    case .get:
      let hash = store.hash(key)
      // One that may change the item is told of where it does.
      if executor.isObserved, request.flags.isDisjoint(with: [.timeToLive, .vivifies, .recaches]) {
        executor.observeLookup(key, hash, store)
      }
      answerMetaGet(request, key, hash, input, &turn, store, journal)
    case .set: beginMetaStoring(request, key, input, &consumed, &turn, store, journal)
    case .delete: delete(request, key, input, &turn, store, journal)
    case .arithmetic: count(request, key, input, &turn, store, journal)
    case .debug: describe(request, key, &turn, store)
    case .noop:
      MetaResponse.write(.noop, to: &turn.reply.bytes)
      MetaResponse.writeNewline(to: &turn.reply.bytes)
      // Whoever asks for this waits for what was asked before.
      _ = send(&turn)
    }
  }

  // MARK: md, ma, me

  private mutating func delete(
    _ request: MetaRequest, _ key: Span<UInt8>, _ input: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let conditions = DeleteConditions(request, at: executor.moment)
    let start = turn.reply.bytes.count
    switch executor.delete(key, store.hash(key), conditions, store, journal) {
    case .stored:
      if !request.flags.contains(.quiet) { answer(.done, request, key, input, &turn) }
      if acks.isOn, conditions.keepsItem {
        acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held)
      }
    case .exists: answer(.exists, request, key, input, &turn)
    default: answer(.notFound, request, key, input, &turn)
    }
  }

  private mutating func count(
    _ request: MetaRequest, _ key: Span<UInt8>, _ input: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let start = turn.reply.bytes.count
    let conditions = IncrementConditions(request, at: executor.moment)
    var (cas, expiredAt) = (UInt64(0), UInt32(0))
    let outcome = executor.arithmetic(
      key, store.hash(key), isIncrement: request.isIncrement ?? true, request.delta, conditions, store, journal
    ) { item, before in (cas, expiredAt) = (item.cas, before) }
    switch outcome {
    case .value(let number), .created(let number):
      if !request.flags.contains(.quiet) {
        let reply = MetaNumberReply(
          request, number, cas: showsCAS ? cas : 0, expiredAt, isCreated: outcome == .created(number), executor.moment)
        reply.write(key, input, to: &turn.reply.bytes)
      }
      if acks.isOn { acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held) }
    case .notFound: answer(.notFound, request, key, input, &turn)
    case .exists: answer(.exists, request, key, input, &turn)
    case .nonNumeric: answer(TextError.nonNumeric, &turn)
    case .outOfMemory: answer(TextError.outOfMemory, &turn)
    }
  }

  private mutating func describe(
    _ request: MetaRequest, _ key: Span<UInt8>, _ turn: inout Turn, _ store: ItemStore
  ) {
    let (moment, showsCAS) = (executor.moment, showsCAS)
    let isFound = executor.peek(key, store.hash(key), store) { item in
      let described = MetaItem(
        isKeyInBase64: request.flags.contains(.base64),
        timeToLive: item.expiresAt.secondsToLive(at: moment.seconds),
        lastAccess: UInt64(store.secondsSinceAccess(item, at: moment)), cas: showsCAS ? item.cas : 0,
        wasFetched: item.wasFetched, slabClass: item.slabClass, byteCount: item.byteCount)
      MetaResponse.write(described, key: item.key, to: &turn.reply.bytes)
    }
    if isFound { return }
    MetaResponse.write(.miss, to: &turn.reply.bytes)
    MetaResponse.writeNewline(to: &turn.reply.bytes)
  }

  // MARK: Answers without an item

  /// A status, and of the flags those that need no item: the opaque and the key.
  func answer(
    _ status: MetaStatus, _ request: MetaRequest, _ key: Span<UInt8>, _ input: Span<UInt8>, _ turn: inout Turn
  ) {
    MetaResponse.write(status, to: &turn.reply.bytes)
    var words = TokenReader(request.words)
    while true {
      let word = words.next(in: input)
      if word.isEmpty { break }
      request.echo(word, key, input, to: &turn.reply.bytes)
    }
    MetaResponse.writeNewline(to: &turn.reply.bytes)
  }
}

extension MetaRequest {
  /// Answers a flag that needs no item.
  @inline(__always)
  func echo(_ word: ByteRange, _ key: Span<UInt8>, _ input: Span<UInt8>, to bytes: inout ByteBuffer) {
    switch input[word.lowerBound] {
    case UInt8(ascii: "O"): MetaResponse.writeWord(input.bytes(in: word), to: &bytes)
    case UInt8(ascii: "k"): MetaResponse.writeKey(key, inBase64: flags.contains(.base64), to: &bytes)
    default: break
    }
  }
}

extension DeleteConditions {
  fileprivate init(_ request: MetaRequest, at moment: Moment) {
    let flags = request.flags
    self.init(
      unique: flags.contains(.comparesCAS) ? request.comparedCAS : nil, marksStale: flags.contains(.invalidates),
      dropsValue: flags.contains(.removesValue),
      expiresAt: flags.contains(.timeToLive) ? ProcessClock.expiresAt(exptime: request.exptime, at: moment) : nil,
      clientFlags: request.clientFlags, explicitCAS: flags.contains(.setsCAS) ? request.newCAS : nil)
  }
}

extension IncrementConditions {
  fileprivate init(_ request: MetaRequest, at moment: Moment) {
    let flags = request.flags
    let exptime = request.vivifiesLast ? request.vivifyExptime : request.exptime
    self.init(
      unique: flags.contains(.comparesCAS) ? request.comparedCAS : nil,
      initial: flags.contains(.vivifies) ? request.initial : nil,
      initialExpiresAt: ProcessClock.expiresAt(exptime: exptime, at: moment),
      expiresAt: flags.contains(.timeToLive) ? ProcessClock.expiresAt(exptime: request.exptime, at: moment) : nil,
      explicitCAS: flags.contains(.setsCAS) ? request.newCAS : nil)
  }
}
