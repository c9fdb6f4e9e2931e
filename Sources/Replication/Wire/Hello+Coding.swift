import ItemStore
import Platform

extension Hello {
  /// Nil if it does not hold together, or is not the whole of the payload.
  package init?(payload bytes: Span<UInt8>, _ range: Range<Int>) {
    var reader = ByteReader(bytes, range)
    let (version, oldestVersion, features) = (reader.number16(), reader.number16(), reader.number64())
    let (name, lastPeerNumber) = (PeerName(&reader), reader.number64())
    let (unixMicroseconds, highestStamp) = (reader.number64(), reader.stamp())
    let received = ReceivedProgress(&reader)
    let flags = reader.byte()
    let nonce = Nonce(high: reader.number64(), low: reader.number64())
    guard let fields = HelloFields(&reader, of: bytes) else { return nil }
    self.init(name.identity, unixMicroseconds: unixMicroseconds, highestStamp, received, flags: flags, nonce)
    (epoch, self.lastPeerNumber) = (name.epoch, lastPeerNumber)
    (self.version, self.oldestVersion, self.features) = (version, oldestVersion, HelloFeatures(rawValue: features))
    self.fields = fields
    proof = Proof(&reader)
    if !reader.isComplete { return nil }
  }

  /// Bytes of the payload.
  var byteCount: Int { Self.fixedCount + fields.bytes.count }
  private static let fixedCount =
    2 + 2 + 8 + PeerName.byteCount + 8 + 8 + 8 + ReceivedProgress.byteCount + 1 + 16 + 2 + 32

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
    output.append(bigEndian: features.rawValue)
    PeerName(identity, epoch: epoch).encode(into: &output)
    output.append(bigEndian: lastPeerNumber)
    output.append(bigEndian: unixMicroseconds)
    output.append(bigEndian: highestStamp.rawValue)
    received.encode(into: &output)
    output.append(flags)
    output.append(bigEndian: nonce.high)
    output.append(bigEndian: nonce.low)
    fields.encode(into: &output)
  }

  /// The hello as the line of text with which a connector begins.
  package var line: [UInt8] {
    let payload = [UInt8](capacity: byteCount) { encodePayload(into: &$0) }
    var line = Hello.lineStart
    for byte in payload { line += [Hello.digit(byte >> 4), Hello.digit(byte & 15)] }
    return line + [13, 10]
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
