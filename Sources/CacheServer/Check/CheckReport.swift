/// What `repcached --check` has found: a line for each thing looked at, in the order in which a start would meet it.
package struct CheckReport: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case good = "ok"
    /// Not as it could be, and no reason not to start.
    case note
    case wrong
  }

  package struct Line: Sendable, Equatable {
    package let verdict: Verdict
    package let text: String
  }

  package private(set) var lines: [Line] = []

  package var isGood: Bool { !lines.contains { $0.verdict == .wrong } }

  /// As they are printed; the words stand below each other.
  package var text: String {
    lines.map { line in
      let word = line.verdict.rawValue
      return word + String(repeating: " ", count: 7 - word.count) + line.text + "\n"
    }.joined()
  }

  package mutating func add(_ verdict: Verdict, _ text: String) { lines.append(Line(verdict: verdict, text: text)) }
}
