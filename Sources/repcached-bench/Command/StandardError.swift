import SystemPackage

enum StandardError {
  static func write(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
  }

  /// Takes the place of the line before: back to its beginning, and clear to its end.
  static func overwrite(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(("\r\u{1b}[K" + line).utf8)
  }
}
