/// Reads the line with which a connector begins. Like `FrameDecoder` it keeps nothing between calls.
package enum HelloLine {
  package enum Decoding: Equatable, Sendable {
    case hello(Hello, byteCount: Int)
    case incomplete
    case malformed(MalformedFrame)
  }

  package static func decode(_ bytes: Span<UInt8>) -> Decoding {
    let start = Hello.lineStart.count
    guard matchesStart(bytes, count: min(start, bytes.count)) else { return .malformed(.notHello) }
    guard let end = lineEnd(bytes) else {
      return bytes.count > Hello.maxLineLength ? .malformed(.helloLine) : .incomplete
    }
    guard end > start, let payload = unhex(bytes, start..<end) else { return .malformed(.helloLine) }
    guard let hello = Hello(payload: payload.span, 0..<payload.count) else { return .malformed(.helloLine) }
    return .hello(hello, byteCount: end + 2)
  }

  private static func matchesStart(_ bytes: Span<UInt8>, count: Int) -> Bool {
    for index in 0..<count where bytes[index] != Hello.lineStart[index] { return false }
    return true
  }

  /// Where the "\r\n" stands.
  private static func lineEnd(_ bytes: Span<UInt8>) -> Int? {
    var index = 1
    while index < min(bytes.count, Hello.maxLineLength) {
      if bytes[index] == 10 && bytes[index - 1] == 13 { return index - 1 }
      index += 1
    }
    return nil
  }

  private static func unhex(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    guard range.count % 2 == 0 else { return nil }
    var payload: [UInt8] = []
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      guard let high = value(bytes[index]), let low = value(bytes[index + 1]) else { return nil }
      payload.append(high << 4 | low)
    }
    return payload
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    default: nil
    }
  }
}
