import ClientLogin
import ConnectionServer
import Platform
import SystemPackage
import Transport

/// Clients who ask for certificates, keys and authorities to be read anew (`refresh_certs`), and wait: files are read and keys are
/// checked.
final class CertificateRequests: Sendable {
  private let replies = DeferredReplies()

  func add(_ reply: DeferredReply) { replies.add(reply) }

  /// Answers all who wait, with one reading. On the maintenance thread.
  func answer(_ context: ServerContext) {
    replies.answer {
      do throws(TLSError) {
        try context.reloadCertificates()
        return "OK\r\n"
      } catch {
        return "SERVER_ERROR \(error)\r\n"
      }
    }
  }
}

extension ServerContext {
  var usesTLS: Bool { tls != nil || pairTLS != nil || pageTLS != nil }

  /// Reads the files of clients' TLS, of the pair's, and of the page's. Where one is bad its old content stays in use, and why is thrown.
  /// Connections that are open keep what they have begun with. From any thread.
  func reloadCertificates() throws(TLSError) {
    try tls?.reload()
    try pairTLS?.reload()
    if let pageTLS, pageTLS !== tls { try pageTLS.reload() }
  }

  /// The same for `ReloadedFiles`, in whose messages the chain stands for all of them.
  func loadCertificates() throws(ReloadFault) -> String {
    do throws(TLSError) {
      try reloadCertificates()
      return "been read, with the other files of TLS"
    } catch {
      throw ReloadFault("cannot be used: \(error)", isForbidden: error.isForbidden)
    }
  }
}

extension ServerContext {
  /// Of a client that has not become a connection.
  func noteFailedHandshake(_ socket: FileDescriptor, _ why: String) {
    if verbosity > 1 { ClientLog(socket, log).told("TLS handshake failed: \(why)") }
    watch.handshakeFailed(socket.rawValue, why)
  }
}
