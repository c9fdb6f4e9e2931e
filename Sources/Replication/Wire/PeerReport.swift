import Platform

/// Numbers of one side, told to the other once a second for those who look at the pair: `kind 1, value 8`, kinds rising.
///
/// What a kind means is for those to know who make and read reports. A kind that one side does not know is kept and not read, so
/// later versions add kinds. Nothing that the pair does depends on a report.
package struct PeerReport: Equatable, Sendable {
  /// By kind.
  package private(set) var values: [UInt8: UInt64] = [:]

  package static let maxFields = 64
  private static let fieldBytes = 1 + 8
  /// Of a whole frame.
  package static let maxBytes = FrameLimits.length + 1 + maxFields * fieldBytes

  package init() {}

  /// More than `maxFields` are not kept.
  package subscript(kind: UInt8) -> UInt64? {
    get { values[kind] }
    set { if values[kind] != nil || values.count < Self.maxFields { values[kind] = newValue } }
  }

  package init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var reader = ByteReader(bytes, range)
    self.init(&reader)
  }

  /// Nil if they do not hold together.
  init?(_ fields: inout ByteReader) {
    var last = -1
    while fields.remaining > 0 {
      let (kind, value) = (fields.byte(), fields.number64())
      if fields.failed || Int(kind) <= last || values.count == Self.maxFields { return nil }
      values[kind] = value
      last = Int(kind)
    }
  }

  var byteCount: Int { values.count * Self.fieldBytes }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    for (kind, value) in values.sorted(by: { $0.key < $1.key }) {
      output.append(kind)
      output.append(bigEndian: value)
    }
  }
}
