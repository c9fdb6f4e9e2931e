import Platform

/// 32 bytes that prove the shared secret: an HMAC-SHA256 over both nonces, or zeros where there is no secret.
package struct Proof: Equatable, Sendable {
  package let words: [4 of UInt64]

  package static let none = Proof(words: [0, 0, 0, 0])

  package init(words: [4 of UInt64]) { self.words = words }

  init(_ fields: inout ByteReader) {
    words = [fields.number64(), fields.number64(), fields.number64(), fields.number64()]
  }

  /// What is to be authenticated: who proves, both nonces, both identities. Without the first, one side's proof could be
  /// played back to it as the other's.
  static func message(isConnector: Bool, connector: Hello, acceptor: Hello) -> [UInt8] {
    [UInt8](capacity: 80) { output in
      output.append(isConnector ? 1 : 2)
      for hello in [connector, acceptor] {
        output.append(bigEndian: hello.nonce.high)
        output.append(bigEndian: hello.nonce.low)
        output.append(bigEndian: hello.identity.node)
        output.append(bigEndian: hello.identity.boot)
      }
    }
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    for index in words.indices { output.append(bigEndian: words[index]) }
  }

  /// Looks at every bit whatever it finds, so that the time taken tells nothing about the secret.
  package static func == (left: Proof, right: Proof) -> Bool {
    var difference: UInt64 = 0
    for index in left.words.indices { difference |= left.words[index] ^ right.words[index] }
    return difference == 0
  }
}
