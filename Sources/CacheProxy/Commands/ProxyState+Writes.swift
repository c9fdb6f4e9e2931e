import ConnectionServer
import MemcacheProtocol
import Platform

/// Commands that change one key, in the text protocol.
extension ProxyState {
  /// A command of one line for one key: made anew, in its plainest form, and always to be answered.
  private mutating func write(
    _ key: Span<UInt8>, noreply: Bool, keyStart: Int, _ kind: WriteKind, _ body: (inout ByteBuffer) -> Void
  ) {
    let request = beginRequest(hasBackups ? .replicated : .single, noreply: noreply)
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    command.reserve(key.count + TextRequestWriter.maxOverheadCount)
    body(&command)
    let range = ByteRange(start: keyStart, count: key.count)
    write(command.bytes, key: range, router.route(key), request, kind)
  }

  mutating func writeDelete(_ key: Span<UInt8>, _ noreply: Bool) {
    write(key, noreply: noreply, keyStart: 7, .repeatable) { TextRequestWriter.writeDelete(key, to: &$0) }
  }

  mutating func writeArithmetic(_ isIncrement: Bool, _ key: Span<UInt8>, _ delta: UInt64, _ noreply: Bool) {
    write(key, noreply: noreply, keyStart: 5, .derived) {
      TextRequestWriter.writeArithmetic(isIncrement: isIncrement, key: key, delta: delta, to: &$0)
    }
  }

  mutating func writeTouch(_ key: Span<UInt8>, _ exptime: Int64, _ noreply: Bool) {
    write(key, noreply: noreply, keyStart: 6, .repeatable) {
      TextRequestWriter.writeTouch(key, exptime: exptime, to: &$0)
    }
  }

  /// On every server.
  mutating func flushAll(_ delay: Int64, for request: UInt32) {
    requests[request].pending += 1
    // The other side of a pair gets it from the one that is told.
    for backend in 0..<health.count where !dialer.isSecondSide(backend) {
      switch admit(backend, 0, TextRequestWriter.maxOverheadCount) {
      case .refused(let why):
        requests[request].failure = why
        if hasBackups || limits.ejects { _ = dialer.noteMissed(backend, nil) }
      case .admitted(let number):
        let before = connections[number].output.count
        connections[number].output.append("flush_all ")
        connections[number].output.append(decimal: delay.magnitude)
        connections[number].output.append("\r\n")
        enqueue(
          Operation(request, .line, .forward), on: number, byteCount: connections[number].output.count - before)
      }
    }
    release(request)
  }

  // MARK: Storage commands

  mutating func store(
    _ header: StorageHeader, _ input: Span<UInt8>, _ line: ByteRange, _ consumed: inout Int, _ turn: inout Turn
  ) {
    let end = line.upperBound + header.valueCount
    if header.valueCount > limits.maxItemSize {
      consumed = line.upperBound
      answer(TextError.tooLarge.line, noreply: header.noreply, &turn)
      return swallow(header.valueCount + 2)
    }
    guard end + 2 <= input.count else { return beginStoring(header, input, line, &consumed, &turn) }
    consumed = end + 2
    guard input[end] == 0x0d, input[end + 1] == 0x0a else {
      return answer(TextError.badDataChunk.line, &turn)
    }
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    command.reserve(header.key.count + header.valueCount + TextRequestWriter.maxOverheadCount)
    let value = input.extracting(line.upperBound..<end)
    TextRequestWriter.writeStorage(
      header.verb, key: input.bytes(in: header.key), flags: header.flags, exptime: header.exptime, value: value,
      casUnique: header.casUnique, to: &command)
    store(command.bytes, StorageDraft(header))
  }

  /// The whole command is there.
  private mutating func store(_ command: Span<UInt8>, _ draft: StorageDraft) {
    let key = ByteRange(start: Int(draft.keyStart), count: Int(draft.keyCount))
    let route = router.route(command.bytes(in: key))
    let request = beginRequest(hasBackups ? .replicated : .single, noreply: draft.noreply)
    if draft.isGuarded, hasBackups {
      return writeGuarded(command, key: key, route, request, asksBackupFirst: draft.isAdd)
    }
    write(command, key: key, route, request, expected: draft.expected, draft.isRepeatable ? .repeatable : .derived)
  }

