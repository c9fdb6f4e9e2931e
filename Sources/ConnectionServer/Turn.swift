import Platform
import SystemPackage
import Transport

/// The turn of the connection that is awake: what the worker lends it, and what it may still use of that.
///
/// A worker has one, begun anew for each connection and for each datagram. The reply buffer is the worker's; replies of connections before it in
/// the pass may be deferred in it.
package struct Turn: ~Copyable {
  package var reply = ReplyBuffer()
  package internal(set) var transport = Transport.plain(FileDescriptor(rawValue: -1))
  /// Requests that may still be executed; `-R`.
  package var requests = 0
  /// Bytes that may be sent and received before the others have their turn.
  package internal(set) var allowance = Self.byteLimit
  /// Bytes sent in this turn and not yet counted.
  var sentBytes = 0
  /// Bytes of input that belong to one place, to which the session receives them itself.
  package var missingBytes = 0
  /// What the session notes about the connection even while that is idle: 0 to 7, and 0 from the beginning.
  package var phase: UInt8 = 0
  /// The worker's, in which pieces of a reply become a record of TLS; without memory before there is a channel.
  private var gatherBuffer = ByteBuffer(capacity: 0)
  /// It is no connection's turn but that of one datagram.
  var datagram: DatagramReply?

  // Side by side, for they are set together when a turn begins.

  /// Nothing has been processed in this turn.
  package internal(set) var isNew = true
  /// No more fits behind the input that is processed.
  package internal(set) var isInputFull = false
  /// The session: a request is begun and not finished, so the connection cannot be idle. False when processing begins.
  package var isUnfinished = false
  /// The session: the reply has to wait, for something else than the client.
  package var isHeld = false
  /// The session: the connection closes once the reply is sent.
  package var isClosing = false
  /// The socket is of no more use; its connection closes.
  package internal(set) var isBroken = false
  /// The client has sent all it will: the connection closes when the reply is out.
  package internal(set) var isEnding = false
  /// The reply that comes next is being made elsewhere.
  var isAwaitingReply = false

  /// A client that sends or reads as fast as it is served would else keep the worker for a gigabyte. A value of memcached's
  /// largest default size is one turn.
  package static let byteLimit = (1 << 20) + (64 << 10)

  mutating func begin(_ transport: Transport, phase: UInt8, requests: Int) {
    self.transport = transport
    self.phase = phase
    self.requests = requests
    allowance = Self.byteLimit
    missingBytes = 0
    isNew = true
    isInputFull = false
    isUnfinished = false
    isHeld = false
    isClosing = false
    isBroken = false
    isEnding = false
    isAwaitingReply = false
  }

  /// What the session says anew, if it is so.
  mutating func beginProcessing() {
    isUnfinished = false
    missingBytes = 0
  }

  /// So much was received by the session itself, or by the worker.
  mutating func noteReceived(_ count: Int) { allowance -= count }

  /// Sends the reply: its bytes, and between them its segments. False if the socket takes no more, or should not for now:
  /// the connection then waits until it is writable.
  package mutating func send<Source: SegmentSource & ~Copyable>(_ source: inout Source) -> Bool {
    while !reply.isEmpty {
      if allowance <= 0 { return sendDatagrams(&source) }
      let (offered, sent) = reply.hasSegments ? sendGathered(&source) : sendBytes()
      switch sent {
      case .bytes(let count):
        allowance -= count
        sentBytes += count
        // The kernel has no room: to ask again would only be told so.
        if count < offered { return false }
      case .wouldBlock: return false
      case .failed:
        isBroken = true
        return false
      }
    }
    reply.bytes.clear()
    return true
  }

  private mutating func sendBytes() -> (offered: Int, sent: Sent) {
    let offered = reply.bytes.count
    return (offered, transport.send(&reply.bytes))
  }

  /// One call for bytes and segments, as far as they fit in a list and in the connection's turn.
  private mutating func sendGathered<Source: SegmentSource & ~Copyable>(
    _ source: inout Source
  ) -> (offered: Int, sent: Sent) {
    let transport = self.transport
    if !transport.isPlain { return sendSealed(&source) }
    let (offered, sent) = reply.gather(limit: allowance, source) { ($0.byteCount, transport.gather(&$0)) }
    if case .bytes(let count) = sent { reply.consume(count, releasing: &source) }
    return (offered, sent)
  }

  /// The same over TLS, whose records are made of bytes that stand side by side.
  @inline(never)
  private mutating func sendSealed<Source: SegmentSource & ~Copyable>(
    _ source: inout Source
  ) -> (offered: Int, sent: Sent) {
    let transport = self.transport
    var buffer = ByteBuffer(capacity: 0)
    swap(&buffer, &gatherBuffer)
    let (offered, sent) = reply.gather(limit: allowance, source) {
      ($0.byteCount, transport.gather($0, through: &buffer))
    }
    swap(&buffer, &gatherBuffer)
    if case .bytes(let count) = sent { reply.consume(count, releasing: &source) }
    return (offered, sent)
  }

  /// A connection with a TLS channel has come.
  mutating func lendGatherBuffer(byteCount: Int) {
    if gatherBuffer.capacity == 0 { gatherBuffer = ByteBuffer(capacity: byteCount) }
  }
  package var isDatagram: Bool { datagram != nil }

  /// It may wait for the end of the pass: it is small, waits for nothing else, and is the last that is left to do.
  var hasReplyForBatch: Bool {
    !reply.bytes.isEmpty && reply.bytes.count <= ReplyBatch.maxReplyBytes && allowance > 0 && !isUnfinished
      && !reply.hasSegments && !isEnding
  }
}
