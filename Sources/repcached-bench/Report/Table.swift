import Histogram

/// The results for people.
struct Table {
  let text: String

  init(_ result: LoadResult, title: String) {
    var lines = ["\(title): \(result.plan.description)", "", Table.header]
    let latencies = result.latencies
    let kinds = [("get", result.counts[.gets], latencies.gets), ("set", result.counts[.sets], latencies.sets)]
      .filter { $0.2.totalCount > 0 }
    for (name, count, histogram) in kinds { lines.append(Table.row(name, count, histogram, result.seconds)) }
    if kinds.count > 1 { lines.append(Table.row("all", result.counts.requests, latencies.all, result.seconds)) }
    lines += ["", Table.answers(result), Table.cost(result)]
    text = lines.joined(separator: "\n")
  }

  private static let header =
    "".padded(to: 4) + "requests".padded(to: 14) + "per second".padded(to: 13) + "mean µs".padded(to: 11)
    + LatencySummary.percentiles.map { $0.name.padded(to: 11) }.joined() + "max".padded(to: 11)

  /// `count` are answered; the latencies are also those of what an open loop could not send.
  private static func row(_ name: String, _ count: UInt64, _ latency: Histogram<UInt64>, _ seconds: Double) -> String {
    guard let summary = LatencySummary(latency) else { return name }
    let rate = seconds > 0 ? UInt64(Double(count) / seconds) : 0
    let times = [summary.mean] + summary.values.map { Double($0) } + [Double(summary.max)]
    return name + " " + count.grouped.padded(to: 14) + rate.grouped.padded(to: 13)
      + times.map { ($0 / 1000).fixed(1).padded(to: 11) }.joined()
  }

  private static func answers(_ result: LoadResult) -> String {
    let counts = result.counts
    var parts = ["\(counts[.hits].grouped) hits", "\(counts[.misses].grouped) misses"]
    parts += ["\(counts[.wrong].grouped) wrong", "\(counts[.errors].grouped) errors"]
    if counts[.lostConnections] > 0 {
      parts.append("\(counts[.lostConnections].grouped) connections lost with \(counts[.unanswered].grouped) requests")
    }
    if counts[.unsent] > 0 { parts.append("\(counts[.unsent].grouped) requests were due and never sent") }
    return parts.joined(separator: ", ") + " in \(result.seconds.fixed(3)) s (seed \(result.plan.seed))"
  }

  private static func cost(_ result: LoadResult) -> String {
    var parts: [String] = []
    if let server = result.serverPerRequest, let user = result.serverUserPerRequest,
      let system = result.serverSystemPerRequest, let usage = result.usage.server
    {
      let share = Double(usage.total) / Double(max(result.nanoseconds, 1)) * 100
      parts.append(
        "server CPU \((server / 1000).fixed(3)) µs a request (user \((user / 1000).fixed(2)), "
          + "system \((system / 1000).fixed(2))), \(share.fixed(0))% of a processor, "
          + "\((usage.residentBytes >> 10).grouped) KB resident")
    }
    if let client = result.clientPerRequest { parts.append("this program \((client / 1000).fixed(3)) µs") }
    return parts.joined(separator: "; ")
  }
}
