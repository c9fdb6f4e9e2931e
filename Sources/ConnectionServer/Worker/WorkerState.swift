import EventLoop
import Platform
import SystemPackage
import Transport

/// All that a worker thread owns but its session: its connections and its buffers. Changed in place, by that thread alone.
///
/// One turn of a connection:
///
/// ```
///   restore ─▶ what it left unfinished comes back to the worker's buffers and to the session
///   serve   ─▶ receive → process → (receive again only if there may be more) → flush
///              a small reply is deferred instead, and sent at the end of the pass: see ReplyBatch
///   settle  ─▶ nothing left: it is idle again, and holds nothing
///              else: it is suspended; its socket waits for input, or for room, or for its next turn
/// ```
///
/// **Invariants.** Between two turns the buffers are empty but for what is deferred. A connection whose reply waits is not
/// read from: what it may cost is bounded by the two buffers and what its session keeps. A connection is woken only when no
/// reply of its own is deferred, and a suspended one only when nobody's is.
struct WorkerState: ~Copyable {
  var turn = Turn()
  var connections = StableArray<Connection>()
  var suspended = StableArray<SuspendedConnection>()
  /// Datagrams whose replies wait.
  var datagrams = StableArray<WaitingDatagram>()
  var input = ByteBuffer(capacity: Self.inputCapacity)
  /// Connections that had their turn and have more input at hand.
  var yielded: [UInt32] = []
  var batch = ReplyBatch()
  /// Clients that have come and wait to be adopted, and connections that wait to be closed.
  var accepted = Backlog<Transport>()
  var closing = Backlog<UInt32>()
  /// One of the two is not empty: one look at the end of each pass.
  var hasConnectionsWaiting = false
  /// The session has looked at what changes only between requests.
  var isUpToDate = false
  /// The session's clock, as it was then.
  var seconds: UInt32 = 0
  /// TLS channels, by the token of their connection.
  var channels = ChannelTable()
  let counters: ConnectionCounters
  /// What each connection may do in one turn; `-R`.
  let requestsPerTurn: Int

  static let inputCapacity = 64 << 10
  /// A value of which more than this is missing is received straight to its place.
  private static let directReceive = 16 << 10

  init(counters: ConnectionCounters, requestsPerTurn: Int) {
    self.counters = counters
    self.requestsPerTurn = max(1, requestsPerTurn)
  }

  /// What becomes of a connection after its turn.
  enum Disposition {
    /// Idle as soon as its reply, which is deferred, is sent.
    case batched
    case idle, waitsForRoom, waitsForTurn, isHeld, waitsForReply, watches, closes

    var isIdle: Bool { self == .batched || self == .idle }
  }

  /// Serves a connection whose socket is ready, or whose turn has come again, and has begun.
  ///
  /// - Parameter goesOn: there is something that an earlier turn has left.
  mutating func wake(
    _ token: UInt32, _ readiness: Readiness, goesOn: Bool, _ session: any ProtocolSession
  ) -> Disposition {
    if goesOn { restore(token, session) }
    let disposition = serve(readable: readiness.contains(.readable), goesOn, session)
    switch disposition {
    case .batched: addToBatch(token)
    case .closes:
      if turn.isBroken { noteFailure(session) }
      session.abandon(&turn)
      input.clear()
    default: settle(token, session)
    }
    if turn.sentBytes > 0 { countSent() }
    return disposition
  }

  private mutating func serve(readable: Bool, _ goesOn: Bool, _ session: any ProtocolSession) -> Disposition {
    var mayHaveMore = readable || turn.transport.hasBufferedInput
    var pause = Pause.starved
    if goesOn {
      if !session.flush(&turn) { return unsent }
      if turn.isEnding { return .closes }
      pause = process(session)
      // What its client sends after it has read what it waited for may rest on what others did meanwhile.
      if mayHaveMore { seconds = session.beginPass() }
    }
    while true {
      switch pause {
      case .closing: return end(session)
      case .blocked: return unsent
      case .deferred: return finish(.waitsForReply, session)
      case .yielded:
        counters.add(.yields)
        return finish(.waitsForTurn, session)
      case .watching: return watch(mayHaveMore, session)
      case .starved:
        guard mayHaveMore, turn.requests > 0, turn.allowance > 0 else { return rest(session) }
        switch receive(session) {
        case .more: mayHaveMore = true
        // A transport that holds input back holds none now: it had room for all.
        case .all: mayHaveMore = false
        case .none: return rest(session)
        case .ended: return end(session)
        }
      }
      pause = process(session)
    }
  }

