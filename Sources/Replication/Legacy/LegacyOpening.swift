import Platform

/// How a connection begins on which no hello came, or none came in time.
///
/// A repcached 2.x that accepts sends its copy at once, one that connected sends nothing until a client writes there. A
/// daemon of this format that connects may be late with its hello (stopped, or starved): the acceptor then takes it for
/// an old one. So an acceptor that turns to the old format first says a line that an old connector ignores, and by
/// which a late one knows to hang up before it has taken a single item for new, and to dial again.
enum LegacyOpening: Equatable, Sendable {
  case incomplete
  /// Words of repcached 2.x.
  case legacy
  /// An acceptor of this format that has not received the hello in time.
  case helloMissed
  case other

  private static let words = [
    LegacyLineDecoder.record + [32], LegacyLineDecoder.delete + [32], LegacyLineDecoder.flush,
    LegacyLineDecoder.copyEnd,
  ]
  static let helloMissedLine = [UInt8]("repcached-unheard\r\n".utf8)

  static func judge(_ bytes: Span<UInt8>) -> LegacyOpening {
    if words.contains(where: { begins(bytes, with: $0) == true }) { return .legacy }
    if begins(bytes, with: helloMissedLine) == true { return .helloMissed }
    let isOpen = (words + [helloMissedLine]).contains { begins(bytes, with: $0) == nil }
    return isOpen ? .incomplete : .other
  }

  /// Nil: so far.
  private static func begins(_ bytes: Span<UInt8>, with expected: [UInt8]) -> Bool? {
    for index in 0..<min(bytes.count, expected.count) where bytes[index] != expected[index] { return false }
    return bytes.count >= expected.count ? true : nil
  }
}
