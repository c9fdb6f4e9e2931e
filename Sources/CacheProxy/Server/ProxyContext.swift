import ClientLogin
import ConnectionServer
import Platform
import Synchronization
import Transport

/// What the workers of a proxy share. Immutable but for atomic words, and for the servers, which SIGHUP changes.
package final class ProxyContext: Sendable {
  /// Those of the start: of what SIGHUP changes the pool has its own.
  package let settings: ProxySettings
  package let serving: ServingContext
  /// Of clients; nil: they do not speak TLS.
  let credentials: TLSCredentials?
  /// Who may come in; nil: whoever can connect.
  let login: Login?
  package let generations = WriteGenerations()
  package let notices: BackendPoolNotices
  private let current: Mutex<BackendPool>

  package init(
    settings: ProxySettings, serving: ServingConfiguration, log: @escaping @Sendable (String) -> Void
  ) throws(ProxyError) {
    self.settings = settings
    do throws(TLSError) {
      credentials = settings.tls.chain == nil ? nil : try TLSCredentials(settings.tls, for: .clients)
    } catch { throw ProxyError("\(error)") }
    login = settings.authFile == nil ? nil : Login(acceptsSASL: settings.acceptsSASL)
    self.serving = ServingContext(serving)
    notices = BackendPoolNotices(log)
    current = Mutex(try BackendPool(settings, notices: notices))
  }

  package var log: @Sendable (String) -> Void { notices.log }

  /// The newest: a worker may be a moment behind.
  package var pool: BackendPool { current.withLock { $0 } }
  func setPool(_ pool: BackendPool) { current.withLock { $0 = pool } }

  /// What `stats` answers; nil before it starts and after it has ended.
  var report: ProxyReport? { currentReport.withLock { $0 } }
  private let currentReport = Mutex<ProxyReport?>(nil)
  func setReport(_ report: ProxyReport?) { currentReport.withLock { $0 = report } }
}
