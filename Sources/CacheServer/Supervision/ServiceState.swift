/// What a service manager is told of a server, and when, by sd_notify(3): events and ticks in, datagrams of lines out.
///
/// ```
///             ┌ ticks: EXTEND_TIMEOUT_USEC, so that a long copy is no failed start
///   starting ─┴─ opened: READY=1 ─▶ serving ─┬─ SIGHUP: RELOADING=1 … READY=1
///                                            └─ the end: STOPPING=1
///   in each of them a tick tells STATUS= where it has changed, and WATCHDOG=1 while every thread answers
/// ```
///
/// **Invariants.** What could not be sent is sent first at the next chance, in its order: a manager that was busy does not miss
/// READY=1. Of what it misses too often the oldest is dropped. No socket and no clock of its own, and no lock.
struct ServiceState {
  enum Phase: String {
    case starting = "Starting"
    case serving = "Serving"
    case stopping = "Stopping"
  }

  private(set) var phase = Phase.starting
  /// What is to be sent, a datagram of lines each.
  private(set) var outgoing: [[String]] = []
  private let watchdog: Duration?
  private var lastProof: Duration?
  private var toldStatus: String?

  private static let maxOutgoing = 16
  /// How long after the last tick a start may be called failed.
  private static let startExtension = Duration.seconds(30)
  private static let maxTick = Duration.seconds(1)

  /// - Parameter watchdog: the longest silence.
  init(watchdog: Duration?) { self.watchdog = watchdog }

  /// How often `tick` is wanted: the watchdog is told twice within its time at least, though one tick is late.
  var interval: Duration { min(Self.maxTick, proofInterval ?? Self.maxTick) }

  private var proofInterval: Duration? { watchdog.map { max($0 / 4, .milliseconds(1)) } }

  mutating func opened(_ status: String) {
    phase = .serving
    tell(["READY=1"] + changed(status))
  }

  mutating func reloading(at monotonic: Duration) {
    tell(["RELOADING=1", "MONOTONIC_USEC=\(monotonic.microseconds)"])
  }

  mutating func reloaded() { tell(["READY=1"]) }

  mutating func stopping(_ status: String) {
    if phase == .stopping { return }
    phase = .stopping
    tell(["STOPPING=1"] + changed(status))
  }

  /// - Parameters:
  ///   - now: monotonic.
  ///   - isAlive: every thread has answered since the last proof.
  /// - Returns: whether it was told that the server lives: the threads are to be asked anew.
  mutating func tick(at now: Duration, status: String, isAlive: Bool) -> Bool {
    var lines = changed(status)
    if phase == .starting { lines.append("EXTEND_TIMEOUT_USEC=\(Self.startExtension.microseconds)") }
    let isProven = isAlive && isProofDue(now)
    if isProven {
      lines.append("WATCHDOG=1")
      lastProof = now
    }
    tell(lines)
    return isProven
  }

  mutating func sent(_ count: Int) { outgoing.removeFirst(min(count, outgoing.count)) }

  private func isProofDue(_ now: Duration) -> Bool {
    guard let proofInterval else { return false }
    return lastProof.map { now - $0 >= proofInterval } ?? true
  }

  private mutating func changed(_ status: String) -> [String] {
    if status == toldStatus { return [] }
    toldStatus = status
    return ["STATUS=\(status)"]
  }

  private mutating func tell(_ lines: [String]) {
    if lines.isEmpty { return }
    outgoing.append(lines)
    if outgoing.count > Self.maxOutgoing { outgoing.removeFirst() }
  }
}

extension Duration {
  fileprivate var microseconds: Int64 { Int64(clamping: Int128(self / .microseconds(1))) }
}
