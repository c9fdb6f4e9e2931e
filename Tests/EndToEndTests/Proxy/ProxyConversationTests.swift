import Testing
import TestSupport

@Suite("What clients say to magent")
struct ProxyConversationTests {
  @Test("Pipelined requests for several servers are answered in their order", arguments: [0, 2])
  func order(backups: Int) throws {
    let field = try ProxyField(mains: 3, backups: backups)
    let client = try field.client()
    var expected = ""
    var request = ""
    for number in 0..<500 {
      request += "set k\(number) \(number) 0 5\r\nv\(1000 + number)\r\nget k\(number)\r\nget none\(number)\r\n"
      expected += "STORED\r\nVALUE k\(number) \(number) 5\r\nv\(1000 + number)\r\nEND\r\nEND\r\n"
    }
    try client.send(request)
    #expect(String(decoding: try client.bytes(expected.utf8.count), as: UTF8.self) == expected)
  }

  @Test("A retrieval of many keys is split and joined, whatever its length", arguments: [0, 1])
  func manyKeys(backups: Int) throws {
    let field = try ProxyField(mains: 3, backups: backups)
    let client = try field.client()
    for number in 0..<2000 where number % 2 == 0 {
      try client.send("set key\(number) 7 0 3 noreply\r\nabc\r\n")
    }
    for count in [2, 50, 600, 2000] {
      let keys = (0..<count).map { "key\($0)" }
      let text = try client.ask("get \(keys.joined(separator: " "))\r\n", until: "END\r\n")
      let found = text.split(separator: "\r\n").filter { $0.hasPrefix("VALUE ") }.map { $0.split(separator: " ")[1] }
      #expect(Set(found) == Set(keys.indices.filter { $0 % 2 == 0 }.map { Substring(keys[$0]) }), "\(count)")
    }
    // Longer than any buffer.
    let keys = (0..<20_000).map { "key\($0)" }
    let text = try client.ask("gets \(keys.joined(separator: " "))\r\n", until: "END\r\n")
    #expect(text.split(separator: "\r\n").count { $0.hasPrefix("VALUE ") } == 1000)
  }

  @Test("noreply is noreply, and what follows is answered as if nothing had been asked") func noreply() throws {
    let field = try ProxyField(mains: 2, backups: 1)
    let client = try field.client()
    try client.send("set a 0 0 1 noreply\r\n5\r\nincr a 2 noreply\r\nappend a 0 0 1 noreply\r\n0\r\n")
    #expect(try client.text(of: "a") == "70")
    try client.send("touch a 0 noreply\r\ndelete b noreply\r\nfoo noreply\r\nadd a 0 0 1 noreply\r\nx\r\n")
    #expect(try client.text(of: "a") == "70")
    try client.send("delete a noreply\r\n")
    #expect(try client.text(of: "a") == nil)
    try client.send("set a 0 0 1 noreply\r\n5\r\nflush_all noreply\r\n")
    #expect(try client.text(of: "a") == nil)
  }

  @Test("All commands of the text protocol reach the key's server", arguments: [0, 2])
  func textCommands(backups: Int) throws {
    let field = try ProxyField(mains: 3, backups: backups)
    let client = try field.client()
    #expect(try client.store("add", "k", "1", flags: 3) == "STORED")
    #expect(try client.store("add", "k", "2") == "NOT_STORED")
    #expect(try client.store("replace", "k", "2") == "STORED")
    #expect(try client.store("replace", "none", "2") == "NOT_STORED")
    #expect(try client.store("append", "k", "0") == "STORED")
    #expect(try client.store("prepend", "k", "1") == "STORED")
    #expect(try client.command("incr k 5") == "125")
    #expect(try client.command("decr k 200") == "0")
    #expect(try client.command("incr none 5") == "NOT_FOUND")
    #expect(try client.command("incr k x") == "CLIENT_ERROR invalid numeric delta argument")
    #expect(try client.command("touch k 100") == "TOUCHED")
    #expect(try client.command("touch none 100") == "NOT_FOUND")
    let item = try #require(try client.fetch("k"))
    #expect(try client.ask("cas k 0 0 1 \(item.cas)\r\nx\r\n") == "STORED\r\n")
    #expect(try client.ask("cas k 0 0 1 \(item.cas)\r\ny\r\n") == "EXISTS\r\n")
    #expect(try client.ask("gat 100 k none\r\n", until: "END\r\n") == "VALUE k 0 1\r\nx\r\nEND\r\n")
    #expect(try client.command("verbosity 1") == "OK")
    #expect(try client.command("version").hasPrefix("VERSION "))
    #expect(try client.command("nonsense") == "ERROR")
    #expect(try client.command("lru_crawler enable").hasPrefix("CLIENT_ERROR "))
    #expect(try client.command("delete k") == "DELETED")
    #expect(try client.command("delete k") == "NOT_FOUND")
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try client.command("flush_all") == "OK")
    for server in field.mains + field.backups { #expect(try server.client().text(of: "k") == nil) }
    try client.send("quit\r\n")
    #expect(try client.rest() == "")
  }

