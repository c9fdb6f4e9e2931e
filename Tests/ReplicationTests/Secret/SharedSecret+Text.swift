import Platform

@testable import Replication

extension SharedSecret {
  init(_ text: String) throws(SharedSecretError) {
    let bytes = [UInt8](text.utf8)
    try self.init(SecretBytes(copying: bytes.span))
  }
}
