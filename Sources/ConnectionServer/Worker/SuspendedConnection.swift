import Platform

/// What a connection has begun and not finished, between two turns. While it is awake, these stand in the worker's buffers
/// and with the session.
struct SuspendedConnection: ~Copyable {
  /// Received and not consumed.
  var input: ByteBuffer?
  /// Answered and not sent: bytes, and segments between them.
  var reply: ByteBuffer?
  var segments: [PinnedSegment] = []
  /// Under which number the session keeps its part.
  var session: UInt32?
  /// The client has sent all it will: the connection closes when the reply is out.
  var isEnding = false
  /// The next reply is made by another thread.
  var isAwaitingReply = false

  /// It is made.
  mutating func putReply(_ text: String) {
    let bytes = Array(text.utf8)
    var reply = ByteBuffer(capacity: bytes.count)
    reply.append(bytes.span)
    self.reply = consume reply
    isAwaitingReply = false
  }
}

/// Where a suspended connection is in its worker: the second number tells it from a later one under the same token.
package struct SuspendedPlace: Sendable, Hashable, BitwiseCopyable {
  package let token: UInt32
  package let place: UInt32

  package init(token: UInt32, place: UInt32) {
    self.token = token
    self.place = place
  }

  /// Of a datagram's reply, which belongs to no connection.
  static func datagram(_ number: UInt32) -> SuspendedPlace { SuspendedPlace(token: .max, place: number) }

  var isDatagram: Bool { token == .max }
}
