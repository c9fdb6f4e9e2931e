import Platform
import Synchronization

/// One server of -s or -b, as all workers see it: where it is, and whether it is worth asking.
///
/// ```
///   alive ──a connection refused, an answer that does not come or is none──▶ dead ──probe answers──▶ alive, or warming
///                                                                             ▲                        │
///                                                                             └────────────────────────┤
///                                            a main with backups: keys come back from those ──▶ alive ◀┘
/// ```
///
/// **Invariants.** What is dead is not asked but by the probe, so a server that hangs costs a timeout once. What is warming is asked,
/// and what it does not have its backup is asked for; the backup decides there whether a key exists. **Locks**: atomic words.
package final class Backend: Sendable {
  package enum Health: UInt8, Sendable, BitwiseCopyable, AtomicRepresentable {
    case alive, warming, dead
  }

  package let address: BackendAddress
  package let socketAddress: SocketAddress
  package let isBackup: Bool
  private let state = Atomic<Health>(.alive)
  /// How often it was found dead.
  package let deaths = Atomic<UInt64>(0)

  package init(_ address: BackendAddress, at socketAddress: SocketAddress, isBackup: Bool) {
    (self.address, self.socketAddress, self.isBackup) = (address, socketAddress, isBackup)
  }

  package var health: Health { state.load(ordering: .relaxed) }
  var isUsable: Bool { health != .dead }

  /// False where it was dead already.
  @discardableResult
  package func markDead() -> Bool {
    if state.exchange(.dead, ordering: .relaxed) == .dead { return false }
    deaths.add(1, ordering: .relaxed)
    return true
  }

  package func markReturned(warming: Bool) { state.store(warming ? .warming : .alive, ordering: .relaxed) }

  /// Its keys are back. False where it died meanwhile.
  @discardableResult
  package func markWarm() -> Bool {
    state.compareExchange(expected: .warming, desired: .alive, ordering: .relaxed).exchanged
  }
}
