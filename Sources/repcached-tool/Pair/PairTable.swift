/// Both sides beside each other: a row for each thing, a column for each side, and a mark where what should be equal is not.
enum PairTable {
  private struct Row: Sendable {
    let title: String
    /// Both should say the same.
    var isShared = false
    let cell: @Sendable (SideReport) -> String
  }

  private static let rows: [Row] = [
    Row(title: "version", isShared: true) { $0.general["version"] ?? "" },
    Row(title: "up for") { duration($0.number("uptime")) },
    Row(title: "role") { $0.pair["role"] ?? "" },
    Row(title: "state", isShared: true) { $0.state },
    Row(title: "peer") { $0.peer ?? "none" },
    Row(title: "looks for") { $0.wantedPeer ?? "none" },
    Row(title: "linked for") { $0.isLinked ? duration($0.number("link_up_seconds")) : "" },
    Row(title: "peer is behind by") { $0.isLinked ? milliseconds($0.number("lag_us").map { $0 / 1000 }) : "" },
    Row(title: "peer's clock ahead by") { $0.isLinked ? milliseconds($0.number("clock_offset_ms")) : "" },
    Row(title: "waits for the peer") { $0.pair["queue_records"] ?? "" },
    Row(title: "copies: full, partial") { "\($0.pair["copies_full"] ?? ""), \($0.pair["copies_partial"] ?? "")" },
    Row(title: "sent, received") { "\($0.pair["sent"] ?? ""), \($0.pair["received"] ?? "")" },
    Row(title: "conflicts") { $0.pair["conflicts"] ?? "" },
    Row(title: "streams given up") { $0.pair["stream_overflows"] ?? "" },
    Row(title: "refused: peers, values") { "\($0.pair["refused_peers"] ?? ""), \($0.pair["refused_values"] ?? "")" },
    Row(title: "items", isShared: true) { $0.general["curr_items"] ?? "" },
    Row(title: "bytes of items") { $0.general["bytes"] ?? "" },
    Row(title: "-m", isShared: true) { megabytes($0.number("limit_maxbytes")) },
    Row(title: "evictions") { $0.general["evictions"] ?? "" },
    Row(title: "hit rate") { $0.hitRate.map { "\(oneDigit(ReportedNumber.rounded($0 * 1000), of: 10)) %" } ?? "" },
    Row(title: "connections") { $0.general["curr_connections"] ?? "" },
  ]

  static func text(_ sides: [SideReport]) -> String {
    let shown =
      sides.contains { $0.digest != nil } ? rows + [Row(title: "digest", isShared: true) { $0.digest ?? "" }] : rows
    let answering = sides.filter { $0.fault == nil }
    var lines = [[" ", ""] + sides.map { ShownText.of($0.server) }]
    for row in shown {
      let cells = sides.map { $0.fault == nil ? ShownText.of(row.cell($0)) : "-" }
      let differs = row.isShared && Set(answering.map(row.cell)).count > 1
      lines.append([differs ? "!" : " ", row.title] + cells)
    }
    return aligned(lines) + sides.compactMap(\.fault).map { "\($0)\n" }.joined()
  }

  private static func aligned(_ lines: [[String]]) -> String {
    let columns = lines.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in lines.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return lines.map { line in
      let cells = line.indices.map { $0 == line.count - 1 ? line[$0] : left(line[$0], widths[$0]) }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  // MARK: Units

  static func duration(_ seconds: Int?) -> String {
    guard let seconds else { return "" }
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    return seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) days"
  }

  private static func milliseconds(_ number: Int?) -> String { number.map { "\($0) ms" } ?? "" }
  private static func megabytes(_ bytes: Int?) -> String { bytes.map { "\($0 >> 20)" } ?? "" }
}
