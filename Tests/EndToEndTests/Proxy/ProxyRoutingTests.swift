import Foundation
import KeyDistribution
import Testing

@Suite("Where keys land behind magent")
struct ProxyRoutingTests {
  private static let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("KeyDistributionTests/Vectors")

  private static func lines(_ name: String) throws -> [Substring] {
    try String(contentsOf: vectors.appendingPathComponent(name), encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
  }

  @Test("Each of 300 keys is on the main and on the backup where magent 0.4 has put it") func vectorsOfBackups() throws
  {
    let field = try ProxyField(mains: 3, backups: 2)
    let rows = try Self.lines("magent04-default-backup.csv").map { $0.split(separator: ",") }
    let client = try field.client()
    for row in rows { #expect(try client.store("set", String(row[0]), "v") == "STORED") }
    let servers = try (field.mains + field.backups).map { try $0.client() }
    #expect(rows.count >= 300)
    for row in rows where row.count == 2 && row[1].contains("|") {
      let places = row[1].split(separator: "|").compactMap { Int($0) }
      let found = try servers.indices.filter { try servers[$0].text(of: String(row[0])) != nil }
      #expect(found == places, "\(row[0])")
    }
  }

  @Test(
    "With -k a key is where magent's ketama says, and with --ketama-06 where its fault does", arguments: [false, true])
  func ketama(isCut: Bool) throws {
    let field = try ProxyField(mains: 3, isCut ? ["-k", "--ketama-06"] : ["-k"])
    let map = KeyMap(
      field.mains.map { Server(host: "127.0.0.1", port: $0.endpoint.port) }, .magentKetama(isCut: isCut))
    let client = try field.client()
    let servers = try field.mains.map { try $0.client() }
    for number in 0..<200 {
      #expect(try client.store("set", "k\(number)", "v") == "STORED")
      let found = try servers.indices.filter { try servers[$0].text(of: "k\(number)") != nil }
      let expected = map.server(for: Array("k\(number)".utf8).span)
      #expect(found.count == 1 && found.first == expected)
    }
  }
}
