import MemcacheClient
import Synchronization
import TestSupport

/// Readers and writers of one client, and what must not happen to them.
final class ClientLoad: Sendable {
  struct Verdict: Sendable {
    /// Of commands that may be repeated.
    var errors: [String] = []
    var misses: [String] = []
    var wrong: [String] = []
    var reads = 0
    var writes = 0
    var increments = 0
    var unknown = 0
  }

  private struct State {
    var verdict = Verdict()
    /// When each key was stored for certain.
    var stored: [ContinuousClock.Instant?] = []
    /// What was written just before a side died, or stopped, may not have crossed.
    var exempt: Set<Int> = []
    var lastFault = (what: "", at: ContinuousClock.now)
    var isOver = false
  }

  /// Far more than a write takes to the other side, also on a busy machine.
  private static let crossing = Duration.seconds(1)

  private let state = Mutex(State())

  var verdict: Verdict { state.withLock { $0.verdict } }

  func end() { state.withLock { $0.isOver = true } }
  private var isOver: Bool { state.withLock { $0.isOver } }

  /// A fault is about to be.
  ///
  /// - Parameter holdsWrites: what this side has not sent to the other yet stays with it.
  func fault(_ what: String, holdsWrites: Bool) {
    let since = ContinuousClock.now - ClientLoad.crossing
    state.withLock { state in
      state.lastFault = (what, .now)
      guard holdsWrites else { return }
      for (key, time) in state.stored.enumerated() where time.map({ $0 >= since }) ?? true { state.exempt.insert(key) }
    }
  }

  /// Works until the end is said.
  func run(_ client: MemcacheClient) async throws {
    try await client.set("counter", to: 0)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { [self] in
          var random = SeededRandom(seed: UInt64(worker))
          while !isOver {
            await step(client, &random)
            await pause(1 + random.below(4))
          }
        }
      }
    }
  }

  private func step(_ client: MemcacheClient, _ random: inout SeededRandom) async {
    switch random.below(4) {
    case 0: await write(client)
    case 1: await increment(client)
    default: await read(client, &random)
    }
  }

  private func write(_ client: MemcacheClient) async {
    let key = state.withLock { state in
      state.stored.append(nil)
      return state.stored.count - 1
    }
    do throws(MemcacheError) {
      try await client.set("key\(key)", to: "value\(key)")
      state.withLock { state in
        state.stored[key] = .now
        state.verdict.writes += 1
      }
    } catch {
      state.withLock { $0.verdict.errors.append("set key\(key): \(error)") }
    }
  }

  private func read(_ client: MemcacheClient, _ random: inout SeededRandom) async {
    let count = state.withLock { $0.stored.count }
    guard count > 0 else { return }
    let key = random.below(2) == 0 ? random.below(count) : max(0, count - 1 - random.below(50))
    let since = ContinuousClock.now
    do throws(MemcacheError) {
      let value = try await client.get("key\(key)", as: String.self)
      judge(key, value, since)
    } catch {
      state.withLock { $0.verdict.errors.append("get key\(key): \(error)") }
    }
  }

  private func judge(_ key: Int, _ value: String?, _ since: ContinuousClock.Instant) {
    state.withLock { state in
      state.verdict.reads += 1
      guard let value else {
        guard let stored = state.stored[key], since - stored > ClientLoad.crossing, !state.exempt.contains(key) else {
          return
        }
        let fault = "\(state.lastFault.what) \(since - state.lastFault.at) before"
        state.verdict.misses.append("key\(key), stored \(since - stored) before, \(fault)")
        return
      }
      if value != "value\(key)" { state.verdict.wrong.append("key\(key): \(value)") }
    }
  }

  private func increment(_ client: MemcacheClient) async {
    do throws(MemcacheError) {
      let number = try await client.increment("counter")
      state.withLock { $0.verdict.increments += number == nil ? 0 : 1 }
    } catch .outcomeUnknown {
      state.withLock { $0.verdict.unknown += 1 }
    } catch {
      // It was not sent.
    }
  }
}
