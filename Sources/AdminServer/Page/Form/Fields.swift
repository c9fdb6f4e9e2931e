/// Fields of a query or of a form: `name=value&…`, percent-encoded (application/x-www-form-urlencoded).
///
/// Values are bytes, for keys are. Of a name that stands twice the first counts.
struct Fields: Sendable, Equatable {
  private var values: [String: [UInt8]] = [:]

  private static let maxFields = 64

  init() {}
  init(_ text: String) { self.init([UInt8](text.utf8)) }

  init(_ bytes: [UInt8]) {
    for part in bytes.split(separator: UInt8(ascii: "&")).prefix(Self.maxFields) {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(decoding: Self.decoded(pair[0]), as: UTF8.self)
      if values[name] == nil { values[name] = pair.count > 1 ? Self.decoded(pair[1]) : [] }
    }
  }

  /// Nil where there is no such field, or it is empty.
  func bytes(_ name: String) -> [UInt8]? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }

  func text(_ name: String) -> String { String(decoding: values[name] ?? [], as: UTF8.self) }
  func number(_ name: String) -> Int64? { Int64(text(name).trimmed) }

  /// What `HexText` has written.
  func hex(_ name: String) -> [UInt8]? { values[name].flatMap(HexText.bytes) }

  /// A word outside of a form, where a plus sign stands for itself.
  static func percentDecoded(_ text: String) -> [UInt8] { decoded([UInt8](text.utf8)[...], plus: UInt8(ascii: "+")) }

  /// A percent sign that is followed by no number stands for itself.
  private static func decoded(_ text: ArraySlice<UInt8>, plus: UInt8 = UInt8(ascii: " ")) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = HexText.digit(text[index + 1]),
        let low = HexText.digit(text[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(text[index] == UInt8(ascii: "+") ? plus : text[index])
        index += 1
      }
    }
    return bytes
  }
}

/// Bytes as two digits each: keys in links and in hidden fields.
enum HexText {
  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes { text += digits(of: byte) }
    return text
  }

  static func bytes(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  static func digits(of byte: UInt8) -> String { digits[Int(byte >> 4)] + digits[Int(byte & 15)] }

  private static let digits = "0123456789abcdef".map(String.init)
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// As a value in a query.
  var percentEncoded: String {
    var text = ""
    for byte in utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + HexText.digits(of: byte)
      }
    }
    return text
  }
}

/// A key as it is shown: what is no printable character is told as `\xNN`.
enum KeyText {
  static func shown(_ key: [UInt8]) -> String {
    let isText = String(validating: key, as: UTF8.self) != nil
    var text = ""
    var plain: [UInt8] = []
    func flush() {
      text += String(decoding: plain, as: UTF8.self)
      plain = []
    }
    for byte in key {
      if byte < 32 || byte == 127 || byte >= 128 && !isText {
        flush()
        text += "\\x" + HexText.digits(of: byte)
      } else {
        plain.append(byte)
      }
    }
    flush()
    return text
  }
}
