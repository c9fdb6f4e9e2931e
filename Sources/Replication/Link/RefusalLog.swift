/// What the log is told of refusals: each once, but a flood of them in a few lines that count it.
///
///     first of a host and a reason     told, as long as the lines are not used up (3, then one a second)
///     again within a minute            counted; when the minute is over, one line says how often
///     more than the lines allow        counted; the next line says so
///
/// Bounded: it remembers so many of them, and a host that is not remembered is told like a new one.
struct RefusalLog: Sendable {
  struct Key: Hashable, Sendable {
    let host: String
    let reason: GoodbyeReason
    /// The other side refused this one.
    var isByPeer = false
  }

  private struct Reported: Sendable {
    let line: String
    var since: Duration
    var again = 0
  }

  private static let maxEntries = 32
  private static let interval = Duration.seconds(60)

  private var reported: [Key: Reported] = [:]
  private var lines = RateLimit(perSecond: 1, burst: 3)
  private var dropped = 0

  /// The line to write, if one is to be written now.
  mutating func note(_ key: Key, _ line: String, now: Duration) -> String? {
    if reported[key] != nil {
      reported[key]?.again += 1
      return nil
    }
    guard lines.take(now: now) else {
      dropped += 1
      return nil
    }
    if reported.count < Self.maxEntries { reported[key] = Reported(line: line, since: now) }
    defer { dropped = 0 }
    return dropped > 0 ? "\(line), and \(dropped) more before it" : line
  }

  /// Lines about what was only counted.
  mutating func tick(now: Duration) -> [String] {
    if reported.isEmpty && dropped == 0 { return [] }
    var due: [String] = []
    for (key, entry) in reported where now - entry.since >= Self.interval {
      reported[key] = entry.again > 0 ? Reported(line: entry.line, since: now) : nil
      if entry.again > 0 { due.append("\(entry.line), and \(entry.again) times again") }
    }
    if dropped > 0, lines.take(now: now) {
      due.append("refused \(dropped) more")
      dropped = 0
    }
    return due.sorted()
  }
}
