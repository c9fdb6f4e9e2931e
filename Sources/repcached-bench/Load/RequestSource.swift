/// What to ask next, and whether to ask at all. One a worker and phase.
struct RequestSource {
  private(set) var random: SplitMix
  private let goal: Goal
  private var given: UInt64 = 0

  enum Goal: Sendable, Equatable {
    /// Sets each of these keys once.
    case fill(Range<UInt32>)
    /// So many requests.
    case requests(UInt64)
    /// As many as go out before this moment.
    case until(UInt64)
  }

  init(goal: Goal, seed: UInt64) {
    self.goal = goal
    random = SplitMix(seed: seed)
  }

  /// How many of `wanted` requests may go out now.
  @inline(__always) func take(_ wanted: Int, at now: UInt64) -> Int {
    switch goal {
    case .fill(let keys): Int(min(UInt64(wanted), UInt64(keys.count) - given))
    case .requests(let limit): Int(min(UInt64(wanted), limit - given))
    case .until(let end): now < end ? wanted : 0
    }
  }

  func isExhausted(at now: UInt64) -> Bool {
    switch goal {
    case .fill(let keys): given == keys.count
    case .requests(let limit): given == limit
    case .until(let end): now >= end
    }
  }

  @inline(__always) mutating func nextKind(_ workload: borrowing Workload) -> RequestKind {
    given &+= 1
    if case .fill = goal { return .set }
    if workload.getShare == 0 { return .set }
    if workload.getShare == 1 << 32 { return .get }
    return random.next() >> 32 < workload.getShare ? .get : .set
  }

  @inline(__always) mutating func nextKey(_ workload: borrowing Workload) -> UInt32 {
    if case .fill(let keys) = goal { return keys.lowerBound &+ UInt32(truncatingIfNeeded: given &- 1) }
    return workload.chooser.next(&random)
  }
}

enum RequestKind: UInt8, Sendable {
  case get, set
}
