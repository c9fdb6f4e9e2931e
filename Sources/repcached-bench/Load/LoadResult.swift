/// What a run came to.
struct LoadResult: Sendable {
  let plan: LoadPlan
  let nanoseconds: UInt64
  let counts: LoadCounts
  let latencies: Latencies
  let usage: UsageChange
  let firstWrong: String?
  let firstError: String?

  var seconds: Double { Double(nanoseconds) / 1e9 }
  var requestsPerSecond: Double { nanoseconds == 0 ? 0 : Double(counts.requests) / seconds }

  /// Every answer was right and every connection lived.
  var isRight: Bool { counts[.wrong] == 0 && counts[.lostConnections] == 0 && counts[.unanswered] == 0 }

  /// Of the server, in nanoseconds.
  var serverPerRequest: Double? { perRequest(usage.server?.total) }
  var serverUserPerRequest: Double? { perRequest(usage.server?.user) }
  var serverSystemPerRequest: Double? { perRequest(usage.server?.system) }
  var clientPerRequest: Double? { perRequest(usage.client) }

  var serverPerKey: Double? {
    guard let total = usage.server?.total, counts.keys > 0 else { return nil }
    return Double(total) / Double(counts.keys)
  }

  private func perRequest(_ nanoseconds: UInt64?) -> Double? {
    guard let nanoseconds, counts.requests > 0 else { return nil }
    return Double(nanoseconds) / Double(counts.requests)
  }
}
