import Glibc
import SystemPackage

enum StandardError {
  static func write(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
  }

  static let isTerminal = isatty(2) == 1

  /// On a terminal it takes the place of the line before: back to its beginning, and clear to its end.
  static func overwrite(_ line: String) {
    if !isTerminal {
      if !line.isEmpty { write(line) }
      return
    }
    _ = try? FileDescriptor.standardError.writeAll(("\r\u{1b}[K" + line).utf8)
  }
}
