import ItemStore
import Platform

extension PeerName {
  static let byteCount = 8 + 8 + 4

  init(_ fields: inout ByteReader) {
    let identity = PeerIdentity(node: fields.number64(), boot: fields.number64())
    self.init(identity, epoch: fields.number32())
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: identity.node)
    output.append(bigEndian: identity.boot)
    output.append(bigEndian: epoch)
  }
}
