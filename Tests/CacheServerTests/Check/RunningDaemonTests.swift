import Testing

@testable import CacheServer

@Suite("A daemon that runs already")
struct RunningDaemonTests {
  @Test("It is known by its statistics, with and without a peer") func statistics() throws {
    let text = "STAT role SLAVE\r\nSTAT state stream\r\nSTAT peer 10.0.0.2:11212\r\nEND\r\n"
    let linked = try #require(RunningDaemon(statistics: text))
    #expect(linked.isLinked && linked.description == "state stream, peer 10.0.0.2:11212")
    let alone = try #require(RunningDaemon(statistics: "STAT state listen\r\nSTAT peer none\r\nEND\r\n"))
    #expect(!alone.isLinked && alone.description == "state listen")
  }

  @Test("And by its metrics") func metrics() throws {
    let text = "repcached_pair_state{state=\"listen\"} 0\nrepcached_pair_state{state=\"copy\"} 1\n"
    #expect(try #require(RunningDaemon(metrics: text)).description == "state copy")
  }

  @Test(
    "Another program is none", arguments: ["", "ERROR\r\n", "STAT pid 1\r\nEND\r\n", "HTTP/1.0 404 Not Found\r\n\r\n"])
  func others(text: String) {
    #expect(RunningDaemon(statistics: text) == nil && RunningDaemon(metrics: text) == nil)
  }
}
