import Platform
import SystemPackage

/// The file of `--config`, in the form of Debian's /etc/memcached.conf: one flag a line, as on the command line.
///
/// ```
/// # a comment, which may also stand behind a flag
/// -m 64
/// --listen=127.0.0.1
/// -o hashpower=20,repl_wait=500
/// -D "#"
/// ```
///
/// Spaces part words. Between `'` and `'`, and between `"` and `"`, everything belongs to the word; between the latter a backslash
/// stands before a `"` or a backslash that is meant. `#` begins a comment where a word would begin. It knows no flag but
/// `logfile`, which Debian's script reads.
package enum ConfigurationFile {
  struct Line {
    /// From 1.
    let number: Int
    let words: Result<[String], SettingsError>
  }

  /// What is longer is some other file.
  static let maxBytes = 1 << 20

  package static func text(_ path: String) throws(Errno) -> String {
    String(decoding: try FileBytes.read(path, atMost: maxBytes), as: UTF8.self)
  }

  /// Those that say something.
  static func lines(_ text: String) -> [Line] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap { index, text in
      let line = Line(number: index + 1, words: Result { () throws(SettingsError) in try words(text) })
      if case .success(let words) = line.words, words.isEmpty { return nil }
      return line
    }
  }

  static func isLogFile(_ words: [String]) -> Bool { words.first == "logfile" }
  static let logFileNote = "logfile has no meaning here: the log goes to standard error"

  private static func words(_ line: Substring) throws(SettingsError) -> [String] {
    var words: [String] = []
    var rest = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    while let first = rest.first, first != "#" {
      words.append(try word(&rest))
      rest = rest.drop { $0.isWhitespace }
    }
    return words
  }

  private static func word(_ rest: inout Substring) throws(SettingsError) -> String {
    var word = ""
    while let character = rest.popFirst() {
      if character.isWhitespace { break }
      if character == "'" || character == "\"" {
        word += try quoted(character, &rest)
      } else {
        word.append(character)
      }
    }
    return word
  }

  private static func quoted(_ mark: Character, _ rest: inout Substring) throws(SettingsError) -> String {
    var text = ""
    while let character = rest.popFirst() {
      if character == mark { return text }
      let isEscape = mark == "\"" && character == "\\" && (rest.first == "\"" || rest.first == "\\")
      if isEscape, let meant = rest.popFirst() { text.append(meant) } else { text.append(character) }
    }
    throw .unclosedQuote
  }
}
