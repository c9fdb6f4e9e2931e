import TestSupport

@testable import MemcacheClientCore

/// What the requests of a simulation were, and which of their results must not be.
struct SimulatedVerdict {
  private enum Work {
    case set(Int)
    case get(Int)
    case increment
  }

  /// Errors of commands that may be repeated.
  private(set) var errors: [String] = []
  /// Keys that were stored longer ago than a crossing, and were not found.
  private(set) var misses: [String] = []
  private(set) var wrong: [String] = []
  private(set) var increments = 0
  private(set) var unknown = 0
  private(set) var reads = 0
  private(set) var moves = 0
  private(set) var hedges = 0

  private var works: [UInt64: Work] = [:]
  private var last: UInt64 = 0
  private var keys = 0
  /// When a key was stored for certain.
  private var stored: [Int: Duration] = [:]
  private var asked: [UInt64: Duration] = [:]

  mutating func next(_ now: Duration, _ random: inout SeededRandom) -> (UInt64, Command) {
    last += 1
    asked[last] = now
    switch random.below(5) {
    case 0:
      keys += 1
      works[last] = .set(keys)
      let value = Array("value\(keys)".utf8)
      return (last, .store(.set, key: name(keys), value: value, flags: 0, exptime: 0, casUnique: 0))
    case 1:
      works[last] = .increment
      return (last, .arithmetic(key: Array("counter".utf8), delta: 1, isIncrement: true))
    default:
      let key = max(1, keys - random.below(200))
      works[last] = .get(key)
      return (last, .get(key: name(key), exptime: nil))
    }
  }

  mutating func complete(_ id: UInt64, _ result: Result<Outcome, RequestFailure>, _ now: Duration) {
    guard let work = works.removeValue(forKey: id), let since = asked.removeValue(forKey: id) else { return }
    switch (work, result) {
    case (.set(let key), .success(.stored)): stored[key] = now
    case (.get(let key), .success(.item(let item))): read(key, item, since)
    case (.increment, .success(.number)): increments += 1
    case (.increment, .failure(.outcomeUnknown)): unknown += 1
    // Not done: it was never sent.
    case (.increment, .failure): break
    default: errors.append("\(work): \(result) at \(now)")
    }
  }

  private mutating func read(_ key: Int, _ item: Item?, _ since: Duration) {
    reads += 1
    if let item {
      if item.value != Array("value\(key)".utf8) { wrong.append("key\(key)") }
    } else if let stored = stored[key], since - stored > SimulatedWorld.crossing {
      misses.append("key\(key), stored \(stored), asked for at \(since)")
    }
  }

  mutating func note(_ note: ClientNote) {
    switch note {
    case .moved: moves += 1
    case .hedged: hedges += 1
    default: break
    }
  }

  private func name(_ key: Int) -> [UInt8] { Array("key\(key)".utf8) }
}
