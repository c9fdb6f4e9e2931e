/// What a server says, made fit for a terminal: no byte of it moves the cursor, names the window, or answers in somebody's place.
///
/// Control characters become `\xNN`: C0 with the end of the line, 127, and C1, which some terminals take for an escape and a bracket.
enum ShownText {
  static func of(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ !isControl($0.value) }) { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar.value) { shown += hex(UInt8(scalar.value)) } else { shown.unicodeScalars.append(scalar) }
    }
    return shown
  }

  /// Bytes as they came, whose ends of lines stay, without carriage returns. What is no UTF-8 is told by number, for a C1 byte could stand there by itself.
  static func lines(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ (32..<127).contains($0) || $0 == newline }) { return bytes }
    let parts = bytes.split(separator: newline, omittingEmptySubsequences: false).map { line -> [UInt8] in
      let part = line.last == 13 ? line.dropLast() : line
      if let text = String(validating: part, as: UTF8.self) { return Array(of(text).utf8) }
      return part.flatMap { $0 < 128 && !isControl(UInt32($0)) ? [$0] : Array(hex($0).utf8) }
    }
    return Array(parts.joined(separator: [newline]))
  }

  private static let newline = UInt8(ascii: "\n")

  private static func isControl(_ scalar: UInt32) -> Bool { scalar < 32 || (127..<160).contains(scalar) }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
}
