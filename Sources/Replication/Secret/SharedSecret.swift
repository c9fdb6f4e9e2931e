import MessageAuthentication
import Platform

// What both of a pair know and nobody else: who cannot prove to know it gets nothing and gives nothing.
//
//   connector ── hello: nonce ─────────────────────▶ acceptor
//   connector ◀──── hello: nonce, acceptor's proof ── acceptor      both nonces are known: the acceptor proves first
//   connector ── confirm: connector's proof ───────▶ acceptor      nothing of the cache was sent until here
//
//   proof = HMAC-SHA256(secret, who proves ∥ the connector's claims ∥ the acceptor's claims)
//
// The claims are all of a hello but its proof: nonce, node, boot id, protocol versions, features, clock, stamps, what
// is asked for, and fields that this version may not know, as they came.
// So a proof is good for one handshake only (the verifier's own nonce is in it), for one side only (a proof sent back
// is none), for these two daemons, and for these very words: nobody in the middle can change one.
//
// What it does not do: who can change the packets of a link that is made can still do so, but for TLS (`-o repl_tls`). And who
// pretends to be an acceptor or a connector receives one proof of a real one, with which he can try out guesses: so a
// secret is drawn at random and not thought up, and a short one is refused.
//
// It must not know sockets, nor what a proof is good for.
package struct SharedSecret: Sendable {
  /// Shorter ones are refused: they are guessed.
  package static let minByteCount = 16

  private let key: AuthenticationKey

  /// A trailing newline, as editors and `echo` leave it, is no part of the secret.
  package init(_ bytes: consuming SecretBytes) throws(SharedSecretError) {
    bytes.dropNewline()
    if bytes.count == 0 { throw .empty }
    if bytes.count < SharedSecret.minByteCount { throw .short }
    key = AuthenticationKey(bytes)
  }

  /// - Parameter user: who may own the file beside root and the user that reads it.
  package static func read(_ path: String, user: UInt32? = nil) throws(SharedSecretError) -> SharedSecret {
    let bytes: SecretBytes
    do throws(SecretFileError) {
      bytes = try SecretFile.read(path, owners: user.map { [$0] } ?? [])
    } catch { throw .file(error) }
    return try SharedSecret(bytes)
  }

  /// What `prover` has to say to prove that it knows the secret.
  func proof(by prover: Prover, connector: Hello, acceptor: Hello) -> Proof {
    let message = [UInt8](capacity: 1 + connector.byteCount + acceptor.byteCount) { output in
      output.append(prover.rawValue)
      connector.encodeClaims(into: &output)
      acceptor.encodeClaims(into: &output)
    }
    return Proof(key.code(of: message.span))
  }
}

extension SecretBytes {
  fileprivate mutating func dropNewline() {
    if count > 0, bytes[count - 1] == 10 { truncate(toCount: count - 1) }
    if count > 0, bytes[count - 1] == 13 { truncate(toCount: count - 1) }
  }
}

/// Which of the two proves; part of what is proven, so that no proof can be sent back to its maker as the other's.
enum Prover: UInt8, Sendable {
  case connector = 1
  case acceptor = 2
}

/// Why a secret cannot be used. The words follow the file's name in a message.
package enum SharedSecretError: Error, Sendable, Equatable, CustomStringConvertible {
  case file(SecretFileError)
  case empty
  case short

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .empty: "is empty"
    case .short: "is shorter than \(SharedSecret.minByteCount) bytes"
    }
  }
}