  private mutating func beginStoring(
    _ header: StorageHeader, _ input: Span<UInt8>, _ line: ByteRange, _ consumed: inout Int, _ turn: inout Turn
  ) {
    let buffer = bufferPool.take()
    let key = input.bytes(in: header.key)
    bufferPool.write(to: buffer, room: key.count + TextRequestWriter.maxOverheadCount) {
      TextRequestWriter.writeStorageLine(header, key: key, to: &$0)
    }
    beginStoring(StorageDraft(header), buffer, header.valueCount + 2)
    consumed = line.upperBound
    _ = continueStoring(input, &consumed, &turn)
  }

  mutating func beginStoring(_ draft: StorageDraft, _ buffer: UInt32, _ missing: Int) {
    if current == .none { current = clients.insert(ProxyClient()) }
    clients[current].draft = draft
    clients[current].storing = buffer
    clients[current].missing = missing
  }

  /// Takes what there is of the value. False where more is to come.
  mutating func continueStoring(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Bool {
    let buffer = clients[current].storing
    let count = min(clients[current].missing, input.count - consumed)
    if bufferPool.byteCount + count > limits.answerMemory { return refuseStoring(&turn) }
    bufferPool.append(input.extracting(consumed..<consumed + count), to: buffer)
    consumed += count
    clients[current].missing -= count
    if clients[current].missing > 0 { return false }
    clients[current].storing = .none
    endStoring(buffer, clients[current].draft, &turn)
    bufferPool.giveBack(buffer)
    return true
  }

  private mutating func endStoring(_ buffer: UInt32, _ draft: StorageDraft, _ turn: inout Turn) {
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    bufferPool.with(buffer) {
      command.reserve($0.count)
      command.append($0)
    }
    let count = command.count
    guard draft.kind == .binary || command.bytes[count - 2] == 0x0d && command.bytes[count - 1] == 0x0a else {
      return answer(TextError.badDataChunk.line, &turn)
    }
    switch draft.kind {
    case .text: store(command.bytes, draft)
    case .meta: executeStored(command.bytes, &turn)
    case .binary: forwardFrame(command.bytes, &turn)
    }
  }

  /// Too much waits already.
  private mutating func refuseStoring(_ turn: inout Turn) -> Bool {
    let client = clients[current]
    clients[current].storing = .none
    bufferPool.giveBack(client.storing)
    clients[current].swallow = client.missing
    if client.draft.kind == .binary {
      leave(&turn)
    } else {
      answer(TextError.outOfMemoryStoring.line, noreply: client.draft.noreply, &turn)
    }
    return true
  }
}

extension StorageDraft {
  init(_ header: StorageHeader) {
    let word = header.verb.word.utf8CodeUnitCount
    keyStart = Int32(word + 1)
    keyCount = UInt16(truncatingIfNeeded: header.key.count)
    noreply = header.noreply
    isRepeatable = header.verb == .set || header.verb == .replace
    isGuarded = header.verb == .add || header.verb == .cas
    isAdd = header.verb == .add
  }

  var expected: Operation.Expected { .line }
}

extension TextRequestWriter {
  /// The line of a storage command, without its value.
  static func writeStorageLine(_ header: StorageHeader, key: Span<UInt8>, to sink: inout ByteBuffer) {
    sink.append(header.verb.word)
    writeKey(key, to: &sink)
    TextResponse.writeSpaced(UInt64(header.flags), to: &sink)
    sink.append(header.exptime < 0 ? " -" : " ")
    sink.append(decimal: header.exptime.magnitude)
    TextResponse.writeSpaced(UInt64(header.valueCount), to: &sink)
    if header.verb == .cas { TextResponse.writeSpaced(header.casUnique, to: &sink) }
    TextResponse.writeNewline(to: &sink)
  }
}
