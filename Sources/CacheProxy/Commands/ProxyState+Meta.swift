import ConnectionServer
import MemcacheProtocol
import Platform

/// The meta commands. They go to the servers in the words of the client, but for `q`: each must be answered, or nobody would
/// know which answer is whose. What a quiet command does not want answered is left out here.
extension ProxyState {
  /// - Parameter words: what follows the command's own word.
  mutating func executeMeta(
    _ verb: MetaVerb, _ words: ByteRange, _ input: Span<UInt8>, _ line: ByteRange, _ consumed: inout Int,
    _ turn: inout Turn
  ) {
    switch MetaParser.parse(verb, words, in: input) {
    case .refused(let error, let count):
      consumed = line.upperBound
      answer(error.line, &turn)
      swallow(count)
    case .request(let meta):
      if verb == .noop {
        consumed = line.upperBound
        return answer("MN\r\n", &turn)
      }
      guard verb == .set else {
        consumed = line.upperBound
        return executeMeta(meta, input, line: line, value: Span(), &turn)
      }
      storeMeta(meta, input, line, &consumed, &turn)
    }
  }

  private mutating func storeMeta(
    _ meta: MetaRequest, _ input: Span<UInt8>, _ line: ByteRange, _ consumed: inout Int, _ turn: inout Turn
  ) {
    let end = line.upperBound + meta.valueCount
    consumed = line.upperBound
    if meta.valueCount > limits.maxItemSize {
      answer(TextError.tooLarge.line, &turn)
      return swallow(meta.valueCount + 2)
    }
    guard end + 2 <= input.count else {
      let buffer = bufferPool.take()
      bufferPool.append(input.bytes(in: line), to: buffer)
      var draft = StorageDraft()
      draft.kind = .meta
      beginStoring(draft, buffer, meta.valueCount + 2)
      _ = continueStoring(input, &consumed, &turn)
      return
    }
    consumed = end + 2
    guard input[end] == 0x0d, input[end + 1] == 0x0a else { return answer(TextError.badDataChunk.line, &turn) }
    executeMeta(meta, input, line: line, value: input.extracting(line.upperBound..<end + 2), &turn)
  }

  /// An `ms` whose value has come in parts.
  mutating func executeStored(_ command: Span<UInt8>, _ turn: inout Turn) {
    guard case .request(.meta(let verb, let words), let count) = TextParser.parse(command),
      case .request(let meta) = MetaParser.parse(verb, words, in: command)
    else { return answer(TextError.badCommandLine.line, &turn) }
    let line = ByteRange(start: 0, count: count)
    executeMeta(meta, command, line: line, value: command.extracting(count...), &turn)
  }

  /// - Parameters:
  ///   - line: the whole line, with its end.
  ///   - value: with its end; empty but for `ms`.
  mutating func executeMeta(
    _ meta: MetaRequest, _ input: Span<UInt8>, line: ByteRange, value: Span<UInt8>, _ turn: inout Turn
  ) {
    guard let route = route(of: meta, input) else { return answer("CLIENT_ERROR error decoding key\r\n", &turn) }
    let isRead = meta.verb == .get || meta.verb == .debug
    let request = beginRequest(hasBackups && !isRead ? .replicated : .single)
    requests[request].silence = silence(of: meta)
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    let keyStart = Self.write(meta, input, line, value, to: &command)
    // One in base64 is not looked at again.
    let keyRange = ByteRange(start: keyStart, count: meta.flags.contains(.base64) ? 0 : meta.key.count)
    if isRead, meta.flags.isDisjoint(with: [.timeToLive, .vivifies, .recaches]) {
      read(command.bytes, keyRange, route, request, expected: .meta)
    } else {
      write(command.bytes, key: keyRange, route, request, expected: .meta, meta.writeKind)
    }
  }

  /// A command that changes nothing: the backup is asked where the main is dead.
  mutating func read(
    _ bytes: Span<UInt8>, _ key: ByteRange, _ route: KeyRouter.Route, _ request: UInt32, expected: Operation.Expected
  ) {
    requests[request].pending += 1
    var operation = Operation(request, expected, .forward)
    operation.isRead = true
    var why = ask(firstReader(of: route), route.hash, bytes, key: key, operation)
    if why == .down, let backup = route.backup { why = ask(backup, route.hash, bytes, key: key, operation) }
    if why != .nothing {
      counters.add(.getErrors)
      requests[request].failure = why
    }
    release(request)
  }

