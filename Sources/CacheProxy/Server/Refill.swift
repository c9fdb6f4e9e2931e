import EventLoop
import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// Copies the keys of a main that has returned from its backups, at a given rate.
///
/// ```
///   backup ──lru_crawler metadump all──▶ key=… lines ──▶ keys of that main ──▶ a worker: asks the backup, adds to the main
///                                        └ read only as fast as the rate allows
/// ```
///
/// **Invariants.** A key goes to the worker that copies a missing one too, so what was written or deleted meanwhile is not overwritten.
/// The main is warm when all backups have been listed. One that cannot list its keys has none to offer.
final class Refill {
  private let main: Int
  private let context: ProxyContext
  private let loop: EventLoop
  private let workers: [ProxySession.Link]
  private let done: () -> Void
  private var left: [Int]
  private var connection: ServerConnection?
  private var input = LineBuffer()
  private var isAsked = false
  private var timer: Timer?
  private var allowance = 0
  private var next = 0

  private static let ticksPerSecond = 20

  init(
    of main: Int, context: ProxyContext, loop: EventLoop, workers: [ProxySession.Link], done: @escaping () -> Void
  ) {
    (self.main, self.context, self.loop, self.workers, self.done) = (main, context, loop, workers, done)
    left = context.backends.indices.filter { context.backends[$0].isBackup }
    timer = Timer(loop: loop) { [unowned self] in tick() }
    timer?.schedule(every: .milliseconds(1000 / Self.ticksPerSecond))
  }

  private func tick() {
    let rate = context.settings.refillRate
    allowance = min(allowance + max(1, rate / Self.ticksPerSecond), max(1, rate / Self.ticksPerSecond) * 2)
    if connection == nil { connect() } else { takeLines() }
  }

  /// To the next backup; without one it is done.
  private func connect() {
    input.clear()
    isAsked = false
    guard let backup = left.popLast() else {
      timer?.cancel()
      return done()
    }
    connection = ServerConnection(to: backup, context, loop: loop) { [unowned self] in take($0) }
  }

  private func close() { connection = nil }

  private func take(_ event: ServerConnection.Event) {
    guard case .ready = event, let connection, let transport = connection.transport else { return close() }
    if !isAsked {
      isAsked = true
      _ = transport.send(Array("lru_crawler metadump all\r\n".utf8).span)
      return connection.want(.readable)
    }
    if input.isFull { return connection.want([]) }
    repeat {
      switch input.receive(from: transport) {
      case .bytes: takeLines()
      case .wouldBlock: return
      case .closed, .failed: return close()
      }
    } while transport.hasBufferedInput && !input.isFull && self.connection != nil
  }

  private func takeLines() {
    while allowance > 0, let line = takeLine() {
      if line.hasPrefix("key=") {
        take(line.dropFirst(4).prefix { $0 != " " })
      } else if line != "OK" {
        // 1.6.45 says OK first, and 1.6.18 does not.
        // END, or an error: it lists no more.
        return close()
      }
    }
    if isAsked { connection?.want(allowance > 0 || !input.isFull ? .readable : []) }
  }

  private func takeLine() -> String? {
    if let line = input.takeLine() { return line }
    if input.isFull { close() }
    return nil
  }

  private func take(_ escaped: Substring) {
    guard let key = Self.unescaped(escaped), key.count <= ProtocolLimits.maxKeyCount, key.span.isTextKey,
      context.router.route(key.span).main == main
    else { return }
    allowance -= 1
    workers[next % workers.count].copy(key)
    next &+= 1
  }

  /// The dump writes bytes other than letters, digits and a few signs as %41.
  static func unescaped(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(code)
    }
    return bytes
  }
}

/// Lines as they come.
private struct LineBuffer: ~Copyable {
  private var bytes = ByteBuffer(capacity: 64 << 10)

  /// Nothing more is received before a line is taken.
  var isFull: Bool { bytes.count == bytes.capacity }

  mutating func clear() { bytes.clear() }

  mutating func receive(from transport: Transport) -> Received {
    bytes.compact()
    return transport.receive(into: &bytes)
  }

  mutating func takeLine() -> String? {
    guard let end = bytes.bytes.indexOfNewline else { return nil }
    let line = String(decoding: (0..<end).map { bytes.bytes[$0] }, as: UTF8.self)
    bytes.consume(end + 1)
    return line.last == "\r" ? String(line.dropLast()) : line
  }
}
