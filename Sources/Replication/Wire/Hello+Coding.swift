import ItemStore
import Platform

extension Hello {
  /// Nil if fields are missing.
  package init?(payload bytes: Span<UInt8>, _ range: Range<Int>) {
    var fields = ByteReader(bytes, range)
    version = fields.number16()
    oldestVersion = fields.number16()
    identity = PeerIdentity(node: fields.number64(), boot: fields.number64())
    unixMicroseconds = fields.number64()
    highestStamp = fields.stamp()
    have = Acknowledged(boot: fields.number64(), stamp: fields.stamp())
    let flags = fields.byte()
    wantsCopyFromZero = flags & Hello.copyFromZeroFlag != 0
    hasSecret = flags & Hello.secretFlag != 0
    nonce = Nonce(high: fields.number64(), low: fields.number64())
    proof = Proof(&fields)
    if fields.failed { return nil }
  }

  @_lifetime(output: copy output)
  func encodePayload(into output: inout OutputSpan<UInt8>) {
    encodeClaims(into: &output)
    proof.encode(into: &output)
  }

  /// All but the proof.
  @_lifetime(output: copy output)
  func encodeClaims(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: version)
    output.append(bigEndian: oldestVersion)
    output.append(bigEndian: identity.node)
    output.append(bigEndian: identity.boot)
    output.append(bigEndian: unixMicroseconds)
    output.append(bigEndian: highestStamp.rawValue)
    output.append(bigEndian: have.boot)
    output.append(bigEndian: have.stamp.rawValue)
    output.append((wantsCopyFromZero ? Hello.copyFromZeroFlag : 0) | (hasSecret ? Hello.secretFlag : 0))
    output.append(bigEndian: nonce.high)
    output.append(bigEndian: nonce.low)
  }

  private static let copyFromZeroFlag: UInt8 = 1
  private static let secretFlag: UInt8 = 2

  /// The hello as the line of text with which a connector begins.
  package var line: [UInt8] {
    let payload = [UInt8](capacity: Hello.byteCount) { encodePayload(into: &$0) }
    var line = Hello.lineStart
    for byte in payload { line += [Hello.digit(byte >> 4), Hello.digit(byte & 15)] }
    return line + [13, 10]
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