  @Test("A value may be as large as -I says, in one packet or in a thousand", arguments: [0, 1])
  func largeValues(backups: Int) throws {
    let field = try ProxyField(mains: 2, backups: backups, ["-I", "1m"])
    let client = try field.client()
    for count in [0, 1, 60_000, 65_536, 70_000, 1_000_000] {
      let value = [UInt8](repeating: UInt8(ascii: "a") + UInt8(count % 26), count: count)
      #expect(try client.store("set", "large", value) == "STORED")
      #expect(try client.fetch("large")?.value == value)
    }
    let tooLarge = [UInt8](repeating: 97, count: (1 << 20) + 1)
    #expect(try client.store("set", "large", tooLarge) == "SERVER_ERROR object too large for cache")
    #expect(try client.store("set", "k", "1") == "STORED")
    try client.drip(Array("set slow 0 0 10\r\n0123456789\r\nget slow\r\n".utf8))
    #expect(try client.read(until: "END\r\n") == "STORED\r\nVALUE slow 0 10\r\n0123456789\r\nEND\r\n")
    #expect(try client.ask("set k 0 0 1\r\nab\n") == "CLIENT_ERROR bad data chunk\r\n")
    #expect(try client.text(of: "k") == "1")
  }

  @Test("Meta commands are passed on, quiet ones stay quiet", arguments: [0, 1])
  func metaCommands(backups: Int) throws {
    let field = try ProxyField(mains: 3, backups: backups)
    let client = try field.client()
    #expect(try client.ask("ms k 2 F5 T100\r\nhi\r\n") == "HD\r\n")
    #expect(try client.ask("mg k v f k O77\r\n", until: "hi\r\n") == "VA 2 f5 kk O77\r\nhi\r\n")
    #expect(try client.ask("mg none v\r\n") == "EN\r\n")
    try client.send("mg none v q\r\nms q 1 q\r\nx\r\nmd none q\r\nmg q v q\r\nmn\r\n")
    #expect(try client.read(until: "MN\r\n") == "VA 1\r\nx\r\nMN\r\n")
    #expect(try client.ask("ms n 1\r\n5\r\n") == "HD\r\n")
    #expect(try client.ask("ma n D3 v\r\n", until: "8\r\n") == "VA 1\r\n8\r\n")
    #expect(try client.ask("md n\r\n") == "HD\r\n")
    #expect(try client.ask("md n\r\n") == "NF\r\n")
    // The same key, in base64.
    #expect(try client.ask("ms aw== 2 b\r\nyo\r\n") == "HD\r\n")
    #expect(try client.text(of: "k") == "yo")
    #expect(try client.ask("mg k v X\r\n").hasPrefix("CLIENT_ERROR "))
    let large = String(repeating: "z", count: 100_000)
    #expect(try client.ask("ms big 100000\r\n\(large)\r\n") == "HD\r\n")
    #expect(try client.text(of: "big") == large)
  }

  @Test("The binary protocol is passed on, quiet commands too", arguments: [0, 1])
  func binaryCommands(backups: Int) throws {
    let field = try ProxyField(mains: 3, backups: backups)
    let client = try field.client()
    #expect(try client.ask(.set("k", "hello", flags: 9)).status == 0)
    let answer = try client.ask(.get("k"))
    #expect(answer.status == 0 && answer.value == Array("hello".utf8))
    #expect(try client.ask(.get("none")).status == 1)
    var frames: [BinaryFrame] = [.set("q1", "1", 0x11), .get("q1", 0x09), .get("none", 0x09), .get("k", 0x0d)]
    for number in frames.indices { frames[number].opaque = UInt32(number) }
    var noop = BinaryFrame(0x0a)
    noop.opaque = 99
    try client.send(frames.flatMap(\.bytes) + noop.bytes)
    let answers = try client.answers(until: 99)
    #expect(answers.map(\.opaque) == [1, 3])
    #expect(answers.map(\.opcode) == [0x09, 0x0d])
    #expect(answers.last?.key == Array("k".utf8))
    #expect(try client.ask(.increment("n", by: 1, initial: 7, exptime: 0)).status == 0)
    #expect(try client.ask(.append("k", "!")).status == 0)
    #expect(try client.ask(.delete("n")).status == 0)
    #expect(try field.client().text(of: "k") == "hello!")
    let large = String(repeating: "z", count: 200_000)
    #expect(try client.ask(.set("big", large)).status == 0)
    #expect(try client.ask(.get("big")).value.count == 200_000)
    #expect(try client.ask(BinaryFrame(0x08)).status == 0)
    #expect(try client.ask(.get("k")).status == 1)
  }

  @Test("A client that closes its side is told what it has asked") func halfClosed() throws {
    let field = try ProxyField(mains: 2)
    let client = try field.client()
    try client.send("set k 0 0 1\r\n1\r\nget k\r\nget none\r\n")
    client.endOutput()
    #expect(try client.rest() == "STORED\r\nVALUE k 0 1\r\n1\r\nEND\r\nEND\r\n")
  }

  @Test("A slow reader gets all of it, and holds up nobody") func slowReader() throws {
    let field = try ProxyField(mains: 2)
    let client = try field.client()
    let value = [UInt8](repeating: 97, count: 200_000)
    for number in 0..<10 { #expect(try client.store("set", "k\(number)", value) == "STORED") }
    let slow = try field.magent.client(receiveBuffer: 4096)
    let request = "get \((0..<10).map { "k\($0)" }.joined(separator: " "))\r\n"
    try slow.send(String(repeating: request, count: 5))
    for _ in 0..<50 { #expect(try client.text(of: "none") == nil) }
    var count = 0
    for _ in 0..<5 { count += try slow.read(until: "END\r\n").utf8.count }
    #expect(count > 5 * 10 * 200_000)
  }
}
