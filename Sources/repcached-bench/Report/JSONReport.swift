import Histogram

/// The results for programs. Times are nanoseconds unless the name says otherwise.
struct JSONReport {
  let text: String

  init(_ result: LoadResult, title: String) {
    let report = JSON.object([
      "title": .string(title),
      "load": JSONReport.load(result.plan),
      "seconds": .number(result.seconds),
      "requests": .integer(result.counts.requests),
      "requestsPerSecond": .number(result.requestsPerSecond),
      "isRight": .bool(result.isRight),
      "counts": JSONReport.counts(result.counts),
      "firstWrong": JSON(result.firstWrong),
      "firstError": JSON(result.firstError),
      "latency": .object([
        "all": JSONReport.latency(result.latencies.all),
        "get": JSONReport.latency(result.latencies.gets),
        "set": JSONReport.latency(result.latencies.sets),
      ]),
      "server": JSONReport.server(result),
      "clientNanosecondsPerRequest": JSON(result.clientPerRequest),
    ])
    text = report.text()
  }

  private static func load(_ plan: LoadPlan) -> JSON {
    .object([
      "description": .string(plan.description),
      "connections": .integer(UInt64(plan.connections)),
      "idleConnections": .integer(UInt64(plan.idleConnections)),
      "threads": .integer(UInt64(plan.threads)),
      "pipeline": .integer(UInt64(plan.workload.depth)),
      "ratePerSecond": JSON(plan.rate),
      "connectPerRequest": .bool(plan.reconnects),
      "getPercent": .number(plan.workload.getPercent),
      "keysPerGet": .integer(UInt64(plan.workload.keysPerGet)),
      "keys": .integer(UInt64(plan.workload.keyCount)),
      "keySize": .integer(UInt64(plan.workload.keys.length)),
      "zipf": .number(plan.workload.skew),
      "valueSizes": .string(plan.workload.values.sizes.description),
      "ttl": .integer(UInt64(plan.workload.expiry)),
      "seed": .integer(plan.seed),
    ])
  }

  private static func counts(_ counts: LoadCounts) -> JSON {
    .object(LoadCounter.allCases.map { JSON.Member(name: "\($0)", value: .integer(counts[$0])) })
  }

  private static func latency(_ histogram: Histogram<UInt64>) -> JSON {
    guard let summary = LatencySummary(histogram) else { return .null }
    let percentiles = zip(LatencySummary.percentiles, summary.values)
    return .object(
      [
        JSON.Member(name: "count", value: .integer(summary.count)),
        JSON.Member(name: "mean", value: .number(summary.mean)),
      ] + percentiles.map { JSON.Member(name: $0.name, value: .integer($1)) }
        + [JSON.Member(name: "max", value: .integer(summary.max))])
  }

  private static func server(_ result: LoadResult) -> JSON {
    guard let usage = result.usage.server else { return .null }
    return .object([
      "cpuNanosecondsPerRequest": JSON(result.serverPerRequest),
      "cpuNanosecondsPerKey": JSON(result.serverPerKey),
      "userNanosecondsPerRequest": JSON(result.serverUserPerRequest),
      "systemNanosecondsPerRequest": JSON(result.serverSystemPerRequest),
      "cpuNanoseconds": .integer(usage.total),
      "residentBytes": .integer(usage.residentBytes),
    ])
  }
}
