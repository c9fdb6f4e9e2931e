import ConnectionServer
import MemcacheProtocol
import Platform

/// The binary protocol. Frames go to the servers as they are, on connections of their own, but for two things: a quiet command is
/// sent as its plain one, so that each is answered, and what it does not want answered is left out here; and commands that concern
/// no key are answered here, or sent to all.
extension ProxyState {
  mutating func executeFrame(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) {
    switch BinaryParser.parse(input, from: consumed) {
    case .incomplete: return
    case .close: leave(&turn)
    case .request(let request):
      let start = consumed
      let whole = BinaryHeader.count + request.header.bodyCount
      if case .refused = request.command { return leave(&turn) }
      if whole > limits.maxItemSize + BinaryResponse.maxCount {
        consumed = request.next
        answer(BinaryStatus.tooLarge, request.header, &turn)
        return swallow(request.valueCount)
      }
      guard start + whole <= input.count else { return beginFrame(input, &consumed, whole, &turn) }
      consumed += whole
      forwardFrame(input.extracting(start..<start + whole), &turn)
    }
  }

  private mutating func beginFrame(_ input: Span<UInt8>, _ consumed: inout Int, _ whole: Int, _ turn: inout Turn) {
    // One that has room in the buffer is waited for there.
    if whole <= 32 << 10 { return }
    var draft = StorageDraft()
    draft.kind = .binary
    beginStoring(draft, bufferPool.take(), whole)
    _ = continueStoring(input, &consumed, &turn)
  }

  /// A whole frame.
  mutating func forwardFrame(_ frame: Span<UInt8>, _ turn: inout Turn) {
    guard case .request(let request) = BinaryParser.parse(frame) else { return leave(&turn) }
    switch request.command {
    case .retrieve, .store, .extend, .delete, .arithmetic: forwardFrame(request, frame)
    case .noop: answer(BinaryStatus.success, request.header, &turn)
    case .version: answerVersion(request.header, &turn)
    case .quit:
      if !request.isQuiet { answer(BinaryStatus.success, request.header, &turn) }
      leave(&turn)
    case .flush(let delay): flushByFrame(delay, request)
    case .verbosity: answer(BinaryStatus.success, request.header, &turn)
    case .stat: answerStatistics(request, &turn)
    default: answer(BinaryStatus.unknownCommand, request.header, &turn)
    }
  }

  private mutating func forwardFrame(_ request: BinaryRequest, _ frame: Span<UInt8>) {
    let route = router.route(frame.bytes(in: request.key))
    var isRead = false
    if case .retrieve(let retrieval) = request.command { isRead = retrieval.exptime == nil }
    let number = beginRequest(hasBackups && !isRead ? .replicated : .binary)
    requests[number].opcode = request.header.opcode
    requests[number].opaque = request.header.opaque
    requests[number].silence = Self.silence(of: request)
    requests[number].isBinary = true
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    command.reserve(frame.count)
    command.append(frame[0])
    command.append(Self.plain(request.header.opcode))
    command.append(frame.extracting(2...))
    if isRead {
      read(command.bytes, request.key, route, number, expected: .frame)
    } else {
      write(command.bytes, key: request.key, route, number, expected: .frame, Self.kind(of: request))
    }
  }

  private static func kind(of request: BinaryRequest) -> WriteKind {
    if request.header.cas != 0 { return .derived }
    switch request.command {
    case .store(let verb, _, _): return verb == .add ? .creating : .repeatable
    case .delete, .retrieve: return .repeatable
    case .arithmetic: return .creating
    default: return .derived
    }
  }

  private static func silence(of request: BinaryRequest) -> PendingRequest.Silence {
    guard request.isQuiet else { return .nothing }
    if case .retrieve = request.command { return .miss }
    return .success
  }

  /// The command that says the same and is always answered.
  private static func plain(_ opcode: UInt8) -> UInt8 {
    guard let command = BinaryOpcode(rawValue: opcode) else { return opcode }
    switch command {
    case .getQuietly: return BinaryOpcode.get.rawValue
    case .getWithKeyQuietly: return BinaryOpcode.getWithKey.rawValue
    case .getAndTouchQuietly: return BinaryOpcode.getAndTouch.rawValue
    case .getAndTouchWithKeyQuietly: return BinaryOpcode.getAndTouchWithKey.rawValue
    // setq to decrementq follow each other as set to decrement do.
    case .setQuietly, .addQuietly, .replaceQuietly, .deleteQuietly, .incrementQuietly, .decrementQuietly:
      return opcode - BinaryOpcode.setQuietly.rawValue + BinaryOpcode.set.rawValue
    case .appendQuietly: return BinaryOpcode.append.rawValue
    case .prependQuietly: return BinaryOpcode.prepend.rawValue
    default: return opcode
    }
  }

