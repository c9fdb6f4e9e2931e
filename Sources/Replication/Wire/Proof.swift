import MessageAuthentication
import Platform

/// 32 bytes that prove the shared secret (see `SharedSecret`), or zeros where there is none.
package struct Proof: Equatable, Sendable {
  package let words: [4 of UInt64]

  package static let none = Proof(words: [0, 0, 0, 0])

  package init(words: [4 of UInt64]) { self.words = words }

  init(_ code: AuthenticationCode) {
    words = [4 of UInt64] { word in
      (0..<8).reduce(0) { $0 << 8 | UInt64(code.bytes[word * 8 + $1]) }
    }
  }

  init(_ fields: inout ByteReader) {
    words = [fields.number64(), fields.number64(), fields.number64(), fields.number64()]
  }

  @_lifetime(output: copy output)
  func encode(into output: inout OutputSpan<UInt8>) {
    for index in words.indices { output.append(bigEndian: words[index]) }
  }

  /// In constant time: how far a forged proof is right must not be seen.
  package static func == (left: Proof, right: Proof) -> Bool { left.code == right.code }

  private var code: AuthenticationCode {
    AuthenticationCode([32 of UInt8] { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - $0 % 8 * 8)) })
  }
}
