import Testing

@testable import repcached_tool

/// What a copy takes from its source goes on as commands to another server: so only what was asked for is taken.
@Suite("Items of a hostile server")
struct ItemSourceTests {
  private func items(_ answer: String) throws -> [StoredItem] {
    let server = try ScriptedServer { line in
      .say(line.hasPrefix("lru_crawler") ? "key=k exp=-1 la=1\r\nkey=l exp=7 la=1\r\nEND\r\n" : answer)
    }
    defer { server.end() }
    var found: [StoredItem] = []
    try ItemSource(server.name, .of("--timeout", "2")).forEachBatch { found += $0 }
    return found
  }

  @Test("are taken where they were asked for") func good() throws {
    let found = try items("VALUE l 5 2\r\n\r\n\r\nVALUE k 0 1\r\nx\r\nEND\r\n")
    #expect(
      found == [
        StoredItem(key: [108], flags: 5, expiresAt: 7, value: [13, 10]),
        StoredItem(key: [107], flags: 0, expiresAt: nil, value: [120]),
      ])
  }

  @Test(
    "end the copy where a key is another's, comes twice, is too long, or a value is not as long as it says",
    arguments: [
      "VALUE other 0 1\r\nx\r\nEND\r\n", "VALUE k 0 1\r\nx\r\nVALUE k 0 1\r\ny\r\nEND\r\n",
      "VALUE \(String(repeating: "K", count: 300)) 0 9\r\nflush_all\r\nEND\r\n", "VALUE k\r\u{1B} 0 1\r\nx\r\nEND\r\n",
      "VALUE k 0 1\r\nxflush_all\r\nEND\r\n", "VALUE k 0 4294967295\r\nx\r\nEND\r\n", "VALUE k 0 -1\r\nx\r\nEND\r\n",
    ])
  func refused(answer: String) throws { #expect(throws: ToolError.self) { try items(answer) } }

  @Test("are told as JSON whatever their names are") func json() {
    let line = "key=a\",\"admin\":\"1 exp=-1 = key=b \u{1B}=x\r\n"
    let text = String(decoding: ListedKey.json(Array(line.utf8)), as: UTF8.self)
    #expect(text == #"{"key":"a\",\"admin\":\"1","exp":"-1","":"","\#u{5C}u001b":"x"}"# + "\n", "\(text)")
  }
}
