import Platform
import SystemPackage

/// A client of a server with threads: waits for what it asked for.
final class WireClient {
  private let socket: FileDescriptor
  private var poller: Poller
  private var received: [UInt8] = []

  init(_ address: SocketAddress) throws {
    socket = try Socket.connect(to: address)
    poller = try Poller()
    try poller.add(socket, token: 0, .readable)
  }

  /// Takes the socket over.
  init(_ socket: FileDescriptor) throws {
    self.socket = socket
    poller = try Poller()
    try poller.add(socket, token: 0, .readable)
  }

  deinit { Socket.close(socket) }

  func send(_ text: String) throws {
    var rest = [UInt8](text.utf8)[...]
    while !rest.isEmpty {
      let part = Array(rest)
      switch Socket.send(socket, part.span) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: try waitUntilWritable()
      case .failed(let error): throw error
      }
    }
  }

  private func waitUntilWritable() throws {
    try poller.change(socket, token: 0, .writable)
    guard poller.wait(nanoseconds: 10_000_000_000) > 0 else { throw Errno.timedOut }
    try poller.change(socket, token: 0, .readable)
  }

  func ask(_ text: String, until end: String) throws -> String {
    try send(text)
    let wanted = [UInt8](end.utf8)
    while received.suffix(wanted.count) != wanted[...] { guard try receive() else { throw Errno.connectionReset } }
    return take()
  }

  func readToEnd() throws -> String {
    while try receive() {}
    return take()
  }

  /// Sends everything and meanwhile receives as many bytes, in pieces of random size.
  func exchange(_ input: [UInt8], expecting count: Int, _ random: inout SeededRandom) throws -> [UInt8] {
    try poller.change(socket, token: 0, [.readable, .writable])
    var sent = 0
    while sent < input.count || received.count < count {
      let part = Array(input[sent..<min(sent + 1 + random.below(50_000), input.count)])
      var isStuck = true
      if !part.isEmpty, case .bytes(let count) = Socket.send(socket, part.span) {
        sent += count
        isStuck = false
      }
      if sent == input.count { try poller.change(socket, token: 0, .readable) }
      let before = received.count
      guard received.count >= count || !isStuck || poller.wait(nanoseconds: 10_000_000_000) > 0 else { break }
      if try receiveAtHand(upTo: 1 + random.below(65_536)), received.count == before, !isStuck { continue }
    }
    defer { received = [] }
    return received
  }

  private func receiveAtHand(upTo limit: Int) throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: limit)
    var target = chunk.mutableSpan
    switch Socket.receive(socket, into: &target) {
    case .bytes(let count): received += chunk[..<count]
    case .wouldBlock: break
    case .closed: return false
    case .failed(let error): throw error
    }
    return true
  }

  private func take() -> String {
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Waits for bytes; false at the end.
  private func receive() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var target = chunk.mutableSpan
    switch Socket.receive(socket, into: &target) {
    case .bytes(let count): received += chunk[..<count]
    case .wouldBlock: _ = poller.wait(nanoseconds: 10_000_000_000)
    case .closed: return false
    case .failed(let error): throw error
    }
    return true
  }
}
