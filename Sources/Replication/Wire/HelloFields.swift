import Platform

/// The end of a hello's claims: fields that may be there or not, and more of them in later versions.
///
///     length:2 { kind:1 count:1 bytes:count } …      the kinds rise, at most `maxBytes` in all
///
/// Kept as they came: a proof is over these very bytes, and what this version does not know belongs to them. A field
/// may be longer than this version reads; what is behind the part it knows was added later.
package struct HelloFields: Equatable, Sendable {
  package private(set) var bytes: [UInt8] = []

  /// The line of a hello has to stay below `Hello.maxLineLength`, and its frame below `FrameEncoder.controlCount`.
  package static let maxBytes = 200
  private static let limitsKind: UInt8 = 1
  private static let limitsCount = 8 + 8 + 1
  private static let refusesWhenFull: UInt8 = 1
  private static let hasNoCAS: UInt8 = 2

  package init(limits: PeerLimits? = nil) {
    guard let limits else { return }
    let switches = (limits.evicts ? 0 : Self.refusesWhenFull) | (limits.hasCAS ? 0 : Self.hasNoCAS)
    bytes = [UInt8](capacity: 2 + Self.limitsCount) { output in
      output.append(Self.limitsKind)
      output.append(UInt8(Self.limitsCount))
      output.append(bigEndian: limits.memory)
      output.append(bigEndian: limits.maxItemSize)
      output.append(switches)
    }
  }

  /// Nil if they do not hold together.
  @_lifetime(fields: copy fields)
  init?(_ fields: inout ByteReader, of payload: Span<UInt8>) {
    let count = Int(fields.number16())
    guard !fields.failed, count <= Self.maxBytes else { return nil }
    let range = fields.range(count)
    if fields.failed { return nil }
    bytes = [UInt8](copying: payload.extracting(range))
    guard isWhole else { return nil }
  }

  private var isWhole: Bool {
    var last = -1
    var reader = ByteReader(bytes.span, 0..<bytes.count)
    while reader.remaining > 0 {
      let kind = reader.byte()
      let count = Int(reader.byte())
      _ = reader.range(count)
      if reader.failed || Int(kind) <= last { return false }
      if kind == Self.limitsKind, count < Self.limitsCount { return false }
      last = Int(kind)
    }
    return true
  }

  /// What it was started with; nil where it does not say.
  package var limits: PeerLimits? {
    var reader = ByteReader(bytes.span, 0..<bytes.count)
    while reader.remaining > 0 {
      let kind = reader.byte()
      let range = reader.range(Int(reader.byte()))
      guard kind == Self.limitsKind else { continue }
      var field = ByteReader(bytes.span, range)
      let (memory, maxItemSize, switches) = (field.number64(), field.number64(), field.byte())
      return PeerLimits(
        memory: memory, maxItemSize: maxItemSize, evicts: switches & Self.refusesWhenFull == 0,
        hasCAS: switches & Self.hasNoCAS == 0)
    }
    return nil
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: UInt16(truncatingIfNeeded: bytes.count))
    output.append(copying: bytes.span)
  }
}