  /// Takes what its client sends, which is dropped, or notices that it has left.
  @inline(never)
  private mutating func watch(_ mayHaveMore: Bool, _ session: any ProtocolSession) -> Disposition {
    var mayHaveMore = mayHaveMore
    while mayHaveMore, turn.allowance > 0 {
      switch receive(session) {
      case .more: break
      case .all, .none: mayHaveMore = turn.transport.hasBufferedInput
      case .ended: return end(session)
      }
      switch process(session) {
      case .closing: return end(session)
      case .blocked: return unsent
      default: break
      }
    }
    return finish(turn.transport.hasBufferedInput ? .waitsForTurn : .watches, session)
  }

  mutating func process(_ session: any ProtocolSession) -> Pause {
    Self.process(&turn, &input, session)
  }

  /// Turn and input apart: the turn changes while the input is read.
  private static func process(_ turn: inout Turn, _ input: inout ByteBuffer, _ session: any ProtocolSession) -> Pause {
    var consumed = 0
    turn.isInputFull = input.count == input.capacity
    if turn.isUnfinished { turn.beginProcessing() }
    let pause = session.process(input.bytes, consumed: &consumed, &turn)
    turn.isNew = false
    input.consume(consumed)
    if input.isEmpty { input.clear() }
    return pause
  }

  private mutating func finish(_ disposition: Disposition, _ session: any ProtocolSession) -> Disposition {
    session.flush(&turn) ? disposition : unsent
  }

  /// All that came is answered. What is still in the socket wakes the worker again; what the transport holds does not, and
  /// the worker looks at that.
  private mutating func rest(_ session: any ProtocolSession) -> Disposition {
    return input.isEmpty && turn.hasReplyForBatch ? .batched : finish(.idle, session)
  }

  /// What a connection does whose reply cannot all be sent now.
  var unsent: Disposition {
    if turn.isBroken { return .closes }
    return turn.isHeld ? .isHeld : .waitsForRoom
  }

  /// Nothing more will come, or is wanted: closes when the reply is out.
  private mutating func end(_ session: any ProtocolSession) -> Disposition {
    turn.isEnding = true
    if turn.isBroken || session.flush(&turn) || turn.isBroken { return .closes }
    input.clear()
    return unsent
  }

  private enum Receipt {
    /// The buffer was filled: there may be more.
    case more
    case all
    case none
    case ended
  }

  private mutating func receive(_ session: any ProtocolSession) -> Receipt {
    if input.isEmpty, turn.missingBytes > Self.directReceive { return receiveDirectly(session) }
    if input.space < input.capacity / 2 { input.compact() }
    let space = input.space
    switch turn.transport.receive(into: &input) {
    case .bytes(let count):
      noteReceived(count)
      return count == space ? .more : .all
    case .wouldBlock: return .none
    case .closed: return .ended
    case .failed: return noteFailure(session)
    }
  }

  /// The socket is of no more use, and not because the client has closed it.
  @inline(never) @discardableResult
  private func noteFailure(_ session: any ProtocolSession) -> Receipt {
    session.willClose(turn.transport.socket, for: .failed)
    return .ended
  }

  private mutating func receiveDirectly(_ session: any ProtocolSession) -> Receipt {
    switch session.receiveDirectly(&turn) {
    case .bytes(let count):
      noteReceived(count)
      return .more
    case .wouldBlock: return .none
    case .closed: return .ended
    case .failed: return noteFailure(session)
    case nil: return .more
    }
  }

  private mutating func noteReceived(_ count: Int) {
    turn.noteReceived(count)
    counters.add(.bytesRead, count)
  }

  @inline(never)
  mutating func countSent() {
    counters.add(.bytesWritten, turn.sentBytes)
    turn.sentBytes = 0
  }

  /// A connection's turn begins. Whether it was idle.
  @inline(__always)
  mutating func begin(_ token: UInt32) -> Bool {
    let (transport, phase, wasIdle) = connections[token].begin(at: seconds)
    turn.begin(transport, phase: phase, requests: requestsPerTurn)
    return wasIdle
  }
}
