/// A piece of a page. Whatever was not written in these sources is escaped on its way in, by the type:
///
/// ```
///   let row: HTML = "<td>\(key)</td>"        key is a String: escaped
///   let table: HTML = "<tr>\(row)</tr>"      row is HTML: as it is
/// ```
///
/// Only a literal becomes markup (its type is `StaticString`, which no value at run time can be), so a key that is named `<script>`
/// has no way to be one. What is escaped may stand in text and in attributes in double quotes; in no other place is anything put.
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var markup = ""

  init() {}
  init(stringLiteral literal: StaticString) { markup = literal.description }
  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 32 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: StaticString) { markup += literal.description }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    mutating func appendInterpolation(_ text: String) { HTML.append(text, to: &markup) }
    mutating func appendInterpolation(_ text: Substring) { HTML.append(String(text), to: &markup) }
    mutating func appendInterpolation<Number: FixedWidthInteger>(_ number: Number) { markup += String(number) }
    /// With one digit behind the point: coordinates of a picture.
    mutating func appendInterpolation(_ number: Double) {
      let tenths = number.isFinite ? Int((min(max(number, -1e9), 1e9) * 10).rounded()) : 0
      markup += tenths < 0 ? "-" : ""
      markup += "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
  }

  static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

  private static func append(_ text: String, to markup: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "'": markup += "&#39;"
      // What HTML has no character for, or what turns the reading order of what stands behind it.
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}", "\u{61C}", "\u{FFFE}", "\u{FFFF}":
        markup += "\u{FFFD}"
      default: markup.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Sequence where Element == HTML {
  func joined() -> HTML { reduce(into: HTML()) { $0 += $1 } }
}
