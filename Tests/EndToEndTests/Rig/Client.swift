import Platform
import SystemPackage

/// A blocking memcached client that speaks the text protocol as bytes: what a person in telnet could do. Each wait ends at a
/// deadline with an error that says what had come until then.
final class Client {
  enum Failure: Error, CustomStringConvertible {
    case closed(after: String)
    case silent(after: String)

    var description: String {
      switch self {
      case .closed(let text): "the daemon closed the connection after \(text.debugDescription)"
      case .silent(let text): "no answer in time; got \(text.debugDescription)"
      }
    }
  }

  private let socket: Int32
  private let timeout: Duration
  private var buffer: [UInt8] = []
  private var consumed = 0
  private var hasEnded = false
  /// Small at first: a test may hold twenty thousand clients.
  private var chunk = [UInt8](repeating: 0, count: 512)

  init(to endpoint: Endpoint, timeout: Duration = .seconds(30), receiveBuffer: Int32? = nil) throws {
    socket = try Kernel.connect(to: endpoint, receiveBuffer: receiveBuffer)
    self.timeout = timeout
  }

  deinit { Kernel.close(socket) }

  /// Of this side.
  var port: UInt16 { get throws { try Socket.localAddress(FileDescriptor(rawValue: socket)).port } }

  // MARK: Sending

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    let deadline = Deadline.within(timeout)
    var rest = bytes[...]
    while !rest.isEmpty {
      switch Kernel.send(rest, to: socket) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock:
        if deadline.hasPassed {
          throw Failure.silent(after: "\(bytes.count - rest.count) of \(bytes.count) bytes sent")
        }
        _ = Kernel.poll([(socket, .writable)], milliseconds: 100)
      case .closed: throw Failure.closed(after: "\(bytes.count - rest.count) bytes sent")
      case .failed(let reason): throw Failure.closed(after: "\(bytes.count - rest.count) bytes sent: \(reason)")
      }
    }
  }

  /// Sends as much as the connection takes without waiting, and says how much that was.
  func offer(_ bytes: ArraySlice<UInt8>) -> Int {
    guard case .bytes(let count) = Kernel.send(bytes, to: socket) else { return 0 }
    return count
  }

  /// Each byte in a packet of its own, the daemon given time to read it before the next.
  func drip(_ bytes: [UInt8]) throws {
    for byte in bytes {
      try send([byte])
      Kernel.sleep(microseconds: 30)
    }
  }

  func endOutput() { Kernel.endOutput(socket) }

  /// Disappear without a good-bye when this client goes out of scope.
  func resetOnClose() { Kernel.resetOnClose(socket) }

  // MARK: Receiving

  /// One line, with its end.
  func line() throws -> String { try read(until: "\n") }

  func read(until end: String) throws -> String {
    let end = Array(end.utf8)
    let deadline = Deadline.within(timeout)
    var searched = consumed
    while true {
      if let position = position(of: end, from: searched) { return take(position + end.count - consumed) }
      searched = max(consumed, buffer.count - end.count + 1)
      searched -= try receive(deadline)
    }
  }

  func bytes(_ count: Int) throws -> [UInt8] {
    let deadline = Deadline.within(timeout)
    while buffer.count - consumed < count { _ = try receive(deadline) }
    return takeBytes(count)
  }

  /// Reads and forgets: for answers too large to keep.
  func skip(_ count: Int) throws {
    var left = count
    while left > 0 {
      let deadline = Deadline.within(timeout)
      if buffer.count == consumed { _ = try receive(deadline) }
      let step = min(left, buffer.count - consumed)
      consumed += step
      left -= step
    }
  }

  /// All that comes until the daemon closes the connection.
  func rest() throws -> String { String(decoding: try restBytes(), as: UTF8.self) }

  func restBytes() throws -> [UInt8] {
    let deadline = Deadline.within(timeout)
    while !hasEnded {
      do { _ = try receive(deadline) } catch Failure.closed {}
    }
    return takeBytes(buffer.count - consumed)
  }

  /// What has come until now, without waiting.
  func available() -> String {
    _ = try? receive(.within(.zero))
    return take(buffer.count - consumed)
  }

  // MARK: Requests

  func ask(_ request: String, until end: String = "\n") throws -> String {
    try send(request)
    return try read(until: end)
  }

  // MARK: The buffer

  /// Waits for more. Hands back by how much it moved the buffer's content to the front.
  private func receive(_ deadline: Deadline) throws -> Int {
    let moved = consumed
    if moved > 0 {
      buffer.removeFirst(moved)
      consumed = 0
    }
    while true {
      switch Kernel.receive(from: socket, into: &chunk) {
      case .bytes(let count):
        buffer += chunk.prefix(count)
        if count == chunk.count, count < 65_536 { chunk = [UInt8](repeating: 0, count: count * 2) }
        return moved
      case .wouldBlock:
        if deadline.hasPassed { throw Failure.silent(after: excerpt) }
        _ = Kernel.poll([(socket, .readable)], milliseconds: min(1_000, deadline.millisecondsLeft))
      case .closed, .failed:
        hasEnded = true
        throw Failure.closed(after: excerpt)
      }
    }
  }

  private func position(of end: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + end.count <= buffer.count {
      guard let next = buffer[index...].firstIndex(of: end[0]), next + end.count <= buffer.count else { return nil }
      if buffer[next..<(next + end.count)].elementsEqual(end) { return next }
      index = next + 1
    }
    return nil
  }

  private func take(_ count: Int) -> String { String(decoding: takeBytes(count), as: UTF8.self) }

  private func takeBytes(_ count: Int) -> [UInt8] {
    defer { consumed += count }
    return Array(buffer[consumed..<(consumed + count)])
  }

  private var excerpt: String { String(decoding: buffer[consumed...].suffix(200), as: UTF8.self) }
}
