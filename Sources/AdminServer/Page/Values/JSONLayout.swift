/// How much a layout may become: a few bytes, compressed, can be a text that no browser shows.
enum LayoutLimit {
  static let maxBytes = 256 << 10
  /// What lies deeper is not set in further.
  private static let maxIndented = 20

  static func newLine(_ depth: Int) -> String { "\n" + String(repeating: "  ", count: min(depth, maxIndented)) }
}

/// JSON with a line for each value (RFC 8259). Nil where it is none, too deep, or too long.
struct JSONLayout {
  private let bytes: [UInt8]
  private var position = 0
  private var out = ""

  private static let maxDepth = 100

  static func text(_ bytes: [UInt8]) -> String? {
    if String(validating: bytes, as: UTF8.self) == nil { return nil }
    var layout = JSONLayout(bytes: bytes)
    guard layout.value(depth: 0) else { return nil }
    layout.skipSpace()
    return layout.position == bytes.count ? layout.out : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [32, 9, 10, 13].contains(byte) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    if next != byte { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) -> Bool {
    skipSpace()
    guard depth < Self.maxDepth, out.utf8.count <= LayoutLimit.maxBytes, let byte = next else { return false }
    switch byte {
    case UInt8(ascii: "{"): return list(UInt8(ascii: "}"), isObject: true, depth)
    case UInt8(ascii: "["): return list(UInt8(ascii: "]"), isObject: false, depth)
    case UInt8(ascii: "\""): return string()
    default: return word()
    }
  }

  private mutating func list(_ end: UInt8, isObject: Bool, _ depth: Int) -> Bool {
    out.unicodeScalars.append(Unicode.Scalar(bytes[position]))
    position += 1
    if take(end) {
      out.unicodeScalars.append(Unicode.Scalar(end))
      return true
    }
    repeat {
      newLine(depth + 1)
      if isObject {
        skipSpace()
        guard next == UInt8(ascii: "\""), string(), take(UInt8(ascii: ":")) else { return false }
        out += ": "
      }
      guard value(depth: depth + 1) else { return false }
    } while takeComma()
    guard take(end) else { return false }
    newLine(depth)
    out.unicodeScalars.append(Unicode.Scalar(end))
    return true
  }

  private mutating func takeComma() -> Bool {
    guard take(UInt8(ascii: ",")) else { return false }
    out += ","
    return true
  }

  private mutating func newLine(_ depth: Int) { out += LayoutLimit.newLine(depth) }

  /// As it stands, its escapes too.
  private mutating func string() -> Bool {
    let start = position
    position += 1
    while let byte = next {
      position += 1
      if byte < 32 { return false }
      if byte == UInt8(ascii: "\\") { position += 1 }
      if byte == UInt8(ascii: "\"") {
        out += String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
        return true
      }
    }
    return false
  }

  private mutating func word() -> Bool {
    let start = position
    while let byte = next, Self.wordBytes.contains(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else { return false }
    out += word
    return true
  }

  private static let wordBytes = Set([UInt8]("abcdefghijklmnopqrstuvwxyzE+-.0123456789".utf8))

  private static func isNumber(_ word: String) -> Bool {
    guard let first = word.utf8.first, (48...57).contains(first) || first == 45, Double(word) != nil else {
      return false
    }
    return word.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
  }
}
