/// What PHP's serialize() has made, a line for each value. Nil where it is nothing of that, too deep, or too long.
///
///     N;   b:1;   i:5;   d:0.5;   s:3:"abc";   a:1:{ key value }   O:1:"C":1:{ name value }   r:2;   R:2;   E:3:"A:B";   C:1:"C":2:{xx}
struct PHPLayout {
  private let bytes: [UInt8]
  private var position = 0
  private var out = ""

  private static let maxDepth = 60

  static func text(_ bytes: [UInt8]) -> String? {
    var layout = PHPLayout(bytes: bytes)
    guard layout.value(depth: 0), layout.position == bytes.count else { return nil }
    return layout.out
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool { take(UInt8(ascii: character)) }

  private mutating func value(depth: Int) -> Bool {
    guard depth < Self.maxDepth, out.utf8.count <= LayoutLimit.maxBytes, position + 1 < bytes.count else {
      return false
    }
    let kind = Unicode.Scalar(bytes[position])
    position += 1
    if kind == "N" {
      out += "null"
      return take(";")
    }
    guard take(":") else { return false }
    switch kind {
    case "b", "i", "d", "r", "R": return word(kind)
    case "s", "S", "E": return string(isEnum: kind == "E")
    case "a": return list(depth)
    case "O": return object(depth)
    case "C": return custom()
    default: return false
    }
  }

  private mutating func word(_ kind: Unicode.Scalar) -> Bool {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ";"), position - start < 40 { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    let isNumber = Double(word) != nil || ["INF", "-INF", "NAN"].contains(word) && kind == "d"
    guard isNumber, take(";") else { return false }
    switch kind {
    case "b": out += word == "0" ? "false" : "true"
    case "r", "R": out += "→ #" + word
    default: out += word
    }
    return true
  }

  /// A length that lies within what is left.
  private mutating func count() -> Int? {
    let start = position
    while position < bytes.count, (48...57).contains(bytes[position]), position - start < 10 { position += 1 }
    guard let count = Int(String(decoding: bytes[start..<position], as: UTF8.self)), count <= bytes.count,
      take(":")
    else { return nil }
    return count
  }

  private mutating func quoted() -> [UInt8]? {
    guard let count = count(), take("\""), count <= bytes.count - position else { return nil }
    let text = [UInt8](bytes[position..<position + count])
    position += count
    return take("\"") ? text : nil
  }

  private mutating func string(isEnum: Bool) -> Bool {
    guard let text = quoted(), take(";") else { return false }
    out += isEnum ? "enum " + shown(text) : "\"" + shown(text) + "\""
    return true
  }

  /// Names of private properties have zeros around their class.
  private func shown(_ text: [UInt8]) -> String { KeyText.shown(text) }

  private mutating func list(_ depth: Int) -> Bool {
    guard let count = count() else { return false }
    out += "array(\(count)) "
    return entries(count, depth)
  }

  private mutating func object(_ depth: Int) -> Bool {
    guard let name = quoted(), take(":"), let count = count() else { return false }
    out += "object \(shown(name))(\(count)) "
    return entries(count, depth)
  }

  private mutating func entries(_ count: Int, _ depth: Int) -> Bool {
    guard take("{") else { return false }
    out += "{"
    for _ in 0..<count {
      out += LayoutLimit.newLine(depth + 1)
      guard value(depth: depth + 1) else { return false }
      out += " => "
      guard value(depth: depth + 1) else { return false }
    }
    if count > 0 { out += LayoutLimit.newLine(depth) }
    out += "}"
    return take("}")
  }

  /// What a class writes as it likes.
  private mutating func custom() -> Bool {
    guard let name = quoted(), take(":"), let count = count(), take("{"), count <= bytes.count - position else {
      return false
    }
    out += "object \(shown(name)) {\(shown([UInt8](bytes[position..<position + count])))}"
    position += count
    return take("}")
  }
}
