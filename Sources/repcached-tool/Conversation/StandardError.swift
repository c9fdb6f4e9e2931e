import Platform
import SystemPackage

/// Lines for who looks on.
enum StandardError {
  static let isTerminal = Terminal.isTerminal(.standardError)

  static func write(_ line: String) { _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8) }

  /// In the place of the line before: back to its beginning, and clear to its end.
  static func overwrite(_ line: String) { _ = try? FileDescriptor.standardError.writeAll(("\r\u{1b}[K" + line).utf8) }
}

/// How far something long has come, ten times a second at most, on a terminal alone.
struct Progress {
  private let what: String
  private let total: Int?
  private let start = SystemClock.monotonicNanoseconds()
  private var next: UInt64 = 0
  private let isShown: Bool

  /// - Parameters:
  ///   - what: the verb and what is counted: "copied items".
  ///   - total: of how many, if that is known.
  init(_ what: String, of total: Int? = nil, isShown: Bool = StandardError.isTerminal) {
    (self.what, self.total, self.isShown) = (what, total, isShown)
  }

  mutating func show(_ count: Int) {
    let now = SystemClock.monotonicNanoseconds()
    guard isShown, now >= next else { return }
    next = now + 100_000_000
    StandardError.overwrite(Self.line(what, count, of: total, after: now - start))
  }

  func end() {
    if isShown, next > 0 { StandardError.overwrite("") }
  }

  static func line(_ what: String, _ count: Int, of total: Int?, after nanoseconds: UInt64) -> String {
    let seconds = Double(nanoseconds) / 1e9
    let share = total.map { $0 > 0 ? " of \($0) (\(min(100, count * 100 / $0)) %)" : "" } ?? ""
    let rate = seconds > 0.2 ? ", \(Int(Double(count) / seconds))/s" : ""
    return "\(what): \(count)\(share)\(rate)"
  }
}
