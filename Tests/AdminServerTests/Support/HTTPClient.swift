import Platform
import SystemPackage

/// A client that waits for its answers.
final class HTTPClient {
  private let socket: FileDescriptor
  private var poller: Poller
  private var received: [UInt8] = []

  init(_ address: SocketAddress) throws {
    socket = try Socket.connect(to: address)
    poller = try Poller()
    try poller.add(socket, token: 0, [.readable, .writable])
    _ = poller.wait(nanoseconds: 10_000_000_000)
    if let error = Socket.pendingError(socket) { throw error }
    try poller.change(socket, token: 0, .readable)
  }

  deinit { Socket.close(socket) }

  /// One answer with its body, or what came before the connection was closed.
  func ask(_ request: String) throws -> String {
    let bytes = [UInt8](request.utf8)
    _ = Socket.send(socket, bytes.span)
    received = []
    while !isWhole, try receive() {}
    return text
  }

  private var text: String { String(decoding: received, as: UTF8.self) }

  private var isWhole: Bool {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let length = parts[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    return Int(length?.split(separator: " ").last ?? "") ?? 0 <= parts[1].utf8.count
  }

  private func receive() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var target = chunk.mutableSpan
    switch Socket.receive(socket, into: &target) {
    case .bytes(let count): received += chunk[..<count]
    case .wouldBlock: if poller.wait(nanoseconds: 10_000_000_000) == 0 { throw Errno.timedOut }
    case .closed: return false
    case .failed(let error): throw error
    }
    return true
  }
}
