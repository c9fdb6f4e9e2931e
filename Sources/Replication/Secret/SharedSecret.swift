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
// It must not know sockets, files, nor what a proof is good for: which secrets there are is `PairSecrets`' to know.
package struct SharedSecret: Sendable {
  /// Shorter ones are refused: they are guessed.
  package static let minByteCount = 16

  private let key: AuthenticationKey

  /// - Parameter bytes: a line of the file, without its end.
  package init(_ bytes: consuming SecretBytes) throws(SharedSecretError) {
    if bytes.count == 0 { throw .empty }
    if bytes.count < SharedSecret.minByteCount { throw .short }
    key = AuthenticationKey(bytes)
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

/// Which of the two proves; part of what is proven, so that no proof can be sent back to its maker as the other's.
enum Prover: UInt8, Sendable {
  case connector = 1
  case acceptor = 2
}
