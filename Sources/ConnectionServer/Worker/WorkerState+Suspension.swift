import EventLoop
import Platform
import Transport

/// What a connection leaves unfinished, how it comes back, and what becomes of it at the end.
extension WorkerState {
  private static let endlessAllowance = 1 << 40
  /// Buffers of what a client sent too late.
  private static let maxDropped = 16

  mutating func restore(_ token: UInt32, _ session: any ProtocolSession) {
    guard let place = connections[token].suspension else { return }
    connections[token].endSuspension(isSealed: !turn.transport.isPlain)
    var rest = suspended.remove(place)
    if let bytes = rest.input.take() { Self.restore(bytes, to: &input) }
    if let bytes = rest.reply.take() { Self.restore(bytes, to: &turn.reply.bytes) }
    turn.reply.restore(rest.segments)
    turn.isEnding = rest.isEnding
    turn.isAwaitingReply = rest.isAwaitingReply
    session.resume(rest.session, &turn)
  }

  /// A small rest is copied into the worker's large buffer; a large one is such a buffer, and comes back as a whole.
  static func restore(_ rest: consuming ByteBuffer, to buffer: inout ByteBuffer) {
    if rest.capacity >= buffer.capacity {
      buffer = rest
    } else {
      buffer.append(rest.bytes)
    }
  }

  mutating func settle(_ token: UInt32, _ session: any ProtocolSession) {
    connections[token].phase = turn.phase
    var rest = SuspendedConnection()
    if !input.isEmpty { rest.input = Self.keep(&input, capacity: Self.inputCapacity) }
    let isUnsent = !turn.reply.isEmpty
    if !turn.reply.bytes.isEmpty { rest.reply = Self.keep(&turn.reply.bytes, capacity: ReplyBuffer.capacity) }
    shrinkReply()
    if rest.input == nil, !isUnsent, !turn.isUnfinished, !turn.isEnding { return }
    rest.session = session.suspend(&turn)
    rest.segments = turn.reply.takeSegments()
    rest.isEnding = turn.isEnding
    connections[token].suspend(at: suspended.insert(rest))
  }

  /// A reply that outgrew the buffer has gone.
  mutating func shrinkReply() {
    if turn.reply.bytes.capacity > ReplyBuffer.capacity { turn.reply.bytes.resize(toCapacity: ReplyBuffer.capacity) }
  }

  /// Up to an eighth of a buffer is worth copying to let the buffer stay. It must stay while anything is deferred in it.
  static func keep(_ buffer: inout ByteBuffer, capacity: Int) -> ByteBuffer {
    let isCopied = buffer.count <= capacity / 8 || buffer.deferredCount > 0
    var kept = ByteBuffer(capacity: isCopied ? buffer.count : capacity)
    if isCopied {
      kept.append(buffer.bytes)
      buffer.clear()
    } else {
      swap(&kept, &buffer)
    }
    if buffer.capacity > capacity { buffer.resize(toCapacity: capacity) }
    return kept
  }

  /// Whether this is still the connection that was suspended there.
  func holds(_ place: SuspendedPlace) -> Bool {
    if place.isDatagram { return datagrams.isOccupied(place.place) }
    return connections.isOccupied(place.token) && connections[place.token].suspension == place.place
  }

  /// The worker ends: answers what was read, as far as the socket takes it at once.
  mutating func finish(_ token: UInt32, _ session: any ProtocolSession) {
    beginUnfinished(token)
    restore(token, session)
    turn.allowance = Self.endlessAllowance
    turn.requests = .max
    if session.flush(&turn), !turn.isEnding, !turn.isAwaitingReply {
      _ = process(session)
      _ = session.flush(&turn)
    }
    countSent()
    session.abandon(&turn)
    dropUnread()
  }

  /// A socket that is closed over unread bytes resets its connection, and the replies on their way are lost.
  private mutating func dropUnread() {
    var rounds = 0
    input.clear()
    while rounds < Self.maxDropped, case .bytes = turn.transport.receive(into: &input) {
      input.clear()
      rounds += 1
    }
  }

  /// The connection is at its end: gives back all that it held.
  mutating func discard(_ token: UInt32, _ session: any ProtocolSession) -> Connection {
    abandon(token, session)
    return connections.remove(token)
  }

  /// What it has left unfinished is nobody's. No reply is deferred.
  mutating func abandon(_ token: UInt32, _ session: any ProtocolSession) {
    if connections[token].suspension == nil { return }
    beginUnfinished(token)
    restore(token, session)
    session.abandon(&turn)
    input.clear()
  }
}
