import ConnectionServer
import Platform
import Synchronization
import Transport

/// What the workers of a proxy share. Immutable but for atomic words.
package final class ProxyContext: Sendable {
  package let settings: ProxySettings
  package let serving: ServingContext
  /// Mains first, backups behind them.
  package let backends: [Backend]
  package let router: KeyRouter
  /// Of clients, and of servers; nil: they do not speak TLS.
  let credentials: TLSCredentials?
  let serverCredentials: TLSCredentials?
  package let generations = WriteGenerations()
  package let log: @Sendable (String) -> Void
  /// Raised when a backend's health changes: workers look at that alone.
  private let healthVersion = Atomic<UInt32>(1)

  package init(
    settings: ProxySettings, serving: ServingConfiguration, backends: [Backend],
    log: @escaping @Sendable (String) -> Void
  ) throws(TLSError) {
    self.settings = settings
    credentials = settings.tls.chain == nil ? nil : try TLSCredentials(settings.tls, for: .clients)
    var serverTLS = TLSSettings()
    serverTLS.authorities = settings.serverAuthorities
    serverTLS.verification = settings.serverAuthorities == nil ? .none : .require
    serverCredentials = settings.isServerTLSEnabled ? try TLSCredentials(serverTLS, for: .servers) : nil
    self.serving = ServingContext(serving)
    self.backends = backends
    self.log = log
    router = KeyRouter(settings)
  }

  /// What `stats` answers; nil before it starts and after it has ended.
  var report: ProxyReport? { currentReport.withLock { $0 } }
  private let currentReport = Mutex<ProxyReport?>(nil)
  func setReport(_ report: ProxyReport?) { currentReport.withLock { $0 = report } }

  var hasBackups: Bool { !settings.backups.isEmpty }
  var currentHealthVersion: UInt32 { healthVersion.load(ordering: .acquiring) }

  package func markDead(_ number: Int, _ why: String) {
    guard backends[number].markDead() else { return }
    switchSide(from: number)
    healthVersion.add(1, ordering: .releasing)
    log("magent: \(backends[number].address) is dead: \(why)")
  }

  /// False where something was written without it meanwhile.
  package func markReturned(_ number: Int, warming: Bool) -> Bool {
    guard backends[number].markReturned(warming: warming) else { return false }
    if let partner = backends[number].partner, backends[partner].health == .dead { switchSide(from: partner) }
    healthVersion.add(1, ordering: .releasing)
    log("magent: \(backends[number].address) answers again")
    return true
  }

  /// A pair is asked on one side, until that is dead: the other may be older for a moment when it has just returned.
  private func switchSide(from number: Int) {
    guard let partner = backends[number].partner, backends[partner].health != .dead else { return }
    backends[min(number, partner)].isSwitched.store(partner > number, ordering: .relaxed)
  }

  /// The side that is asked of a server that may be a pair.
  func side(of number: Int) -> Int {
    guard let partner = backends[number].partner else { return number }
    let first = min(number, partner)
    return backends[first].isSwitched.load(ordering: .relaxed) ? max(number, partner) : first
  }

  package func markWarm(_ number: Int) {
    guard backends[number].markWarm() else { return }
    healthVersion.add(1, ordering: .releasing)
    log("magent: \(backends[number].address) has its keys again")
  }
}

/// How often keys were written, all that share a place together.
///
/// A value that is copied from a backup to its main was read a moment ago, and may have been deleted since. Each write raises its
/// key's number before it is sent; who copies looks at the number before he reads and when the copy is there, and takes the copy
/// back where it has changed.
package final class WriteGenerations: Sendable {
  private let table = CounterTable(count: size)
  private static let size = 16_384

  subscript(hash: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: table[Self.place(hash)]) }

  func noteWrite(_ hash: UInt32) { table.increment(Self.place(hash)) }

  private static func place(_ hash: UInt32) -> Int { Int((hash &* 0x9e37_79b1) &>> 18) }
}
