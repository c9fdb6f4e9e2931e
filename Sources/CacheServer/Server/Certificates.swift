import ConnectionServer
import Platform
import Synchronization
import SystemPackage
import Transport

/// Certificates, keys and authorities that are read anew: for clients who ask (`refresh_certs`), and for SIGHUP.
///
/// Clients wait, for files are read and keys are checked: that is the maintenance thread's, so no worker stands still for it, and
/// many who ask cost no more than ten readings a second.
final class CertificateRequests: Sendable {
  private let requests = Mutex<[DeferredReply]>([])

  func add(_ request: DeferredReply) { requests.withLock { $0.append(request) } }

  /// Answers all who wait, with one reading. On the maintenance thread.
  func answer(_ context: ServerContext) {
    let waiting = requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
    if waiting.isEmpty { return }
    let line: String
    do throws(TLSError) {
      try context.reloadCertificates()
      line = "OK\r\n"
    } catch {
      line = "SERVER_ERROR \(error)\r\n"
    }
    for request in waiting { request.send(line) }
  }
}

extension ServerContext {
  var usesTLS: Bool { tls != nil || pairTLS != nil }

  /// Reads the files of clients' TLS and of the pair's. Where one is bad its old content stays in use, and why is thrown.
  /// Connections that are open keep what they have begun with. From any thread.
  func reloadCertificates() throws(TLSError) {
    try tls?.reload()
    try pairTLS?.reload()
  }

  /// The same, told in the log: for SIGHUP.
  func reloadCertificatesAndTell() {
    if !usesTLS { return }
    do throws(TLSError) {
      try reloadCertificates()
      log("TLS: certificates are read anew")
    } catch {
      log("\(error); what was read before stays in use")
    }
  }
}

extension ClientLog {
  /// Of a client that has not become a connection.
  func handshakeFailed(_ why: String) { told("TLS handshake failed: \(why)") }
}
