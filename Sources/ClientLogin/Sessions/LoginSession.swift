import ConnectionServer
import MemcacheProtocol
import Platform
import Transport

/// Connections that have not logged in, with `-Y`: reads their logins and nothing else.
///
/// ```
///   input ──▶ LoginParser    set … ─▶ user, password ─┐                 ┌▶ accepted: ready for the protocol it began with
///        └──▶ BinaryParser   SASL PLAIN, with -S ─────┴─▶ Login ────────┼▶ refused: may try again
///             all else: refused                                         └▶ waits: looked at later (LoginThrottle)
/// ```
///
/// A worker has one and lends it to the connection that is awake, as it does its `TextSession` and its `BinarySession`; of those
/// two no connection is in hand until it has logged in, and what it sent behind its login is theirs. Neither the store nor any
/// statistic but those of logins is within reach here: nothing that is sent before the login changes or tells anything.
///
/// **Invariants.** A login that waits stays in the input, so who it is is not kept a second time. What is logged (`-vv`) is the
/// line or the opcode, never a token. **Bounds.** A token has 16 KB at most; nothing longer is received, nor waited for.
package struct LoginSession: ~Copyable {
  let host: LoginContext
  private let count: (LoginEvent) -> Void
  package internal(set) var current = UnfinishedLogin()
  /// Of all other connections of the worker that have begun something and not logged in.
  package internal(set) var unfinished = StableArray<UnfinishedLogin>()
  var waiters = LoginWaiters()

  /// Room that every answer finds.
  private static let answerRoom = 512

  /// - Parameter count: is told what comes of logins, on the worker's thread.
  package init(_ host: LoginContext, count: @escaping (LoginEvent) -> Void) {
    (self.host, self.count) = (host, count)
  }

  /// Commands are logged, `-vv`.
  var isVerbose: Bool { host.verbosity() > 1 }

  // MARK: Processing

  /// As `ProtocolSession.process`; nil: the connection has logged in, and the rest of the input is its protocol's.
  package mutating func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause? {
    let pause: Pause?
    if case .authenticating(.text) = Conversation(phase: turn.phase) {
      pause = processText(input, &consumed, &turn)
    } else {
      pause = processFrames(input, &consumed, &turn)
    }
    if !current.isNothing { turn.isUnfinished = true }
    return pause
  }

  /// What keeps a connection from having its next request read, if anything.
  func obstacle(_ input: Span<UInt8>, _ consumed: Int, _ turn: inout Turn) -> Pause? {
    if turn.isBroken || turn.isClosing { return .closing }
    if consumed == input.count { return .starved }
    if turn.requests <= 0 { return .yielded }
    if turn.reply.bytes.space >= Self.answerRoom || makeRoom(&turn) { return nil }
    return turn.isBroken ? .closing : .blocked
  }

  private func makeRoom(_ turn: inout Turn) -> Bool {
    if flush(&turn) { return true }
    if turn.isBroken { return false }
    turn.reply.bytes.compact()
    return turn.reply.bytes.space >= Self.answerRoom
  }

  // MARK: Judging

  enum Verdict {
    case accepted, refused
    /// The session's answer is `blocked`: the connection waits for its time.
    case waits
  }

  /// A client has said who it is. It is counted, and told to the log, when it is looked at.
  mutating func judge(_ user: Span<UInt8>, _ password: Span<UInt8>, _ turn: inout Turn) -> Verdict {
    guard let login = host.login else { return .refused }
    let now = host.monotonicNanoseconds()
    let client = try? Socket.peerAddress(turn.transport.socket)
    let outcome: Login.Outcome
    if let due = current.waitsUntil {
      giveTicketBack()
      if now < due { return wait(until: due, &turn) }
      current.waitsUntil = nil
      outcome = login.judge(user, password, from: LoginOrigin(client), now: now)
    } else {
      outcome = login.attempt(user, password, from: LoginOrigin(client), now: now)
    }
    switch outcome {
    case .waits(let delay): return wait(until: now + delay, &turn)
    case .accepted: count(.attempt)
    case .refused(let isFirst):
      countFailure()
      if isFirst, host.verbosity() > 0 { host.log("login: refused \(client?.host ?? "a client that has gone")") }
    }
    return outcome == .accepted ? .accepted : .refused
  }

  /// It may have been woken by something else than its time.
  private mutating func giveTicketBack() {
    guard let ticket = current.ticket else { return }
    waiters.remove(ticket)
    current.ticket = nil
  }

  func countFailure() {
    count(.attempt)
    count(.failure)
  }

  private mutating func wait(until due: UInt64, _ turn: inout Turn) -> Verdict {
    current.waitsUntil = due
    _ = flush(&turn)
    turn.isHeld = true
    return .waits
  }

  // MARK: Between two turns

  /// See `ProtocolSession`.
  package func flush(_ turn: inout Turn) -> Bool {
    var none = NoSegments()
    let isDone = turn.send(&none)
    turn.isUnfinished = !current.isNothing
    return isDone
  }

  package mutating func suspend() -> UInt32 {
    defer { current = UnfinishedLogin() }
    return unfinished.insert(current)
  }

  package mutating func resume(_ state: UInt32, _ turn: inout Turn) {
    current = unfinished.remove(state)
    turn.isUnfinished = !current.isNothing
  }

  package mutating func abandon(_ turn: inout Turn) {
    var none = NoSegments()
    turn.reply.clear(releasing: &none)
    giveTicketBack()
    current = UnfinishedLogin()
  }
}

/// Answers are written straight into the worker's reply buffer, here and by what is served behind the login.
extension ByteBuffer: ByteSink {}
