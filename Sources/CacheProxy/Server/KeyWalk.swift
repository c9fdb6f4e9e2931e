import EventLoop
import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// Goes through the keys of servers, at a given rate.
///
/// ```
///   source ──lru_crawler metadump all──▶ key=… lines ──▶ keys that are wanted ──▶ who has asked for them
///                                        └ read only as fast as the rate allows
/// ```
///
/// **Invariants.** It is over when all sources have been listed. One that cannot list its keys, or says nothing for a while, has none to
/// offer, and that is told. On the accepting thread.
final class KeyWalk {
  enum Outcome {
    /// Each source has told all its keys.
    case whole
    /// One could not be asked, or was busy: again later.
    case broken
    /// One lists no keys.
    case unlisted
  }

  private let pool: BackendPool
  private let loop: AcceptingLoop
  private let wants: (_ key: [UInt8], _ source: Int) -> Bool
  private let take: (_ key: [UInt8], _ source: Int) -> Void
  private let done: (Outcome) -> Void
  private var left: [Int]
  private var source = 0
  private var connection: ServerConnection?
  private var input = LineBuffer()
  private var isAsked = false
  private var outcome = Outcome.whole
  private var hasEnded = false
  private var timer: Timer?
  private var allowance = 0
  private var silentTicks = 0
  /// Keys that were wanted.
  private(set) var keyCount = 0

  private static let ticksPerSecond = 20
  private static let maxSilentTicks = 10 * ticksPerSecond

  /// - Parameter done: called once.
  init(
    through sources: [Int], of pool: BackendPool, loop: AcceptingLoop, wants: @escaping ([UInt8], Int) -> Bool,
    take: @escaping ([UInt8], Int) -> Void, done: @escaping (Outcome) -> Void
  ) {
    (self.pool, self.loop, self.wants, self.take, self.done) = (pool, loop, wants, take, done)
    left = sources
    timer = Timer(loop: loop.events) { [unowned self] in tick() }
    timer?.schedule(every: .milliseconds(1000 / Self.ticksPerSecond))
  }

  /// Each key to one worker after the other, to be copied from where it is kept a second time to its main: a worker knows what is
  /// written or deleted meanwhile.
  static func copying(by workers: [ProxySession.Link]) -> ([UInt8], Int) -> Void {
    var next = 0
    return { key, _ in
      workers[next % workers.count].copy(key)
      next &+= 1
    }
  }

  private func tick() {
    let rate = pool.settings.refillRate
    allowance = min(allowance + max(1, rate / Self.ticksPerSecond), max(1, rate / Self.ticksPerSecond) * 2)
    silentTicks += 1
    if connection == nil { return connect() }
    takeLines()
    if silentTicks > Self.maxSilentTicks { close() }
  }

  /// To the next source; without one it is done.
  private func connect() {
    input.clear()
    isAsked = false
    guard let source = left.popLast() else {
      timer?.cancel()
      return done(outcome)
    }
    self.source = source
    hasEnded = false
    silentTicks = 0
    connection = ServerConnection(to: pool.side(of: source), pool, loop: loop) { [unowned self] in take($0) }
    if connection == nil { outcome = .broken }
  }

  private func close() {
    if !hasEnded { outcome = .broken }
    connection = nil
  }

  private func take(_ event: ServerConnection.Event) {
    guard case .ready = event, let connection, let transport = connection.transport else { return close() }
    silentTicks = 0
    if !isAsked {
      isAsked = true
      _ = transport.send(Array("lru_crawler metadump all\r\n".utf8).span)
      return connection.want(.readable)
    }
    if input.isFull { return connection.want([]) }
    repeat {
      switch input.receive(from: transport) {
      case .bytes:
        silentTicks = 0
        takeLines()
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
        // 1.6.45 says OK first, and 1.6.18 does not. END, or an error: it lists no more.
        let isUnlisted = line == "ERROR" || line.hasPrefix("CLIENT_ERROR")
        if isUnlisted, outcome == .whole { outcome = .unlisted }
        hasEnded = line == "END" || isUnlisted
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
      wants(key, source)
    else { return }
    allowance -= 1
    keyCount += 1
    take(key, source)
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
