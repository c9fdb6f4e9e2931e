import Platform
import SystemPackage
import Transport

/// Replies that wait for the end of the pass, and those that are made elsewhere.
extension WorkerState {
  /// More bytes in one turn than others' replies should wait for again and again.
  private static let heavyTurn = 16 << 10

  /// The reply is as it shall be sent.
  mutating func addToBatch(_ token: UInt32) {
    let bytes = turn.reply.bytes.deferReadable()
    batch.append(ReplyBatch.Entry(token: token, transport: turn.transport, bytes: bytes))
    connections[token].beginBatched(phase: turn.phase)
  }

  /// No reply should be deferred, or go on waiting, before these are sent.
  var mustSendBatch: Bool {
    batch.isFull || turn.reply.bytes.deferredCount >= ReplyBatch.maxBytes
      || turn.allowance < Turn.byteLimit - Self.heavyTurn
  }

  /// Sends the replies that are deferred, in their order, up to one that its socket does not take as a whole. Returns that
  /// one's connection and what becomes of it; nil when all are sent.
  mutating func sendBatch() -> (token: UInt32, disposition: Disposition)? {
    var written = 0
    defer { counters.add(.bytesWritten, written) }
    while let entry = batch.takeFirst() {
      connections[entry.token].endBatched()
      let bytes = entry.bytes
      let sent = entry.transport.send(turn.reply.bytes.bytes(deferred: bytes))
      if case .failed = sent { return (entry.token, .closes) }
      var count = 0
      if case .bytes(let taken) = sent { count = taken }
      written += count
      if count < bytes.count {
        suspend(entry.token, behind: bytes.dropFirst(count))
        return (entry.token, .waitsForRoom)
      }
    }
    turn.reply.bytes.dropDeferred()
    return nil
  }

  /// What the socket did not take becomes the connection's unfinished business.
  private mutating func suspend(_ token: UInt32, behind bytes: Range<Int>) {
    var rest = SuspendedConnection()
    rest.reply = turn.reply.bytes.copy(deferred: bytes)
    connections[token].suspend(at: suspended.insert(rest))
  }

  /// The reply that a connection waits for, if it still does.
  mutating func put(_ text: String, at place: SuspendedPlace) -> Bool {
    if place.isDatagram { return put(text, atDatagram: place.place) }
    guard holds(place), suspended[place.place].isAwaitingReply else { return false }
    suspended[place.place].putReply(text)
    return true
  }
}
