import ConnectionServer
import MemcacheProtocol
import Platform
import Transport

/// The login of the text protocol, see `LoginParser`.
extension LoginSession {
  /// Nil: it has logged in.
  mutating func processText(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause? {
    while true {
      if let pause = obstacle(input, consumed, &turn) { return pause }
      if let count = current.tokenCount {
        guard input.count - consumed >= count + Self.tokenEnd else { return .starved }
        switch take(LoginParser.token(input, from: consumed, count: count), input, &turn) {
        case .waits: return .blocked
        case .refused: finish(count, &consumed, &turn)
        case .accepted:
          finish(count, &consumed, &turn)
          turn.phase = Conversation.ready(.text).phase
          return nil
        }
      } else if let pause = readLine(input, &consumed, &turn) {
        return pause
      }
    }
  }

  private static let tokenEnd = 2

  private mutating func readLine(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause? {
    let start = consumed
    var isLogin = false
    switch LoginParser.parse(input, from: start) {
    case .incomplete: return .starved
    case .close: turn.isClosing = true
    case .refused(let error, let count):
      consumed += count
      turn.requests -= 1
      TextResponse.write(error, to: &turn.reply.bytes)
    case .login(let tokenCount, let count):
      consumed += count
      current.tokenCount = tokenCount
      isLogin = true
    }
    if isVerbose, consumed > start { log(input.extracting(start..<consumed), isLogin: isLogin, turn) }
    return nil
  }

  /// What is no login may be a password: behind a line with a mistake in it comes what was meant as the value.
  @inline(never)
  private func log(_ line: Span<UInt8>, isLogin: Bool, _ turn: borrowing Turn) {
    let log = ClientLog(turn.transport.socket, host.log)
    if isLogin { log.command(line) } else { log.told("a line of \(line.count) bytes before the login") }
  }

  private mutating func take(_ token: LoginToken, _ input: Span<UInt8>, _ turn: inout Turn) -> Verdict {
    switch token {
    case .refused(let error):
      TextResponse.write(error, to: &turn.reply.bytes)
      return .refused
    case .credentials(let user, let password):
      let verdict = judge(input.bytes(in: user), input.bytes(in: password), &turn)
      if verdict == .accepted { TextResponse.write(TextAnswer.stored, to: &turn.reply.bytes) }
      if verdict == .refused { TextResponse.write(TextError.authFailure, to: &turn.reply.bytes) }
      return verdict
    }
  }

  private mutating func finish(_ count: Int, _ consumed: inout Int, _ turn: inout Turn) {
    consumed += count + Self.tokenEnd
    current.tokenCount = nil
    turn.requests -= 1
  }
}