  /// Where the key goes: by its bytes, which base64 only wraps.
  private mutating func route(of meta: MetaRequest, _ input: Span<UInt8>) -> KeyRouter.Route? {
    let text = input.bytes(in: meta.key)
    guard meta.flags.contains(.base64) else { return router.route(text) }
    var bytes = decodedKey.mutableSpan
    guard let count = Base64.decode(text, into: &bytes) else { return nil }
    return router.route(decodedKey.span.extracting(0..<count))
  }

  private func silence(of meta: MetaRequest) -> PendingRequest.Silence {
    guard meta.flags.contains(.quiet) else { return .nothing }
    switch meta.verb {
    case .get: return .miss
    case .set: return .success
    case .delete, .arithmetic: return .successAndMiss
    case .noop, .debug: return .nothing
    }
  }

  /// The command without `q`. Returns where its key stands.
  private static func write(
    _ meta: MetaRequest, _ input: Span<UInt8>, _ line: ByteRange, _ value: Span<UInt8>, to command: inout ByteBuffer
  ) -> Int {
    command.reserve(line.count + value.count + 2)
    guard meta.flags.contains(.quiet) else {
      command.append(input.bytes(in: line))
      command.append(value)
      return meta.key.lowerBound - line.lowerBound
    }
    // Byte for byte as it came up to the key's end: a key may have control bytes.
    command.append(input.extracting(line.lowerBound..<meta.key.upperBound))
    var end = line.upperBound - 1
    if end > meta.key.upperBound, input[end - 1] == 0x0d { end -= 1 }
    var start = meta.key.upperBound
    while start < end {
      var wordEnd = start
      while wordEnd < end, input[wordEnd] != 0x20 { wordEnd += 1 }
      if wordEnd > start, input[start] != UInt8(ascii: "q") {
        command.append(UInt8(ascii: " "))
        command.append(input.extracting(start..<wordEnd))
      }
      start = wordEnd + 1
    }
    command.append("\r\n")
    command.append(value)
    return meta.key.lowerBound - line.lowerBound
  }

  // MARK: Answers

  mutating func takeMeta(_ number: UInt32, _ place: UInt32, at position: Int) -> Taken {
    switch MetaReplyParser.parse(received.bytes, from: position) {
    case .incomplete(let needed): return .incomplete(needed)
    case .malformed: return .malformed
    case .reply(let reply, let count):
      if operations[place].role == .second {
        return takeSecondMeta(number, place, reply) ? .whole(count) : .malformed
      }
      takeMetaReply(number, place, reply, position, count)
      return .whole(count)
    }
  }

  private mutating func takeMetaReply(
    _ number: UInt32, _ place: UInt32, _ reply: MetaReply, _ position: Int, _ count: Int
  ) {
    let operation = operations[place]
    if operation.request != .none, operation.role == .forward, requests[operation.request].form == .single {
      if reply.isMiss || reply.isError, askOtherMeta(number, operation) { return }
      counters.add(reply.isMiss ? .getMisses : reply.isError ? .getErrors : .getHits)
      if !isSilent(reply, requests[operation.request].silence) { setReceived(position, count, operation.request) }
      return
    }
    note(reply.rank, number, place, position, count)
    if operation.request != .none, isSilent(reply, requests[operation.request].silence) {
      clearAnswer(operation.request)
    }
  }

  private func isSilent(_ reply: MetaReply, _ silence: PendingRequest.Silence) -> Bool {
    switch silence {
    case .nothing: false
    case .miss: reply.isMiss
    case .success: reply.isSuccess
    case .successAndMiss: reply.isSuccess || reply.isNotFound
    }
  }

  /// A main that does not have a key: its backup is asked in the same words, and what it has is copied.
  private mutating func askOtherMeta(_ number: UInt32, _ operation: Operation) -> Bool {
    guard asksBackups, operation.keyCount > 0 else { return false }
    return askBackup(number, operation, Operation(operation.request, .meta, .forward))
  }
}

extension MetaRequest {
  fileprivate var writeKind: ProxyState.WriteKind {
    if flags.contains(.vivifies) || verb == .set && isAdd { return .creating }
    let isDerived = verb == .arithmetic || !flags.isDisjoint(with: [.comparesCAS, .setsCAS])
    return isDerived || verb == .set && isConditional ? .derived : .repeatable
  }

  private var isAdd: Bool { mode == UInt8(ascii: "E") || mode == UInt8(ascii: "e") }

  /// A set in another mode than to replace whatever is there.
  private var isConditional: Bool { !(mode == 0 || mode == UInt8(ascii: "S") || mode == UInt8(ascii: "s")) }
}