  /// On every server, in the text protocol, which all speak.
  private mutating func flushByFrame(_ delay: UInt32, _ request: BinaryRequest) {
    let number = beginRequest(.everywhere)
    requests[number].isBinary = true
    requests[number].opcode = request.header.opcode
    requests[number].opaque = request.header.opaque
    requests[number].silence = request.isQuiet ? .success : .nothing
    flushAll(Int64(delay), for: number)
  }

  // MARK: Answers

  mutating func takeFrame(_ number: UInt32, _ place: UInt32, at position: Int) -> Taken {
    guard received.bytes[position] == BinaryHeader.answerMagic else { return .malformed }
    guard let header = BinaryParser.header(of: received.bytes.extracting(position...)) else {
      return .incomplete(BinaryHeader.count)
    }
    let operation = operations[place]
    guard header.leadCount <= header.bodyCount, header.opcode == connections[number].byte(at: 1) else {
      return .malformed
    }
    let whole = BinaryHeader.count + header.bodyCount
    guard position + whole <= received.count else { return .incomplete(whole) }
    let status = UInt16(received.bytes[position + 6]) << 8 | UInt16(received.bytes[position + 7])
    if operation.request == .none { return .whole(whole) }
    if operation.role == .forward, requests[operation.request].form == .binary {
      takeReadFrame(number, operation, status, position, whole)
    } else {
      note(Self.rank(status), number, place, position, whole)
    }
    return .whole(whole)
  }

  private mutating func takeReadFrame(
    _ number: UInt32, _ operation: Operation, _ status: UInt16, _ position: Int, _ count: Int
  ) {
    let isMiss = status == BinaryStatus.notFound.rawValue
    if isMiss || status != 0, asksBackups, askOtherByFrame(number, operation) {
      return
    }
    counters.add(isMiss ? .getMisses : status == 0 ? .getHits : .getErrors)
    bufferReceived(position, count, operation.request)
  }

  private mutating func askOtherByFrame(_ number: UInt32, _ operation: Operation) -> Bool {
    guard askBackup(number, operation, Operation(operation.request, .frame, .forward)) else { return false }
    // What it has goes back to the main by the text protocol, where the key has a name there.
    copyBack(number, operation)
    return true
  }

  private static func rank(_ status: UInt16) -> PendingRequest.Rank {
    switch BinaryStatus(rawValue: status) {
    case .success: .success
    case .notFound, .exists, .notStored: .miss
    default: .mainError
    }
  }

  /// The answer of a request of the binary protocol gets the opcode that was asked, or is left out.
  mutating func concludeBinary(_ request: UInt32) {
    let state = requests[request]
    if state.place == .nowhere {
      let status = state.failure == .nothing && state.form == .everywhere ? BinaryStatus.success : .refusedByPeer
      if status == .success, state.silence == .success { return }
      return buffer(status, BinaryHeader(state.opcode, opaque: state.opaque, cas: 0), request)
    }
    if state.form == .everywhere {
      clearAnswer(request)
      return buffer(BinaryStatus.outOfMemory, BinaryHeader(state.opcode, opaque: state.opaque, cas: 0), request)
    }
    let status = bufferPool.with(state.buffer) { UInt16($0[6]) << 8 | UInt16($0[7]) }
    let isMiss = status == BinaryStatus.notFound.rawValue
    if state.silence == .miss && isMiss || state.silence == .success && status == 0 { return clearAnswer(request) }
    bufferPool.set(state.opcode, at: 1, of: state.buffer)
  }

  private mutating func buffer(_ status: BinaryStatus, _ header: BinaryHeader, _ request: UInt32) {
    prepareBuffer(request)
    bufferPool.write(to: requests[request].buffer, room: BinaryResponse.maxCount) {
      BinaryResponse.write(status, header, to: &$0)
    }
  }

  mutating func answer(_ status: BinaryStatus, _ header: BinaryHeader, _ turn: inout Turn) {
    answer(room: BinaryResponse.maxCount, &turn) { BinaryResponse.write(status, header, to: &$0) }
  }

  private mutating func answerVersion(_ header: BinaryHeader, _ turn: inout Turn) {
    answer(room: BinaryResponse.maxCount, &turn) { BinaryResponse.write(ProxySettings.version, header, to: &$0) }
  }

  /// An answer that needs nobody, behind those that are under way.
  mutating func answer(room: Int, _ turn: inout Turn, _ body: (inout ByteBuffer) -> Void) {
    if !isWaiting {
      turn.reply.bytes.reserve(room)
      return body(&turn.reply.bytes)
    }
    let request = beginRequest(.single)
    prepareBuffer(request)
    bufferPool.write(to: requests[request].buffer, room: room, body)
    requests[request].isDone = true
  }
}

extension Span where Element == UInt8 {
  /// It can stand in a line.
  var isTextKey: Bool {
    for index in indices where self[index] <= 0x20 || self[index] == 0x7f { return false }
    return !isEmpty
  }
}
