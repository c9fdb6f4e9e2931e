import Platform
import Transport

/// The pair's TLS (`-o repl_tls`): the secret, the hellos and all that follows go through it.
///
/// ```
///   dialled: connected ─▶ sealed ─▶ hello is written: its first bytes are the handshake's
///   accepted:             sealed ─▶ read: the handshake, then the other's hello
/// ```
///
/// Each side shows a certificate of the authorities that both know. One with `-x` also wants that name, or that address, in
/// the other's certificate, whoever of the two has dialled. Who does not get through it has said nothing to the machine, and is
/// dropped when its hello is overdue, as anybody else who is silent.
extension LinkDriver {
  /// False where that cannot be; then the channel is gone.
  func seal(_ channel: Channel) -> Bool {
    guard let credentials = configuration.tls else { return true }
    do throws(TLSError) {
      let context = credentials.context
      channel.seal(
        by: channel.isDialled
          ? try context.connect(channel.fd, to: peer?.host) : try context.accept(channel.fd, from: peer?.host))
      return true
    } catch {
      configuration.warn("replication: \(error)")
      if channel.isDialled { dialFailed(channel, "no TLS") } else { drop(channel) }
      return false
    }
  }

  func tellSealFailure(_ channel: Channel) {
    guard channel.stage != .linked, let why = channel.sealFailure, sealWarnings.take(now: now) else { return }
    configuration.warn("replication: TLS with \(channel.address) failed: \(why) (-o repl_tls)")
  }
}
