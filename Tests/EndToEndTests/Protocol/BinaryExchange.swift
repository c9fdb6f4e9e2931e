import TestSupport

/// One row of the binary protocol's table: what a client sends, each frame with its number as the opaque, and all that comes back,
/// as `BinaryAnswer` describes it. Keys in use are a, b and n, none of them there before.
struct BinaryExchange: Sendable {
  let name: String
  let frames: [BinaryFrame]
  let answers: [String]
  /// Whether the daemon ends the connection after the answers.
  let closes: Bool
  /// What memcached 1.6.45 answers instead; it then closes, or has lost its place in the stream.
  let memcached: [String]?

  private static let end: UInt32 = 1_000_000

  init(_ name: String, _ frames: [BinaryFrame], _ answers: [String], closes: Bool = false, memcached: [String]? = nil) {
    (self.name, self.frames, self.answers) = (name, frames, answers)
    (self.closes, self.memcached) = (closes, memcached)
  }

  var expected: [String] { Executable.isMemcached ? memcached ?? answers : answers }

  /// Short enough to be sent many times, or slowly.
  var isShort: Bool { frames.numbered.count < 10_000 }

  private var isLost: Bool { Executable.isMemcached && memcached != nil }

  /// Sends it over a new connection and hands back all that was answered.
  func perform(on daemon: Daemon, _ feed: (Client, [UInt8]) throws -> Void) throws -> [String] {
    let text = try daemon.client()
    _ = try text.ask("delete a noreply\r\ndelete b noreply\r\ndelete n noreply\r\nversion\r\n")
    let client = try daemon.client()
    do { try feed(client, frames.numbered) } catch Client.Failure.closed where closes {}
    if isLost { return try (0..<expected.count).map { _ in try client.answer().description } }
    if closes {
      let (answers, rest) = BinaryAnswer.all(try client.restBytes())
      return answers.map(\.description) + (rest == 0 ? [] : ["\(rest) bytes more"])
    }
    var end = BinaryFrame.noop
    end.opaque = Self.end
    try client.send(end.bytes)
    return try client.answers(until: Self.end).map(\.description)
  }
}
