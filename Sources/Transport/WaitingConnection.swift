import Platform
import SystemPackage

/// A connection for who has nothing else to do meanwhile: a program that looks once, and tells.
///
/// ```
///   connect ─▶ (TLS) ─▶ send, receive, … each waits for its socket ─▶ closed with the object
///   └──────────── all of it until `deadline`, which the owner may move ────────────┘
/// ```
///
/// **Invariants.** Every call ends by the deadline, with what was wanted or with why not. What was received stays until it
/// is consumed. **Locks**: none; one owner. It must not know what is said. OpenSSL writes by write(2): the process ignores SIGPIPE.
package final class WaitingConnection {
  private let socket: FileDescriptor
  private var transport: Transport
  private var poller: Poller
  /// What was received; what stands before `start` is consumed.
  private var received: [UInt8] = []
  private var start = 0
  /// Of the monotonic clock, in nanoseconds.
  package var deadline: UInt64

  /// - Parameters:
  ///   - tls: what it speaks TLS by, if it does, and the name that the certificate of the other side must bear.
  ///   - limit: how long it may take, and all that is done before `deadline` is moved.
  package init(
    to address: SocketAddress, tls: (context: TLSContext, name: String?)? = nil, within limit: Duration
  ) throws(WaitingError) {
    deadline = Self.deadline(limit)
    do throws(Errno) {
      poller = try Poller()
      socket = try Socket.connect(to: address)
    } catch {
      throw .refused(error)
    }
    transport = .plain(socket)
    do throws(Errno) { try poller.add(socket, token: 0, .writable) } catch { throw .refused(error) }
    try wait(for: .writable)
    if let error = Socket.pendingError(socket) { throw .refused(error) }
    if let tls { try seal(tls.context, tls.name) }
  }

  deinit {
    transport.channel?.close()
    Socket.close(socket)
  }

  package static func deadline(_ limit: Duration) -> UInt64 {
    SystemClock.monotonicNanoseconds() &+ UInt64(clamping: Int64(limit / .nanoseconds(1)))
  }

  private func seal(_ context: TLSContext, _ name: String?) throws(WaitingError) {
    let channel: TLSChannel
    do throws(TLSError) { channel = try context.connect(socket, to: name) } catch { throw .tls(error.description) }
    transport = .tls(channel)
    while true {
      switch channel.handshake() {
      case .done: return
      case .wantsRead: try wait(for: .readable)
      case .wantsWrite: try wait(for: .writable)
      case .failed(let why): throw .tls(why)
      }
    }
  }

  // MARK: Saying and listening

  package func send(_ bytes: [UInt8]) throws(WaitingError) {
    var sent = 0
    while sent < bytes.count {
      switch transport.send(bytes.span.extracting(sent..<bytes.count)) {
      case .bytes(let count): sent += count
      case .wouldBlock: try wait(for: transport.channel?.writeWantsRead == true ? .readable : .writable)
      case .failed(let error): throw .refused(error)
      }
    }
  }

  /// Waits for more. False: the other side has said its last byte.
  package func receive() throws(WaitingError) -> Bool {
    if start > 0 {
      received.removeSubrange(0..<start)
      start = 0
    }
    var chunk = ByteBuffer(capacity: 64 << 10)
    while true {
      switch transport.receive(into: &chunk) {
      case .bytes:
        Self.append(chunk.bytes, to: &received)
        return true
      case .closed: return false
      case .wouldBlock: try wait(for: transport.channel?.readWantsWrite == true ? .writable : .readable)
      case .failed(let error): throw .refused(error)
      }
    }
  }

  private static func append(_ bytes: Span<UInt8>, to received: inout [UInt8]) {
    received.reserveCapacity(received.count + bytes.count)
    for index in bytes.indices { received.append(bytes[index]) }
  }

  // MARK: What was received

  package var count: Int { received.count - start }
  package var text: String { String(decoding: received[start...], as: UTF8.self) }

  package func consume(_ byteCount: Int) { start += byteCount }

  /// The first of them, which must be there.
  package func bytes(_ byteCount: Int) -> [UInt8] { Array(received[start..<start + byteCount]) }

  /// Where the first newline stands, from there on.
  package func newline(from place: Int) -> Int? {
    received[(start + place)...].firstIndex(of: 10).map { $0 - start }
  }

  // MARK: Waiting

  private func wait(for interest: PollInterest) throws(WaitingError) {
    do throws(Errno) { try poller.change(socket, token: 0, interest) } catch { throw .refused(error) }
    while true {
      let now = SystemClock.monotonicNanoseconds()
      if now >= deadline { throw .late }
      // A signal ends a wait early.
      if poller.wait(nanoseconds: deadline - now) > 0 { return }
    }
  }
}

/// Why a connection came to nothing, in a few words.
package enum WaitingError: Error, Sendable, Equatable, CustomStringConvertible {
  case refused(Errno)
  case tls(String)
  case late

  package var description: String {
    switch self {
    case .refused(let error): "\(error)"
    case .tls(let why): "TLS: \(why)"
    case .late: "no answer in time"
    }
  }
}
