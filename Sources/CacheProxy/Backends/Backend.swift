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

  package let place: ServerPlace
  package let isBackup: Bool
  private let state = Atomic<Health>(.alive)
  /// Of a pair, at its first side: it is the second that is asked.
  package let isSwitched = Atomic<Bool>(false)
  private let missed: MissedLog
  /// Failures since it answered last.
  private let failures = Atomic<Int>(0)
  /// How often it was found dead.
  package let deaths = Atomic<UInt64>(0)
  /// When it was found dead last, on the monotonic clock.
  private let diedAt = Atomic<UInt64>(0)
  /// Its keys are other servers' for now.
  package let isEjected = Atomic<Bool>(false)
  /// Connections of all workers.
  package let connections = Atomic<Int>(0)

  /// - Parameter first: of a pair, the first side: what both have missed, the first that returns is told.
  package init(_ address: BackendAddress.Side, isBackup: Bool, first: Backend? = nil) {
    (place, self.isBackup) = (ServerPlace(address), isBackup)
    missed = first?.missed ?? MissedLog()
  }

  package var address: BackendAddress.Side { place.side }

  package var health: Health { state.load(ordering: .relaxed) }

  /// False where it was dead already.
  @discardableResult
  package func markDead(now: UInt64 = SystemClock.monotonicNanoseconds()) -> Bool {
    if state.exchange(.dead, ordering: .relaxed) == .dead { return false }
    deaths.add(1, ordering: .relaxed)
    diedAt.store(now, ordering: .relaxed)
    return true
  }

  /// How long ago it was found dead, in milliseconds.
  package func timeDead(now: UInt64) -> UInt64 {
    let then = diedAt.load(ordering: .relaxed)
    return now > then ? (now - then) / 1_000_000 : 0
  }

  /// It has failed. True when that was so often in a row as makes it dead.
  package func noteFailure(limit: Int) -> Bool { failures.add(1, ordering: .relaxed).newValue >= limit }

  /// Takes one connection off the count, where that is above the limit.
  func takeSpare(above limit: Int) -> Bool {
    var count = connections.load(ordering: .relaxed)
    while count > limit {
      let (isDone, now) = connections.weakCompareExchange(expected: count, desired: count - 1, ordering: .relaxed)
      if isDone { return true }
      count = now
    }
    return false
  }

  /// It answers.
  @inline(__always)
  package func noteSuccess() {
    if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
  }

  /// A main that is new, and has backups: its keys are theirs until they are copied.
  package func beginWarming() { state.store(.warming, ordering: .relaxed) }

  /// A write that concerns it was made without it.
  ///
  /// - Parameters:
  ///   - key: nil: of any key.
  ///   - partner: of a pair, the other side: one that lives has been told, and tells it.
  /// - Returns: false where it has returned meanwhile, and can be told.
  func noteMissed(_ key: [UInt8]?, partner: Backend? = nil) -> Bool {
    missed.writes.withLock { missed in
      guard health == .dead, partner.map({ $0.health == .dead }) ?? true else { return false }
      missed.add(key)
      return true
    }
  }

  /// What was written without it since this was asked last.
  package func takeMissed() -> MissedWrites {
    missed.writes.withLock { missed in
      defer { missed = MissedWrites() }
      return missed
    }
  }

  /// They are still there.
  package func putBack(_ writes: MissedWrites) {
    missed.writes.withLock { missed in
      if writes.isAll { missed.add(nil) }
      for key in writes.keys { missed.add(key) }
    }
  }

  /// It is used again. False where something was written without it meanwhile.
  package func markReturned(warming: Bool) -> Bool {
    missed.writes.withLock { missed in
      guard missed.isEmpty else { return false }
      failures.store(0, ordering: .relaxed)
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

/// Of one server, or of both sides of a pair.
private final class MissedLog: Sendable {
  let writes = Mutex(MissedWrites())
}

/// What was written while a server was dead. One that hung, or was cut off, has still got what it had before; it must not be asked
/// for these keys as long as it has them.
package struct MissedWrites: Sendable {
  package private(set) var keys: Set<[UInt8]> = []
  /// Nobody knows which: all that it has may be old.
  package private(set) var isAll = false

  private static let maxKeys = 100_000

  package var isEmpty: Bool { keys.isEmpty && !isAll }

  package init(_ keys: some Sequence<[UInt8]> = []) {
    for key in keys { add(key) }
  }

  mutating func add(_ other: MissedWrites) {
    if other.isAll { add(nil) }
    for key in other.keys { add(key) }
  }

  mutating func add(_ key: [UInt8]?) {
    if isAll { return }
    if let key { keys.insert(key) }
    guard key == nil || keys.count > Self.maxKeys else { return }
    isAll = true
    keys = []
  }
}
