import KeyDistribution
import Testing

@testable import repcached_tool

@Suite("Finding a key")
struct KeyFinderTests {
  private let list = ServerList(argument: "a,b:11212,c")

  @Test("A list has names with commas between, and none is empty or no name") func lists() throws {
    #expect(try #require(list).names.map(\.description) == ["a:11211", "b:11212", "c:11211"])
    for text in ["", ",", "a:x", "a,b:0"] { #expect(ServerList(argument: text) == nil) }
  }

  @Test("Every rule names a server for every key, as KeyDistribution does", arguments: DistributionRule.allCases)
  func rules(name: DistributionRule) throws {
    let names = try #require(list).names
    let distribution = name.distribution(nil)
    let finder = KeyFinder(names, distribution)
    let map = KeyMap(
      [Server(host: "a", port: 11211), Server(host: "b", port: 11212), Server(host: "c", port: 11211)], distribution)
    var found: Set<ServerName> = []
    for number in 0..<200 {
      let key = "key:\(number)"
      let server = try #require(finder.server(of: key))
      #expect(map.server(for: Array(key.utf8).span).map { names[$0] } == server)
      found.insert(server)
    }
    // Keys that differ in their last digits alone: FNV of twemproxy leaves one of three without any.
    #expect(found.count > 1, "\(name)")
  }

  @Test("A dead server's keys are found at others, where the clients ask others") func dead() throws {
    let names = try #require(list).names
    let finder = KeyFinder(names, .ketama, dead: [names[1]])
    #expect((0..<200).allSatisfy { finder.server(of: "k\($0)").map { $0 != names[1] } ?? false })
    let modula = KeyFinder(names, .modula(.crc32), dead: [names[1]])
    #expect((0..<200).contains { modula.server(of: "k\($0)") == nil })
  }

  @Test("What is told of a key names who has it, and who has it besides") func lines() {
    var key = FoundKey(key: "k", server: "a:1")
    #expect(key.lines == "k  a:1\n")
    key.isAsked = true
    key.there["b:1"] = ItemNote(bytes: 3, flags: 1, expiresIn: 60)
    #expect(
      key.lines == "k  a:1\n  a:1  not there\n  b:1  3 bytes, flags 1, expires in 60 s, where clients do not look\n")
    key.there = ["a:1": ItemNote(bytes: 3, flags: 0, expiresIn: nil)]
    #expect(key.lines == "k  a:1\n  a:1  3 bytes, flags 0, never expires\n")
  }
}
