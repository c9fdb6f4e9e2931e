import Platform

/// What a server tells at one moment, or why it tells nothing.
struct TopSample: Equatable, Sendable {
  let server: String
  /// Monotonic, in nanoseconds.
  let time: UInt64
  var values: [String: String] = [:]
  var fault: String?

  func number(_ name: String) -> Int { max(0, values[name].flatMap { ReportedNumber.read($0) } ?? 0) }
}

/// What it did between two samples, a second.
struct TopRow: Encodable, Equatable, Sendable {
  let server: String
  var fault: String?
  var state = ""
  var lagMilliseconds = 0
  var gets = 0
  /// Of the keys asked for meanwhile, those found; nil: none was asked for.
  var hitRate: Double?
  var sets = 0
  var evictions = 0
  var bytesIn = 0
  var bytesOut = 0
  var items = 0
  /// Of the memory for items.
  var memoryShare = 0.0
  var connections = 0

  init(_ before: TopSample, _ now: TopSample) {
    server = now.server
    fault = now.fault
    if now.fault != nil { return }
    let seconds = max(Double(now.time &- before.time) / 1e9, 1e-3)
    // After a restart, or `stats reset`, counters begin anew.
    func change(_ name: String) -> Int { before.fault == nil ? max(0, now.number(name) - before.number(name)) : 0 }
    func rate(_ name: String) -> Int { ReportedNumber.rounded(Double(change(name)) / seconds) }
    (state, lagMilliseconds) = (now.values["state"].map(ShownText.of) ?? "-", now.number("lag_us") / 1000)
    (gets, sets, evictions) = (rate("cmd_get"), rate("cmd_set"), rate("evictions"))
    let (hits, misses) = (change("get_hits"), change("get_misses"))
    hitRate = hits + misses > 0 ? Double(hits) / Double(hits + misses) : nil
    (bytesIn, bytesOut) = (rate("bytes_read"), rate("bytes_written"))
    (items, connections) = (now.number("curr_items"), now.number("curr_connections"))
    memoryShare = Double(now.number("bytes")) / Double(max(1, now.number("limit_maxbytes")))
  }

  // MARK: As text

  static let head = ([left("server", serverWidth)] + columns.map { right($0.title, $0.width) }).joined(separator: " ")
  private static let serverWidth = 22
  private static let columns = [
    ("state", 7), ("lag", 7), ("get/s", 8), ("hit", 6), ("set/s", 8), ("evict/s", 8), ("in/s", 7), ("out/s", 7),
    ("items", 10), ("mem", 5), ("conns", 6),
  ].map { (title: $0.0, width: $0.1) }

  var line: String {
    let name = left(String(server.prefix(Self.serverWidth)), Self.serverWidth)
    if let fault { return "\(name) \(fault)" }
    let cells = [
      state, "\(lagMilliseconds) ms", "\(gets)", hitRate.map { "\(Self.percent($0))%" } ?? "-", "\(sets)",
      "\(evictions)",
      Self.short(bytesIn), Self.short(bytesOut), "\(items)", "\(Self.percent(memoryShare))%", "\(connections)",
    ]
    return ([name] + zip(cells, Self.columns).map { right($0, $1.width) }).joined(separator: " ")
  }

  private static func percent(_ share: Double) -> Int { ReportedNumber.rounded(share * 100) }

  /// 999, 1.5K, 20.0M: four digits at most.
  static func short(_ bytes: Int) -> String {
    var (divisor, units) = (1, ["", "K", "M", "G", "T"][...])
    while bytes / divisor >= 1000, units.count > 1 {
      (divisor, units) = (divisor * 1000, units.dropFirst())
    }
    return divisor == 1 ? "\(bytes)" : oneDigit(bytes, of: divisor) + (units.first ?? "")
  }
}

/// One server that is asked again and again; one that has gone is tried anew each time.
final class TopServer {
  let name: ServerName
  private let access: AccessOptions
  private var conversation: ServerConversation?
  private(set) var last: TopSample

  init(_ name: ServerName, _ access: AccessOptions) {
    (self.name, self.access) = (name, access)
    last = TopSample(server: name.description, time: SystemClock.monotonicNanoseconds(), fault: "not asked yet")
  }

  /// What has changed since the time before.
  func next() -> TopRow {
    let before = last
    last = sample()
    return TopRow(before, last)
  }

  private func sample() -> TopSample {
    var sample = TopSample(server: name.description, time: SystemClock.monotonicNanoseconds())
    do throws(ToolError) {
      let server = try connected()
      sample.values = try server.values()
      if sample.values["replication"] != nil { sample.values.merge(try server.values("replication")) { one, _ in one } }
    } catch {
      conversation = nil
      sample.fault = error.description
    }
    return sample
  }

  private func connected() throws(ToolError) -> ServerConversation {
    if let conversation { return conversation }
    let made = try ServerConversation(name, access)
    conversation = made
    return made
  }
}
