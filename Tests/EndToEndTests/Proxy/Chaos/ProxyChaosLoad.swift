import Synchronization
import TestSupport

/// Readers and writers of magent, each on a connection of its own, and what must not happen to them.
///
/// A worker's keys are its own, and each write has a greater number than the one before. What was written longer ago than a write takes
/// to the other side, and was not with a side when that failed, must be found: this number, or a greater one. A write that a side has
/// received and not answered was repeated at the other, and a side that is stopped, or behind a way that holds bytes back, executes it
/// when it can: so what was written in the time of a fault may still be older afterwards (docs/magent.md says so), until it is written
/// again.
final class ProxyChaosLoad: Sendable, FaultWitness {
  struct Verdict: Sendable, CustomStringConvertible {
    var lost: [String] = []
    var wrong: [String] = []
    var errors: [String] = []
    var reads = 0
    var writes = 0
    /// Increments that nobody asked for.
    var double = 0

    var isClean: Bool { lost.isEmpty && wrong.isEmpty && double == 0 }
    var description: String {
      "\(reads) reads, \(writes) writes; lost \(lost.count) \(lost.prefix(3)), wrong \(wrong.count) \(wrong.prefix(3)), "
        + "done twice \(double), errors \(errors.count) \(errors.prefix(3))"
    }
  }

  private struct Key {
    /// Those that were answered: the number, and when that was. Old ones are dropped.
    var written: [(number: Int, at: ContinuousClock.Instant)] = []
    var last = 0
  }

  private struct State {
    var verdict = Verdict()
    var keys: [[Key]] = []
    var counted: [Int] = []
    var unknown: [Int] = []
    var isOver = false
  }

  /// Far more than a write takes to the other side, also on a busy machine.
  private static let crossing = Duration.seconds(1)
  private static let workers = 4
  private static let keys = 50

  private let state = Mutex(State())
  private let faultBegin = Mutex<ContinuousClock.Instant?>(nil)
  private let work = Mutex<[Background<Bool>]>([])

  init(_ endpoint: Endpoint) {
    state.withLock {
      $0.keys = .init(repeating: .init(repeating: Key(), count: Self.keys), count: Self.workers)
      $0.counted = .init(repeating: 0, count: Self.workers)
      $0.unknown = $0.counted
    }
    let started = (0..<Self.workers).map { worker in
      Background.start { [self] in
        try run(worker, try Client(to: endpoint))
        return true
      }
    }
    work.withLock { $0 = started }
  }

  var verdict: Verdict { state.withLock { $0.verdict } }

  func end() throws {
    state.withLock { $0.isOver = true }
    for worker in work.withLock({ $0 }) { _ = try worker.value() }
  }

  /// What has not crossed yet need not be found, nor what is written until the fault is over.
  func fault(_ what: String, holdsWrites: Bool) {
    faultBegin.withLock { $0 = $0 ?? ContinuousClock.now - Self.crossing }
    forget()
  }

  /// The fault is over, and both sides are equal.
  func endFault() {
    forget()
    faultBegin.withLock { $0 = nil }
  }

  /// What was written before then counts.
  private func settledSince() -> ContinuousClock.Instant {
    let crossed = ContinuousClock.now - Self.crossing
    return min(faultBegin.withLock { $0 } ?? crossed, crossed)
  }

  private func forget() {
    guard let since = faultBegin.withLock({ $0 }) else { return }
    state.withLock { state in
      for worker in state.keys.indices {
        for key in state.keys[worker].indices { state.keys[worker][key].written.removeAll { $0.at > since } }
      }
    }
  }

  private func run(_ worker: Int, _ client: Client) throws {
    var random = SeededRandom(seed: UInt64(worker))
    while !state.withLock({ $0.isOver }) {
      switch random.below(5) {
      case 0, 1: try write(worker, random.below(Self.keys), client)
      case 2: try increment(worker, client)
      default: try read(worker, random.below(Self.keys), client)
      }
      Kernel.sleep(microseconds: UInt32(1000 + random.below(2000)))
    }
  }

  private func write(_ worker: Int, _ key: Int, _ client: Client) throws {
    let number = state.withLock { state in
      state.keys[worker][key].last += 1
      return state.keys[worker][key].last
    }
    let answer = try client.store("set", "w\(worker)-\(key)", "\(number)")
    let settled = settledSince()
    state.withLock { state in
      state.verdict.writes += 1
      guard answer == "STORED" else { return state.verdict.errors.append("set: \(answer)") }
      let keep = state.keys[worker][key].written.lastIndex { $0.at < settled } ?? 0
      state.keys[worker][key].written.removeFirst(min(keep, state.keys[worker][key].written.count))
      state.keys[worker][key].written.append((number, .now))
    }
  }

  private func read(_ worker: Int, _ key: Int, _ client: Client) throws {
    let settled = settledSince()
    let line = try client.ask("get w\(worker)-\(key)\r\n")
    if line.hasPrefix("SERVER_ERROR") { return state.withLock { $0.verdict.errors.append("get: \(line)") } }
    let found = line.hasPrefix("VALUE ") ? try client.read(until: "END\r\n") : nil
    state.withLock { state in
      state.verdict.reads += 1
      let known = state.keys[worker][key]
      let least = known.written.last { $0.at < settled }?.number
      guard let found else {
        if let least { state.verdict.lost.append("w\(worker)-\(key): \(least)") }
        return
      }
      let number = Int(found.prefix { $0.isNumber })
      let isRight = number.map { $0 <= known.last && $0 >= least ?? 0 } ?? false
      if !isRight { state.verdict.wrong.append("w\(worker)-\(key): \(found.prefix(20)), at least \(least ?? 0)") }
    }
  }

  /// A counter is never ahead of what was asked for.
  private func increment(_ worker: Int, _ client: Client) throws {
    let answer = try client.command("incr c\(worker) 1")
    if answer == "NOT_FOUND" {
      let (counted, unknown) = state.withLock { ($0.counted[worker], $0.unknown[worker]) }
      if counted + unknown == 0 { _ = try client.store("add", "c\(worker)", "0") }
      return
    }
    state.withLock { state in
      guard let number = Int(answer) else {
        state.unknown[worker] += 1
        return state.verdict.errors.append("incr: \(answer)")
      }
      state.counted[worker] += 1
      if number > state.counted[worker] + state.unknown[worker] { state.verdict.double += 1 }
    }
  }
}
