import Platform
import SystemPackage

/// One datagram, from its body in the input buffer to its answers.
///
/// ```
///   receive ─▶ begin ─▶ ┌ process one request ─▶ its answer is whole ─▶ flush: 1, 2, 3 … datagrams ┐ ─▶ end
///                       └──────────────── there is more in the datagram ◀──────────────────────────┘
///                                │                        │                      │
///                  wants more input: dropped    too large: refused, end    waits: kept, as a suspended connection is
/// ```
///
/// A datagram is a connection that lives as long as its requests are served; each of them is answered by a message of its
/// own. What is not whole in it is dropped without an answer: the next datagram may be anybody's.
extension WorkerState {
  /// Datagrams whose replies may wait at once; beyond, no more are received until one has gone.
  static let maxWaitingDatagrams = 64

  /// The next datagram, its body in the input. Nil where there is none.
  mutating func receiveDatagram(from socket: FileDescriptor, port: UInt16, replyLimit: Int) -> ReceivedRequest? {
    guard case .datagram(let count, let sender) = input.receiveDatagram(from: socket) else { return nil }
    let frame = DatagramFrame(input.bytes)
    if frame != nil { counters.add(.bytesRead, count) }
    guard let frame, frame.isWholeRequest, let sender, sender.port != port else {
      input.clear()
      return .dropped
    }
    input.consume(DatagramFrame.byteCount)
    return .request(
      DatagramReply(socket: socket, client: sender, request: frame.request, datagramsLeft: replyLimit))
  }

  enum ReceivedRequest {
    /// It is none: what two servers answer each other, sent to the one in the other's name, would never end, so what comes
    /// from the port that is listened on is none either.
    case dropped
    case request(DatagramReply)
  }

  /// What becomes of a datagram.
  enum DatagramEnd: Equatable {
    case done
    /// Its reply waits there, for something else than another thread, or to be made by one.
    case isHeld(UInt32)
    case waitsForReply(UInt32)
  }

  mutating func serve(_ datagram: DatagramReply, _ session: any ProtocolSession) -> DatagramEnd {
    turn.begin(datagram, phase: 0)
    return end(serveRequests(session), session)
  }

  /// What its reply has waited for is there.
  mutating func resumeDatagram(_ number: UInt32, _ session: any ProtocolSession) -> DatagramEnd {
    restoreDatagram(number, session)
    if !sendAnswer(session) { return end(unsent, session) }
    return end(turn.isClosing ? .closes : serveRequests(session), session)
  }

  /// The worker ends.
  mutating func abandonDatagrams(_ session: any ProtocolSession) {
    var numbers: [UInt32] = []
    datagrams.forEachIndex { numbers.append($0) }
    for number in numbers {
      restoreDatagram(number, session)
      _ = end(.closes, session)
    }
  }

  /// The reply that a datagram waits for, if it still does.
  mutating func put(_ text: String, atDatagram number: UInt32) -> Bool {
    guard datagrams.isOccupied(number), datagrams[number].rest.isAwaitingReply else { return false }
    datagrams[number].rest.putReply(text)
    return true
  }

  // MARK: Requests

  private mutating func serveRequests(_ session: any ProtocolSession) -> Disposition {
    while true {
      turn.requests = 1
      Self.noteRequest(&turn, &input)
      switch process(session) {
      case .starved where session.isAwaitingInput(turn): return .closes
      case .starved, .closing, .watching: return sendAnswer(session) ? .closes : unsent
      case .deferred: return sendAnswer(session) ? .waitsForReply : unsent
      case .blocked:
        refuse(session)
        return sendAnswer(session) ? .closes : unsent
      case .yielded:
        if !sendAnswer(session) { return unsent }
        if turn.isClosing { return .closes }
      }
    }
  }

  /// Turn and input apart, as in `process`.
  private static func noteRequest(_ turn: inout Turn, _ input: inout ByteBuffer) { turn.datagram?.begin(input.bytes) }

  /// False where it waits.
  private mutating func sendAnswer(_ session: any ProtocolSession) -> Bool {
    if turn.reply.isEmpty { return true }
    if !turn.isClosing, turn.datagram?.hasRoom(for: turn.reply.byteCount) == false { refuse(session) }
    session.willSendReplies()
    turn.datagram?.isWhole = true
    defer { turn.datagram?.isWhole = false }
    return session.flush(&turn)
  }

  /// Nothing that stands behind this request is executed: it could not be answered either.
  private mutating func refuse(_ session: any ProtocolSession) {
    session.abandon(&turn)
    turn.isClosing = true
    guard let datagram = turn.datagram else { return }
    let beginning = datagram.beginning
    session.refuseReply(to: beginning.span.extracting(first: datagram.beginningCount), &turn)
  }

  // MARK: Between

  private mutating func end(_ disposition: Disposition, _ session: any ProtocolSession) -> DatagramEnd {
    defer {
      input.clear()
      turn.datagram = nil
      if turn.sentBytes > 0 { countSent() }
      shrinkReply()
    }
    if disposition == .isHeld || disposition == .waitsForReply, let number = keepDatagram(session) {
      datagrams[number].rest.isAwaitingReply = disposition == .waitsForReply
      return disposition == .isHeld ? .isHeld(number) : .waitsForReply(number)
    }
    session.abandon(&turn)
    return .done
  }

  private mutating func keepDatagram(_ session: any ProtocolSession) -> UInt32? {
    guard let datagram = turn.datagram else { return nil }
    var rest = SuspendedConnection()
    if !input.isEmpty { rest.input = Self.keep(&input, capacity: Self.inputCapacity) }
    if !turn.reply.bytes.isEmpty { rest.reply = Self.keep(&turn.reply.bytes, capacity: ReplyBuffer.capacity) }
    rest.session = session.suspend(&turn)
    rest.segments = turn.reply.takeSegments()
    return datagrams.insert(WaitingDatagram(rest: rest, reply: datagram, phase: turn.phase))
  }

  private mutating func restoreDatagram(_ number: UInt32, _ session: any ProtocolSession) {
    var waiting = datagrams.remove(number)
    turn.begin(waiting.reply, phase: waiting.phase)
    if let bytes = waiting.rest.input.take() { Self.restore(bytes, to: &input) }
    if let bytes = waiting.rest.reply.take() { Self.restore(bytes, to: &turn.reply.bytes) }
    turn.reply.restore(waiting.rest.segments)
    session.resume(waiting.rest.session, &turn)
  }
}
