import ConnectionServer
import MemcacheProtocol
import Platform
import Transport

/// The login of the binary protocol: SASL with the mechanism PLAIN, with `-S`. Without that nobody logs in here, and every frame
/// is refused. As with memcached the version is told to anybody, for clients ask for it first.
extension LoginSession {
  /// Nil: it has logged in.
  mutating func processFrames(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause? {
    while true {
      drop(input, &consumed)
      if current.isRefused, current.swallow == 0 { turn.isClosing = true }
      if let pause = obstacle(input, consumed, &turn) { return pause }
      guard host.login?.acceptsSASL == true else {
        guard let header = BinaryParser.header(of: input.extracting(consumed...)) else { return .starved }
        refuse(header, .notAllowed, dropping: BinaryHeader.count + header.bodyCount, &turn)
        continue
      }
      switch BinaryParser.parse(input, from: consumed) {
      case .incomplete: return .starved
      case .close: turn.isClosing = true
      case .request(let request):
        switch take(request, input, &consumed, &turn) {
        case .done: turn.requests -= 1
        case .starved: return .starved
        case .waits: return .blocked
        case .accepted: return nil
        }
      }
    }
  }

  private mutating func drop(_ input: Span<UInt8>, _ consumed: inout Int) {
    let dropped = min(current.swallow, input.count - consumed)
    current.swallow -= dropped
    consumed += dropped
  }

  /// As memcached does: whoever may not is told so, whatever is wrong with his request beside that, unless nobody could tell
  /// where it ends; and who may is told what is wrong.
  private mutating func refuse(_ request: BinaryRequest, end: Int, _ turn: inout Turn) {
    let header = request.header
    if header.leadCount > header.bodyCount { return refuse(header, .unknownCommand, dropping: 0, &turn) }
    if header.bodyCount > BinaryParser.maxBodyCount { return refuse(header, .invalidArguments, dropping: 0, &turn) }
    var status = BinaryStatus.notAllowed
    if case .refused(let fault, _) = request.command, Self.open.contains(header.opcode) { status = fault }
    refuse(header, status, dropping: end - request.next, &turn)
  }

  /// Of all others nobody is told how they should look.
  private static let open = [
    BinaryOpcode.version, .listMechanisms, .authenticate, .authenticateStep,
  ].map(\.rawValue)

  /// Answered for the last time. What belongs to the frame is still received, or the answer could be lost.
  private mutating func refuse(
    _ header: BinaryHeader, _ status: BinaryStatus, dropping count: Int, _ turn: inout Turn
  ) {
    BinaryResponse.write(status, header, to: &turn.reply.bytes)
    current.swallow = count
    current.isRefused = true
  }

  // MARK: Requests

  private enum Progress {
    case done, starved, waits, accepted
  }

  private mutating func take(
    _ request: BinaryRequest, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn
  ) -> Progress {
    if case .authenticate(let isStep) = request.command {
      return authenticate(request, isStep: isStep, input, &consumed, &turn)
    }
    if isVerbose { log(request, input, turn) }
    let end = consumed + BinaryHeader.count + request.header.bodyCount
    consumed = request.next
    switch request.command {
    case .version: BinaryResponse.write(host.version, request.header, to: &turn.reply.bytes)
    case .listMechanisms: BinaryResponse.write(PlainCredentials.name, request.header, to: &turn.reply.bytes)
    default: refuse(request, end: end, &turn)
    }
    return .done
  }

  @inline(never)
  private func log(_ request: BinaryRequest, _ input: Span<UInt8>, _ turn: borrowing Turn) {
    ClientLog(turn.transport.socket, host.log)
      .frame(request.header.opcode, key: input.bytes(in: request.key))
  }

  // MARK: The login

  /// No mechanism has a longer name.
  private static let maxNameCount = 32

  private mutating func authenticate(
    _ request: BinaryRequest, isStep: Bool, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn
  ) -> Progress {
    let count = request.valueCount
    let isTooLong = count > LoginParser.maxTokenCount
    if !isTooLong, input.count - request.next < count { return .starved }
    if request.key.count > Self.maxNameCount || isTooLong {
      consumed = request.next
      current.swallow = count
      BinaryResponse.write(.invalidArguments, request.header, to: &turn.reply.bytes)
      return .done
    }
    let verdict = verdict(request, isStep: isStep, input, &turn)
    if verdict == .waits { return .waits }
    if isVerbose { log(request, input, turn) }
    consumed = request.next + count
    return answer(verdict, request, &turn)
  }

  /// Nil: the client has to go on.
  private mutating func verdict(
    _ request: BinaryRequest, isStep: Bool, _ input: Span<UInt8>, _ turn: inout Turn
  ) -> Verdict? {
    let hasBegun = Conversation(phase: turn.phase) == .authenticating(.binaryStep)
    guard isPlain(input.bytes(in: request.key)), !isStep || hasBegun else { return fail() }
    if !isStep, request.valueCount == 0 { return nil }
    let said = PlainCredentials(input, from: request.next, count: request.valueCount)
    guard let said else { return fail() }
    return judge(input.bytes(in: said.user), input.bytes(in: said.password), &turn)
  }

  /// There was nothing to compare, so nothing was guessed.
  private func fail() -> Verdict {
    countFailure()
    return .refused
  }

  private mutating func answer(_ verdict: Verdict?, _ request: BinaryRequest, _ turn: inout Turn) -> Progress {
    turn.phase = Conversation.authenticating(verdict == nil ? .binaryStep : .binary).phase
    switch verdict {
    case nil: BinaryResponse.write(.loginGoesOn, request.header, to: &turn.reply.bytes)
    case .refused, .waits: BinaryResponse.write(.notAllowed, request.header, to: &turn.reply.bytes)
    case .accepted:
      BinaryResponse.write("Authenticated", request.header, to: &turn.reply.bytes)
      turn.phase = Conversation.ready(.binary).phase
      turn.requests -= 1
      return .accepted
    }
    return .done
  }

  private func isPlain(_ name: Span<UInt8>) -> Bool {
    let plain: StaticString = PlainCredentials.name
    return String(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self) == plain.description
  }
}
