import Testing

/// One row of the protocol's table: what a client sends, and every byte that comes back. `<n>` in the answer stands for any
/// decimal number. Keys in use are a, b and n, none of them there before.
struct Exchange: Sendable {
  let name: String
  let input: String
  let output: String
  /// Whether the daemon ends the connection after the output.
  var closes = false
  /// What Debian's memcached 1.6.18 answers instead, where ours follows 1.6.45, or differs from both.
  var memcached: String?

  init(_ name: String, _ input: String, _ output: String, closes: Bool = false, memcached: String? = nil) {
    (self.name, self.input, self.output, self.closes, self.memcached) = (name, input, output, closes, memcached)
  }

  static let preparation = "delete a noreply\r\ndelete b noreply\r\ndelete n noreply\r\n"

  func expected(of program: Bool = Executable.isMemcached) -> String { program ? memcached ?? output : output }

  /// Sends it over a new connection and hands back all that was answered, without the last line, by which the end is known.
  func perform(on daemon: Daemon, _ feed: (Client, [UInt8]) throws -> Void) throws -> String {
    let client = try daemon.client()
    try client.send(Self.preparation)
    let end = "verbosity 0\r\nversion\r\n"
    do { try feed(client, Array((closes ? input : input + end).utf8)) } catch Client.Failure.closed where closes {}
    if closes { return try client.rest() }
    let answer = try client.read(until: "OK\r\nVERSION ")
    _ = try client.line()
    return String(answer.unicodeScalars.dropLast(12))
  }
}

/// Whether a text is the pattern, `<n>` taken for any decimal number.
func matches(_ text: String, _ pattern: String) -> Bool {
  var rest = Array(text.utf8)[...]
  let pieces = pattern.split(separator: "<n>", omittingEmptySubsequences: false)
  for (index, piece) in pieces.enumerated() {
    if index > 0 {
      let digits = rest.prefix { (48...57).contains($0) }
      guard !digits.isEmpty else { return false }
      rest = rest.dropFirst(digits.count)
    }
    guard rest.starts(with: piece.utf8) else { return false }
    rest = rest.dropFirst(piece.utf8.count)
  }
  return rest.isEmpty
}
