import ClientLogin
import ConnectionServer
import ItemStore
import Platform
import Replication
import Synchronization
import SystemPackage
import Transport

/// All that a page for those who look after the server may ask of it, and have done. From any thread but those that serve clients.
///
/// ```
///   AdminServer ──▶ AdminAccess ──┬─ numbers, items ──▶ the store, by short steps, without a use counted
///                                 ├─ commands ────────▶ a worker, as a client's (`InternalCommand`)
///                                 ├─ the peer ────────▶ the link: reports, questions about keys
///                                 └─ login ───────────▶ the cache's own (`Login`)
/// ```
///
/// It says what may be done; who may do it is the page's to know: `needsLogin`. It must not know HTTP.
package final class AdminAccess: Sendable {
  private let context: ServerContext
  private let pairing: Pairing
  /// While the server has workers.
  private let adopt = Mutex<(@Sendable (Transport) -> Void)?>(nil)

  init(_ context: ServerContext, _ pairing: Pairing) { (self.context, self.pairing) = (context, pairing) }

  func setAdopt(_ body: (@Sendable (Transport) -> Void)?) { adopt.withLock { $0 = body } }

  package var report: ServerReport { ServerReport(context) }
  /// With -Y.
  package var needsLogin: Bool { context.login != nil }
  /// Not with --disable-dumping.
  package var mayList: Bool { context.settings.isDumpingEnabled }
  /// Not with -W.
  package var mayWatch: Bool { context.settings.isWatchingEnabled }
  /// How the server is called.
  package var name: String {
    let port = context.settings.unixSocket ?? String(context.settings.port.number)
    return "\(ProcessIdentity.hostName):\(port)"
  }
  /// What the page speaks TLS by; nil: it does not.
  package var tls: TLSCredentials? { context.pageTLS }
  package var unixMicroseconds: UInt64 { context.moment().unixMicroseconds }

  // MARK: Both sides

  /// Nil before the server's threads are there, and after its end.
  package var local: SideNumbers? { context.sideNumbers() }
  package var peer: SideNumbers? {
    pairing.status?.peer == nil ? nil : context.pairMonitor.peer(at: unixMicroseconds)
  }
  package var lines: [PairLine] { context.pairMonitor.lines }
  package var digests: DigestComparison { context.pairMonitor.digests }
  package func askDigests() { context.pairMonitor.askDigests(at: unixMicroseconds) }

  package var link: LinkView {
    guard let status = pairing.status else { return LinkView() }
    var view = LinkView()
    (view.isOn, view.peer, view.wantedPeer) = (true, status.peer, status.wantedPeer)
    (view.peerTells, view.speaksLegacy) = (status.peerReports, status.peerProtocol == 2)
    view.clockOffsetMilliseconds = status.clockOffsetMilliseconds
    view.upSeconds = pairing.linkSeconds(status)
    view.hasSecret = context.settings.peering.secretFile != nil
    view.listensOn = status.listensOn.map(\.description)
    return view
  }

  // MARK: Items

  package func items(_ search: ItemSearch) -> ItemPage { ItemPage.make(search, context) }

  /// - Parameter valueBytes: so many of the value's first; 0: none.
  package func item(_ key: [UInt8], valueBytes: Int) -> LocalItem? {
    LocalItem.look(key, valueBytes: valueBytes, context)
  }

  package func held(_ key: [UInt8]) -> HeldState {
    HeldState(KeyAnswer(0, key.span, in: context.store, at: context.moment()))
  }

  /// - Parameter tell: once, from any thread; nil: the peer does not tell.
  package func heldByPeer(_ key: [UInt8], tell: @escaping @Sendable (HeldState?) -> Void) {
    pairing.ask(key) { tell($0.map(HeldState.init)) }
  }

  // MARK: Commands

  /// Nil where there is no worker, or no socket to be had.
  package func command(_ request: [UInt8], seconds: UInt64 = 3) -> InternalCommand? {
    guard let adopt = adopt.withLock({ $0 }) else { return nil }
    return try? InternalCommand(request, context, seconds: seconds, adopt: adopt)
  }

  /// The lines of `watch` for so many seconds.
  package func watch(_ kinds: String, seconds: UInt64) -> InternalWatch? {
    guard mayWatch, let adopt = adopt.withLock({ $0 }) else { return nil }
    return try? InternalWatch(kinds, context, seconds: seconds, adopt: adopt)
  }

  // MARK: Login

  package enum LoginStep: Equatable, Sendable {
    case accepted, refused
    /// It is to be judged after so many nanoseconds.
    case waits(UInt64)
  }

  /// Where a login of the page comes from: those who failed are slowed together.
  package func loginOrigin(_ client: SocketAddress?) -> LoginOrigin { .page(LoginOrigin(client)) }

  /// Whether the next login from there waits before it is looked at. Nothing is counted by that.
  package func isSlowed(_ origin: LoginOrigin) -> Bool {
    (context.login?.delay(origin, now: context.monotonicNanoseconds()) ?? 0) > 0
  }

  /// What stands for somebody who has logged in: as long as the file has him with that password, `hasUser` knows it.
  package func mark(_ user: [UInt8], _ password: [UInt8]) -> [UInt8] {
    guard let code = context.login?.mark(user.span, password.span) else { return [] }
    return code.bytes.indices.map { code.bytes[$0] }
  }

  package func hasUser(mark: [UInt8]) -> Bool { context.login?.hasUser(mark: mark.span) ?? false }

  package func login(_ user: [UInt8], _ password: [UInt8], from client: SocketAddress?) -> LoginStep {
    guard let login = context.login else { return .refused }
    return step(
      login.attempt(user.span, password.span, from: loginOrigin(client), now: context.monotonicNanoseconds()), client)
  }

  /// The same, after it has waited.
  package func judge(_ user: [UInt8], _ password: [UInt8], from client: SocketAddress?) -> LoginStep {
    guard let login = context.login else { return .refused }
    return step(
      login.judge(user.span, password.span, from: loginOrigin(client), now: context.monotonicNanoseconds()), client)
  }

  private func step(_ outcome: Login.Outcome, _ client: SocketAddress?) -> LoginStep {
    switch outcome {
    case .accepted: return .accepted
    case .waits(let nanoseconds): return .waits(nanoseconds)
    case .refused(let isFirst):
      if isFirst, context.verbosity > 0 { context.log("login: refused \(client?.host ?? "a client that has gone")") }
      return .refused
    }
  }
}

/// The link to the peer, as far as it is no number of a side.
package struct LinkView: Sendable {
  package var isOn = false
  package var peer: String?
  package var wantedPeer: String?
  package var peerTells = false
  package var speaksLegacy = false
  package var clockOffsetMilliseconds: Int64 = 0
  package var upSeconds: UInt64 = 0
  package var hasSecret = false
  package var listensOn: [String] = []

  package init() {}
}
