import COpenSSL
import Platform

// Proving to know a key without telling it: HMAC with SHA-256 (RFC 2104, RFC 6234), by OpenSSL.
//
//    key ─────┐
//             ├──▶ code: 32 bytes that only who has the key can make for this message
//    message ─┘
//
// Invariants. The key stands in one place in memory, which is wiped when the last owner lets it go; OpenSSL wipes what it
// derives from it. A code is compared in a time that does not depend on where two codes differ.
// Locks: none; a key never changes, so any thread may use it. It must not know what is said in a message, nor who says it.
//
// This room is the only one that sees OpenSSL, and the only place above Platform where a pointer to a message is taken.
package final class AuthenticationKey: Sendable {
  private let secret: SecretBytes

  package init(_ secret: consuming SecretBytes) { self.secret = secret }

  package func code(of message: Span<UInt8>) -> AuthenticationCode {
    var code: [32 of UInt8] = .init(repeating: 0)
    var target = code.mutableSpan
    let isMade = unsafe target.withUnsafeMutableBufferPointer { unsafe Self.write(codeOf: message, by: secret, to: $0) }
    // It fails only without memory, or where the library refuses SHA-256; a code of zeros must never be taken for one.
    guard isMade else { fatalError("OpenSSL cannot make an HMAC with SHA-256") }
    return AuthenticationCode(code)
  }

  @unsafe private static func write(
    codeOf message: Span<UInt8>, by key: borrowing SecretBytes, to code: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    let key = key.bytes
    var count: UInt32 = 0
    let result = unsafe key.withUnsafeBytes { key in
      unsafe message.withUnsafeBufferPointer { text in
        unsafe HMAC(
          EVP_sha256(), key.baseAddress, Int32(key.count), text.baseAddress, text.count, code.baseAddress, &count)
      }
    }
    return unsafe result != nil && Int(count) == code.count
  }
}
