/// One side of a pair, as it tells of itself.
struct SideReport: Encodable, Equatable, Sendable {
  let server: String
  /// Why there is nothing else, if there is nothing else.
  var fault: String?
  var general: [String: String] = [:]
  var pair: [String: String] = [:]
  var settings: [String: String] = [:]
  var digest: String?

  init(server: String) { self.server = server }

  static func ask(_ name: ServerName, _ access: AccessOptions, digest: Bool = false) -> SideReport {
    var report = SideReport(server: name.description)
    do throws(ToolError) {
      let server = try ServerConversation(name, access)
      report.general = try server.values()
      report.settings = try server.values("settings")
      report.pair = (try? server.values("replication")) ?? [:]
      if digest { report.digest = try? server.values("digest").values.first }
    } catch {
      report.fault = error.description
    }
    return report
  }

  func number(_ name: String) -> Int? {
    (general[name] ?? pair[name] ?? settings[name]).flatMap { ReportedNumber.read($0) }
  }

  var state: String { pair["state"] ?? (general["replication"] == nil ? "no repcached" : "unknown") }
  var peer: String? { pair["peer"].flatMap { $0 == "none" ? nil : $0 } }
  var wantedPeer: String? { pair["wanted_peer"].flatMap { $0 == "none" ? nil : $0 } }
  var isLinked: Bool { ["copy", "stream"].contains(state) }

  /// Of the keys asked for since the start; nil: none was.
  var hitRate: Double? {
    guard let hits = number("get_hits"), let misses = number("get_misses"), hits + misses > 0 else { return nil }
    return min(max(Double(hits) / Double(hits + misses), 0), 1)
  }
}
