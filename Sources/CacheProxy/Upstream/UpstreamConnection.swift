import EventLoop
import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// A worker's connection to a backend, shared by all of that worker's clients.
///
/// ```
///   output   | answered, gone | sent, not answered | not sent yet |
///                               └ first … operations … last, in this order
/// ```
///
/// **Invariants.** The bytes in `output` are those of its operations, in their order, and no others. Answers come in that order; what
/// comes without an operation that has been sent is no answer, and the connection is given up.
struct UpstreamConnection: ~Copyable {
  enum State {
    case closed
    /// Its server's name is looked up.
    case naming
    case connecting, handshaking
    /// The server is asked whether it wants a login, and told.
    case greeting
    case open
  }

  /// In the worker's pool; or `left`.
  var backend: Int
  /// Kept for the end: the worker's pool may be another by then.
  let server: Backend
  let isBinary: Bool
  /// Among the connections of its server.
  var isCounted = false
  var state = State.closed
  var watch: StreamWatch?
  var transport: Transport?
  /// Of TLS; the transport only names it.
  var channel: TLSChannel?
  var greeting: StableBox<ServerGreeting>?
  var output = ByteBuffer(capacity: 0)
  /// Of the bytes in `output`.
  var sent = 0
  /// The beginning of an answer that has not come as a whole.
  var partial = ByteBuffer(capacity: 0)
  var first = UInt32.none
  var last = UInt32.none
  var pending = 0
  /// It is among those that have something to send.
  var isDirty = false
  /// Since it was opened.
  var hasAnswered = false
  /// The server knows meta commands; nil: it was not asked.
  var speaksMeta: Bool?
  /// Milliseconds, of the last answer or beginning.
  var usedAt: UInt32 = 0

  init(to backend: Int, _ server: Backend, isBinary: Bool) {
    (self.backend, self.server, self.isBinary) = (backend, server, isBinary)
  }

  /// Its server is not asked any more: what is under way is answered, and then it is closed for good.
  static var left: Int { -1 }
  var isLeft: Bool { backend == Self.left }

  var unsent: Int { output.count - sent }

  // MARK: Bytes of commands

  func byte(at place: Int) -> UInt8 { output.bytes[place] }

  /// Puts a part of the output behind what is in another buffer.
  func copy(_ start: Int, _ count: Int, to buffer: inout ByteBuffer) {
    buffer.reserve(count)
    buffer.append(output.bytes.extracting(start..<start &+ count))
  }

  /// Puts a part of another buffer behind the output, where there is room.
  mutating func append(_ buffer: borrowing ByteBuffer, _ range: ByteRange) {
    output.append(buffer.bytes.bytes(in: range))
  }

  func isEqual(_ start: Int, _ count: Int, to buffer: borrowing ByteBuffer, _ range: ByteRange) -> Bool {
    output.bytes.extracting(start..<start &+ count).isEqual(to: buffer.bytes.bytes(in: range))
  }

  /// The key behind a place where one ends in a line of single spaces.
  func keyBehind(_ end: Int) -> (start: Int, count: Int) {
    let bytes = output.bytes
    guard end < bytes.count, bytes[end] == 0x20 else { return (end, 0) }
    var stop = end &+ 1
    while stop < bytes.count, bytes[stop] > 0x20 { stop &+= 1 }
    return (end &+ 1, stop &- end &- 1)
  }

  // MARK: The socket

  /// One send(2) of what is not sent yet.
  mutating func transmit() -> Sent {
    guard let transport else { return .failed(.badFileDescriptor) }
    let result = transport.send(output.bytes.extracting(sent...))
    if case .bytes(let count) = result { sent += count }
    return result
  }

  /// The beginning of an answer goes back to where the rest is received.
  mutating func takePartial(to buffer: inout ByteBuffer, copiedUpTo limit: Int) {
    if partial.isEmpty { return }
    if partial.capacity > limit { return swap(&buffer, &partial) }
    buffer.append(partial.bytes)
    partial.clear()
  }

  mutating func keepPartial(of buffer: inout ByteBuffer, missing: Int, copiedUpTo limit: Int) {
    if buffer.count + missing > limit {
      buffer.reserve(missing)
      return swap(&buffer, &partial)
    }
    partial.reserve(limit)
    partial.append(buffer.bytes)
  }
}
