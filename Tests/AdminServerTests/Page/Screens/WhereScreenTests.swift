import Testing

@testable import AdminServer

@Suite("Which server has a key")
struct WhereScreenTests {
  @Test("Servers are lines of HOST:PORT, with a weight or without") func servers() {
    let servers = PageRouter.servers("10.0.0.1:11211\r\n cache \n\n[::1]:1 3\n")
    #expect(servers?.map(\.host) == ["10.0.0.1", "cache", "[::1]"] && servers?.map(\.port) == [11211, 11211, 1])
    #expect(servers?.map(\.weight) == [1, 1, 3])
  }

  @Test(
    "What is no such list is none",
    arguments: ["", "a:0", "a:x", "a:70000", ":1", "a 0", "a 21", "a 1 2", "a 20\nb 20\nc 20\nd 20\ne 20\nf 20\ng 9"])
  func none(text: String) {
    #expect(PageRouter.servers(text) == nil)
  }

  @Test("There are so many servers and no more") func bounds() {
    let lines = (0..<64).map { "h\($0):1" }
    #expect(PageRouter.servers(lines.joined(separator: "\n"))?.count == 64)
    #expect(PageRouter.servers((lines + ["x"]).joined(separator: "\n")) == nil)
    #expect(PageRouter.servers("a 20\nb 20\nc 20\nd 20\ne 20\nf 20\ng 8")?.count == 7)
    #expect(
      PageRouter.rules.allSatisfy { PageRouter.maxServers($0.rule) <= 64 }
        && PageRouter.maxServers(.magentKetama()) == 16)
  }

  @Test("Lines of stats conns become rows") func connections() {
    let text =
      "STAT 9:addr tcp:1.2.3.4:5\r\nSTAT 9:state conn_read\r\nSTAT 10:UDP UDP\r\nnonsense\r\nSTAT x:y z\r\nEND\r\n"
    let rows = ConnectionRow.rows(text)
    #expect(rows.map(\.descriptor) == [9, 10] && rows[0]["addr"] == "tcp:1.2.3.4:5" && rows[0]["state"] == "conn_read")
    #expect(rows[1]["addr"].isEmpty)
  }

  @Test("Keys that were seen once make room where there are too many") func top() {
    let top = TopWatch()
    for _ in 0..<3 { top.note("ts=1 gid=2 type=item_get key=hot%20key status=found") }
    for number in 0..<10_000 { top.note("type=item_get key=k\(number) status=found") }
    top.note("no key here")
    #expect(top.keys.count <= TopWatch.maxKeys && top.sampled == 10_003)
    #expect(top.hottest(1).first?.key == "hot%20key" && top.hottest(1).first?.count == 3)
  }
}
