import ItemStore
import Platform
import SystemPackage
import Transport

/// Whether the peer would take this side, asked without becoming its peer: `repcached --check`.
///
/// ```
///   TCP ─▶ (TLS) ─▶ hello, feature `probe` ─▶ goodbye: refused, and why
///                                          └▶ hello with a proof: looked at ─▶ closed, nothing confirmed
/// ```
///
/// **Invariants.** Nothing of the cache is sent or taken: an acceptor waits for a confirmation, and none comes. A peer that is linked
/// stays so. It must not know settings, nor how what it finds is worded for an owner.
package struct PeerProbe {
  /// Of this side, as its daemon would say it.
  package var node: UInt64
  package var limits: PeerLimits
  /// nil: there is none to prove.
  package var secrets: PairSecrets?
  /// `-o repl_tls`.
  package var tls: TLSCredentials?
  /// Whom the certificate must name.
  package var host: String

  package init(node: UInt64, limits: PeerLimits, secrets: PairSecrets?, tls: TLSCredentials?, host: String) {
    (self.node, self.limits, self.secrets, self.tls, self.host) = (node, limits, secrets, tls, host)
  }

  /// In microseconds: beyond it two do not pair.
  package static let clockTolerance = Replicator.clockTolerance

  package enum Outcome: Sendable {
    /// Nobody listens, or says nothing that could be a peer's.
    case unreachable(WaitingError)
    /// It has closed the connection without a word.
    case closed
    case malformed
    /// It speaks as repcached 2.x.
    case legacy
    case refused(GoodbyeReason)
    case met(Meeting)
  }

  /// What its hello tells.
  package struct Meeting: Sendable {
    package var version: UInt16
    package var isUnderstood: Bool
    package var hasSecret: Bool
    /// It has proven a secret that this side knows, or neither has one.
    package var isProven: Bool
    /// How far its clock is ahead, in microseconds.
    package var clockAhead: Int64
    package var limits: PeerLimits?
    /// It says that it is this very daemon.
    package var hasSameNode: Bool
  }

  package func ask(_ address: SocketAddress, within limit: Duration) -> Outcome {
    do throws(WaitingError) {
      let connection = try WaitingConnection(to: address, tls: tls.map { ($0.context, host) }, within: limit)
      let hello = hello()
      try connection.send(hello.line)
      while true {
        if let outcome = outcome(connection.bytes(connection.count).span, hello) { return outcome }
        if try !connection.receive() { return .closed }
      }
    } catch {
      return .unreachable(error)
    }
  }

  private func hello() -> Hello {
    var random = SystemRandomNumberGenerator()
    var hello = Hello(
      identity: PeerIdentity(node: node, boot: random.next()), unixMicroseconds: SystemClock.unixMicroseconds(),
      nonce: Nonce(high: random.next(), low: random.next()))
    hello.features.insert(.probe)
    hello.hasSecret = secrets != nil
    hello.fields = HelloFields(limits: limits)
    return hello
  }

  /// Nil where more has to come.
  private func outcome(_ bytes: Span<UInt8>, _ said: Hello) -> Outcome? {
    if bytes.isEmpty { return nil }
    // A frame begins with 0, what a 2.x sends with a letter, and an alert of TLS with neither.
    if bytes[0] != 0 { return (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(bytes[0]) ? .legacy : .malformed }
    switch FrameDecoder.decode(bytes) {
    case .incomplete: return nil
    case .frame(.goodbye(let reason), _): return .refused(reason)
    case .frame(.hello(let payload), _):
      guard let hello = Hello(payload: bytes, payload) else { return .malformed }
      return .met(meeting(said, hello))
    case .frame, .malformed: return .malformed
    }
  }

  private func meeting(_ said: Hello, _ hello: Hello) -> Meeting {
    let secret = secrets?.secret(of: hello.proof, by: .acceptor, connector: said, acceptor: hello)
    return Meeting(
      version: hello.version, isUnderstood: hello.isUnderstood, hasSecret: hello.hasSecret,
      isProven: secrets == nil ? !hello.hasSecret : secret != nil,
      clockAhead: Int64(bitPattern: hello.unixMicroseconds &- SystemClock.unixMicroseconds()),
      limits: hello.fields.limits, hasSameNode: hello.identity.node == said.identity.node)
  }
}
