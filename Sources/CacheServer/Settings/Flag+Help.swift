/// What -h prints, in the form that memcached's and repcached's users know.
extension Flag {
  private static let column = 26
  private static let width = 79

  package static var help: String { (all.compactMap(\.lines)).joined(separator: "\n") }

  private var lines: String? {
    guard let help else { return nil }
    var words = help.split(separator: " ").map(String.init)
    let lineWidth = Self.width - Self.column
    if let told { words += told.count <= lineWidth ? [told] : told.split(separator: " ").map(String.init) }
    let text = Self.wrapped(words, to: lineWidth)
    let margin = String(repeating: " ", count: Self.column)
    let rest = text.dropFirst().map { margin + $0 }
    if synopsis.count >= Self.column { return ([synopsis, margin + text[0]] + rest).joined(separator: "\n") }
    let padding = String(repeating: " ", count: Self.column - synopsis.count)
    return ([synopsis + padding + text[0]] + rest).joined(separator: "\n")
  }

  private var synopsis: String {
    let value = argument.map { "=<\($0)>" } ?? ""
    if isOption { return "   - \(name)\(value):" }
    return (letter.map { "-\($0), " } ?? "    ") + "--\(name)\(value)"
  }

  /// "(default: 4; 1 to 256)", not divided where it fits a line.
  private var told: String? {
    guard let defaultText else { return range.map { "(\($0))" } }
    return range.map { "(default: \(defaultText); \($0))" } ?? "(default: \(defaultText))"
  }

  private static func wrapped(_ words: [String], to width: Int) -> [String] {
    words.reduce(into: [""]) { lines, word in
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = word
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(word)
      }
    }
  }
}
