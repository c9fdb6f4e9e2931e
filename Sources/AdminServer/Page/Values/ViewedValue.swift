/// A value as somebody can read it: which form it has is found out, or chosen.
///
/// Whatever the bytes are, this ends, in time and room that are bounded: each form has its own limit of depth and length. What comes
/// out is text, and is escaped as all text is.
struct ViewedValue: Sendable, Equatable {
  enum Form: String, CaseIterable, Sendable {
    case text, json, php, zlib, hex

    var name: String {
      switch self {
      case .text: "Text"
      case .json: "JSON"
      case .php: "PHP"
      case .zlib: "zlib"
      case .hex: "Hex"
      }
    }
  }

  let form: Form
  let text: String
  /// False where it was told to be of a form that it does not have: then it is shown in hex.
  let isReadable: Bool

  /// - Parameters:
  ///   - isWhole: the bytes are all of the value; of a part only text and hex can be told.
  ///   - chosen: nil: whatever it seems to be.
  init(_ bytes: [UInt8], isWhole: Bool = true, _ chosen: Form? = nil) {
    let told =
      chosen.map { (form: $0, text: Self.read(bytes, $0)) }
      ?? Self.guess(bytes, isWhole ? [.json, .php, .zlib, .text] : [.zlib, .text])
    form = told.form
    text = told.text ?? HexDump.text(bytes)
    isReadable = told.text != nil
  }

  /// The first form that it has, with what it is in that.
  private static func guess(_ bytes: [UInt8], _ forms: [Form]) -> (form: Form, text: String?) {
    for form in forms {
      // A number, or a word, is JSON too, and better told as it is.
      if form == .json, ![UInt8(ascii: "{"), UInt8(ascii: "[")].contains(bytes.first) { continue }
      if let text = read(bytes, form) { return (form, text) }
    }
    return (.hex, HexDump.text(bytes))
  }

  private static func read(_ bytes: [UInt8], _ form: Form) -> String? {
    switch form {
    case .text: plain(bytes)
    case .json: JSONLayout.text(bytes)
    case .php: PHPLayout.text(bytes)
    case .zlib: inflated(bytes)
    case .hex: HexDump.text(bytes)
    }
  }

  /// Nil where it is no UTF-8, or has characters that cannot be shown. The end may be cut in the middle of one.
  private static func plain(_ bytes: [UInt8]) -> String? {
    for cut in 0...min(3, bytes.count) {
      guard let text = String(validating: bytes.dropLast(cut), as: UTF8.self) else { continue }
      let isShown = text.unicodeScalars.allSatisfy {
        $0.value >= 32 && $0.value != 127 || "\t\r\n".unicodeScalars.contains($0)
      }
      return isShown ? text : nil
    }
    return nil
  }

  private static func inflated(_ bytes: [UInt8]) -> String? {
    guard let content = Inflate.compressed(bytes) else { return nil }
    return guess(content, [.json, .php, .text]).text
  }
}

/// Sixteen bytes a line: where, their digits, and what is printable of them.
enum HexDump {
  private static let maxBytes = 16 << 10

  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    let shown = bytes.prefix(maxBytes)
    for start in stride(from: 0, to: shown.count, by: 16) {
      let row = shown[start..<min(start + 16, shown.count)]
      let place = String(start, radix: 16)
      text += String(repeating: "0", count: max(0, 6 - place.count)) + place + " "
      for byte in row { text += " " + HexText.digits(of: byte) }
      text += String(repeating: "   ", count: 16 - row.count) + "  "
      for byte in row { text.unicodeScalars.append((32...126).contains(byte) ? Unicode.Scalar(byte) : ".") }
      text += "\n"
    }
    return bytes.count > maxBytes ? text + "…\n" : text
  }
}
