import Platform
import SystemPackage

/// A connection that knows nothing of the protocol.
final class Stranger {
  private let socket: FileDescriptor
  private var output = ByteBuffer(capacity: 0)
  private var input = ByteBuffer(capacity: 1 << 16)
  private var hasEnded = false

  init(_ address: SocketAddress) throws { socket = try Socket.connect(to: address) }

  deinit { Socket.close(socket) }

  func hasSent(_ bytes: [UInt8]) -> Bool {
    output.clear()
    output.reserve(bytes.count)
    output.append(bytes.span)
    if case .bytes = output.send(to: socket) { return true }
    return false
  }

  /// The other side has ended the connection.
  var isClosed: Bool {
    if hasEnded { return true }
    switch input.receive(from: socket) {
    case .closed, .failed: hasEnded = true
    case .bytes, .wouldBlock: break
    }
    return hasEnded
  }

  var received: Int { input.count }

  /// What has come so far.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<input.count { bytes.append(input.bytes[index]) }
    return bytes
  }
}
