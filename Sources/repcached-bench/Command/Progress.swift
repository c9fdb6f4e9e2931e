import Synchronization

/// One line a second on standard error, over the one before if that is a terminal.
final class Progress: Sendable {
  private let isSilent: Bool
  private let last = Mutex<(name: String, requests: UInt64, nanoseconds: UInt64)>(("", 0, 0))

  init(isSilent: Bool) { self.isSilent = isSilent }

  func show(_ name: String, _ counts: LoadCounts, _ nanoseconds: UInt64) {
    if isSilent { return }
    let before = last.withLock { last in
      defer { last = (name, counts.requests, nanoseconds) }
      return last.name == name ? (last.requests, last.nanoseconds) : (0, 0)
    }
    StandardError.overwrite(Progress.line(name, counts, nanoseconds, before))
  }

  func end() {
    if !isSilent { StandardError.overwrite("") }
  }

  static func line(
    _ name: String, _ counts: LoadCounts, _ nanoseconds: UInt64, _ before: (requests: UInt64, nanoseconds: UInt64)
  ) -> String {
    let seconds = max(Double(nanoseconds - before.nanoseconds) / 1e9, 1e-9)
    let rate = Double(counts.requests - before.requests) / seconds
    var line = "\(name) \((Double(nanoseconds) / 1e9).fixed(0)) s: \(counts.requests.grouped) requests, "
    line += "\(UInt64(rate).grouped)/s now, \(counts[.misses].grouped) misses"
    let failures = counts[.errors] + counts[.lostConnections]
    if failures > 0 { line += ", \(failures.grouped) errors" }
    if counts[.wrong] > 0 { line += ", \(counts[.wrong].grouped) WRONG" }
    return line
  }
}
