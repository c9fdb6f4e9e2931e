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

  package let address: BackendAddress.Side
  package let socketAddress: SocketAddress
  package let isBackup: Bool
  private let state = Atomic<Health>(.alive)
  /// Of a pair: the number of the other side.
  private let pairing = Atomic<Int>(-1)
  /// Of a pair, at its first side: it is the second that is asked.
  package let isSwitched = Atomic<Bool>(false)
  private let missed = Mutex(MissedWrites())
  /// How often it was found dead.
  package let deaths = Atomic<UInt64>(0)

  package init(_ address: BackendAddress.Side, at socketAddress: SocketAddress, isBackup: Bool) {
    (self.address, self.socketAddress, self.isBackup) = (address, socketAddress, isBackup)
  }

  package func setPartner(_ number: Int) { pairing.store(number, ordering: .relaxed) }
  package var partner: Int? {
    let number = pairing.load(ordering: .relaxed)
    return number < 0 ? nil : number
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

  /// A write that concerns it was made without it.
  ///
  /// - Parameter key: nil: of any key.
  /// - Returns: false where it has returned meanwhile, and can be told.
  func noteMissed(_ key: [UInt8]?) -> Bool {
    missed.withLock { missed in
      guard health == .dead else { return false }
      missed.add(key)
      return true
    }
  }

  /// What was written without it since this was asked last.
  package func takeMissed() -> MissedWrites {
    missed.withLock { missed in
      defer { missed = MissedWrites() }
      return missed
    }
  }

  /// They are still there.
  package func putBack(_ writes: MissedWrites) {
    missed.withLock { missed in
      if writes.isAll { missed.add(nil) }
      for key in writes.keys { missed.add(key) }
    }
  }

  /// It is used again. False where something was written without it meanwhile.
  package func markReturned(warming: Bool) -> Bool {
    missed.withLock { missed in
      guard missed.isEmpty else { return false }
      state.store(warming ? .warming : .alive, ordering: .relaxed)
      return true
    }
  }

  /// Its keys are back. False where it died meanwhile.
  @discardableResult
  package func markWarm() -> Bool {
    state.compareExchange(expected: .warming, desired: .alive, ordering: .relaxed).exchanged
  }
}

/// What was written while a server was dead. One that hung, or was cut off, has still got what it had before; it must not be asked
/// for these keys as long as it has them.
package struct MissedWrites: Sendable {
  package private(set) var keys: Set<[UInt8]> = []
  /// Nobody knows which: all that it has may be old.
  package private(set) var isAll = false

  private static let maxKeys = 100_000

  package var isEmpty: Bool { keys.isEmpty && !isAll }

  mutating func add(_ key: [UInt8]?) {
    if isAll { return }
    if let key { keys.insert(key) }
    guard key == nil || keys.count > Self.maxKeys else { return }
    isAll = true
    keys = []
  }
}
