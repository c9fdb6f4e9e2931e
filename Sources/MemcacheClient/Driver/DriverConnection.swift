import MemcacheClientCore
import Platform
import SystemPackage
import Transport

/// A socket, the TLS on it if there is any, what came and what is to go. One thread's.
final class DriverConnection {
  enum Step {
    case working
    /// Bytes may go both ways from now on.
    case connected
    case open
    case failed(String)
  }

  private enum Phase { case connecting, handshaking, open }

  private static let chunk = 64 << 10

  let id: LinkID
  let host: String
  private(set) var socket = FileDescriptor(rawValue: -1)
  private(set) var input = ByteBuffer(capacity: 0)
  private var output = ByteBuffer(capacity: 0)
  private var addresses: [SocketAddress]
  private let security: ClientSecurity?
  private var phase = Phase.connecting
  private var channel: TLSChannel?
  private var interest = PollInterest.writable
  private var watched: PollInterest?
  private var isBlocked = false
  /// It is among those to be flushed.
  var hasUnsent = false

  init(_ id: LinkID, _ host: String, _ addresses: [SocketAddress], _ security: ClientSecurity?) {
    self.id = id
    self.host = host
    self.addresses = addresses
    self.security = security
  }

  func close() {
    channel?.close()
    channel = nil
    if socket.rawValue >= 0 {
      // What nobody has answered may be said to another by now: it must not come behind that.
      Socket.discardUnsent(socket)
      Socket.close(socket)
    }
    socket = FileDescriptor(rawValue: -1)
  }

  // MARK: Connecting

  /// - Returns: why it cannot be done.
  func connectNext() -> String? {
    guard let address = addresses.first else { return "no address" }
    addresses.removeFirst()
    do throws(Errno) {
      socket = try Socket.connect(to: address)
    } catch {
      return "\(address): \(error)"
    }
    try? Socket.setNoDelay(socket)
    try? Socket.setKeepAlive(socket)
    return nil
  }

  /// The socket is ready for something.
  func advance(_ readiness: PollInterest) -> Step {
    switch phase {
    case .connecting: connected()
    case .handshaking: performHandshake()
    case .open: .open
    }
  }

  private func connected() -> Step {
    if let error = Socket.pendingError(socket) { return .failed("\(error)") }
    guard let security else { return opened() }
    do throws(TLSError) {
      channel = try security.context.connect(socket, to: security.name ?? host)
    } catch {
      return .failed(error.description)
    }
    phase = .handshaking
    return performHandshake()
  }

  private func performHandshake() -> Step {
    switch channel?.handshake() {
    case .done: return opened()
    case .wantsRead:
      interest = .readable
      return .working
    case .wantsWrite:
      interest = .writable
      return .working
    case .failed(let why): return .failed("TLS: \(why)")
    case nil: return .failed("no TLS")
    }
  }

  private func opened() -> Step {
    phase = .open
    interest = .readable
    return .connected
  }

  // MARK: Bytes

  private var transport: Transport { channel.map { .tls($0) } ?? .plain(socket) }

  var hasBufferedInput: Bool { transport.hasBufferedInput }

  func receive() -> Received {
    input.reserve(DriverConnection.chunk)
    return transport.receive(into: &input)
  }

  /// A buffer that a large value made grow gives its memory back.
  func consume(_ count: Int) {
    input.consume(count)
    if input.isEmpty, input.capacity > 4 * DriverConnection.chunk { input = ByteBuffer(capacity: 0) }
  }

  func append(_ bytes: [UInt8]) {
    output.reserve(bytes.count)
    output.append(bytes.span)
  }

  /// - Returns: whether any went out.
  func flush() -> Bool {
    guard phase == .open else { return false }
    var hasSent = false
    isBlocked = false
    while !output.isEmpty, !isBlocked {
      switch transport.send(&output) {
      case .bytes(let count): hasSent = hasSent || count > 0
      // What a failure is, the next receive says.
      case .wouldBlock, .failed: isBlocked = true
      }
    }
    if output.isEmpty, output.capacity > 4 * DriverConnection.chunk { output = ByteBuffer(capacity: 0) }
    return hasSent
  }

  // MARK: Watching

  private var wanted: PollInterest {
    guard phase == .open else { return interest }
    let writes = isBlocked || channel?.readWantsWrite == true
    return writes ? [.readable, .writable] : .readable
  }

  var isWatchOutdated: Bool { wanted != watched }

  func takeInterest() -> PollInterest {
    watched = wanted
    return wanted
  }
}
