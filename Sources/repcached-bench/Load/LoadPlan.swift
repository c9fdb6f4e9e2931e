import Platform

/// How the load is driven.
struct LoadPlan: Sendable {
  enum Length: Sendable, Equatable {
    case requests(UInt64)
    case seconds(Double)
  }

  let workload: Workload
  let connections: Int
  let threads: Int
  let idleConnections: Int
  let reconnects: Bool
  /// nil: a closed loop.
  let rate: Double?
  let length: Length
  let warmup: Double
  let fills: Bool
  let seed: UInt64
  let answerTimeout: UInt64
}

extension LoadPlan {
  /// How many of `total` fall to each thread.
  func share(_ total: UInt64, _ thread: Int) -> UInt64 {
    let count = UInt64(threads)
    return total / count + (UInt64(thread) < total % count ? 1 : 0)
  }

  func connections(of thread: Int) -> Int { Int(share(UInt64(connections), thread)) }

  /// The measured phase of a thread.
  func phase(_ thread: Int, _ length: Length, start: UInt64) -> Phase {
    let seed = SplitMix.mixed(seed &+ UInt64(thread) &+ 1)
    guard let rate else {
      return Phase(goal: goal(thread, length, start), schedule: nil, seed: seed, answerTimeout: answerTimeout)
    }
    let schedule = schedule(thread, length, rate: rate, start: start)
    return Phase(goal: .until(schedule.end), schedule: schedule, seed: seed, answerTimeout: answerTimeout)
  }

  func fillPhase(_ thread: Int) -> Phase {
    let count = UInt64(workload.keyCount)
    let lower = UInt32(count * UInt64(thread) / UInt64(threads))
    let upper = UInt32(count * UInt64(thread + 1) / UInt64(threads))
    return Phase(goal: .fill(lower..<upper), schedule: nil, seed: seed, answerTimeout: answerTimeout)
  }

  private func goal(_ thread: Int, _ length: Length, _ start: UInt64) -> RequestSource.Goal {
    switch length {
    case .requests(let count): .requests(share(count, thread))
    case .seconds(let seconds): .until(start + UInt64(seconds * 1e9))
    }
  }

  /// A thread's part of the rate is as large as its part of the connections.
  private func schedule(_ thread: Int, _ length: Length, rate: Double, start: UInt64) -> Schedule {
    let lanes = connections(of: thread)
    let rate = rate * Double(lanes) / Double(connections)
    let count: UInt64 =
      switch length {
      case .requests(let count): share(count, thread)
      case .seconds(let seconds): UInt64(seconds * rate)
      }
    return Schedule(start: start, requestsPerSecond: rate, lanes: lanes, requestCount: count)
  }
}
