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

  private struct Told: Sendable {
    let line: String
    var since: Duration
    var again = 0
  }

  private static let most = 32
  private static let pause = Duration.seconds(60)

  private var told: [Key: Told] = [:]
  private var lines = RateLimit(perSecond: 1, most: 3)
  private var untold = 0

  /// The line to write, if one is to be written now.
  mutating func note(_ key: Key, _ line: String, now: Duration) -> String? {
    if told[key] != nil {
      told[key]?.again += 1
      return nil
    }
    guard lines.take(now: now) else {
      untold += 1
      return nil
    }
    if told.count < Self.most { told[key] = Told(line: line, since: now) }
    defer { untold = 0 }
    return untold > 0 ? "\(line), and \(untold) more before it" : line
  }

  /// Lines about what was only counted.
  mutating func tick(now: Duration) -> [String] {
    if told.isEmpty && untold == 0 { return [] }
    var due: [String] = []
    for (key, entry) in told where now - entry.since >= Self.pause {
      told[key] = entry.again > 0 ? Told(line: entry.line, since: now) : nil
      if entry.again > 0 { due.append("\(entry.line), and \(entry.again) times again") }
    }
    if untold > 0, lines.take(now: now) {
      due.append("refused \(untold) more")
      untold = 0
    }
    return due.sorted()
  }
}
