import ConnectionServer
import Platform
import Synchronization

/// What the workers of a proxy share. Immutable but for atomic words.
package final class ProxyContext: Sendable {
  package let settings: ProxySettings
  package let serving: ServingContext
  /// Mains first, backups behind them.
  package let backends: [Backend]
  package let router: KeyRouter
  package let generations = WriteGenerations()
  package let log: @Sendable (String) -> Void
  /// Raised when a backend's health changes: workers look at that alone.
  private let healthVersion = Atomic<UInt32>(1)

  package init(
    settings: ProxySettings, serving: ServingConfiguration, backends: [Backend],
    log: @escaping @Sendable (String) -> Void
  ) {
    self.settings = settings
    self.serving = ServingContext(serving)
    self.backends = backends
    self.log = log
    router = KeyRouter(settings)
  }

  /// What `stats` answers.
  func statistics(_ arguments: Span<UInt8>) -> String { report.withLock { $0 }(arguments.count > 0) }
  private let report = Mutex<@Sendable (Bool) -> String>({ _ in "END\r\n" })
  package func setReport(_ body: @escaping @Sendable (Bool) -> String) { report.withLock { $0 = body } }

  var mainCount: Int { settings.mains.count }
  var hasBackups: Bool { !settings.backups.isEmpty }
  var currentHealthVersion: UInt32 { healthVersion.load(ordering: .acquiring) }

  package func markDead(_ number: Int, _ why: String) {
    guard backends[number].markDead() else { return }
    healthVersion.add(1, ordering: .releasing)
    log("magent: \(backends[number].address) is dead: \(why)")
  }

  /// False where something was written without it meanwhile.
  package func markReturned(_ number: Int, warming: Bool) -> Bool {
    guard backends[number].markReturned(warming: warming) else { return false }
    healthVersion.add(1, ordering: .releasing)
    log("magent: \(backends[number].address) answers again")
    return true
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
