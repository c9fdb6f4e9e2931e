import Testing

@Suite("magent when servers die")
struct ProxyFailoverTests {
  private static let quick = ["--retry-interval=50", "--timeout=300"]

  @Test("A main that is killed is not noticed: each key is read and written all the same") func killedMain() throws {
    let field = try ProxyField(mains: 3, backups: 2, Self.quick)
    let client = try field.client()
    for number in 0..<300 { #expect(try client.store("set", "k\(number)", "v\(number)", flags: 4) == "STORED") }
    field.mains[0].kill()
    for number in 0..<300 { #expect(try client.fetch("k\(number)")?.text == "v\(number)") }
    let keys = (0..<300).map { "k\($0)" }.joined(separator: " ")
    let text = try client.ask("get \(keys)\r\n", until: "END\r\n")
    #expect(text.split(separator: "\r\n").count { $0.hasPrefix("VALUE ") } == 300)
    for number in 0..<300 { #expect(try client.store("set", "k\(number)", "w\(number)") == "STORED") }
    for number in 0..<300 { #expect(try client.text(of: "k\(number)") == "w\(number)") }
    #expect(try client.ask("mg k1 v\r\n", until: "w1\r\n") == "VA 2\r\nw1\r\n")
    #expect(try client.command("delete k1") == "DELETED")
    #expect(try client.text(of: "k1") == nil)
  }

  @Test("A main that returns empty misses nothing, and has its keys again without being asked") func returningMain()
    throws
  {
    let field = try ProxyField(mains: 2, backups: 1, Self.quick + ["--refill-rate=100000"])
    let client = try field.client()
    for number in 0..<400 {
      #expect(try client.store("set", "k\(number)", "v\(number)", flags: 4, exptime: 1000) == "STORED")
    }
    field.mains[0].kill()
    #expect(try client.text(of: field.keys(ofMain: 0, 1)[0]) == nil)
    #expect(try client.text(of: "k1") == "v1")
    let returned = try field.restart(field.mains[0])
    for number in 0..<400 { #expect(try client.fetch("k\(number)")?.text == "v\(number)") }
    #expect(try field.waits(for: "server_0_state", toBe: "alive"))
    let direct = try returned.client()
    let lost = (0..<400).map { "k\($0)" }.filter { field.main(of: $0) == 0 }
    #expect(lost.count > 50)
    for key in lost {
      #expect(eventually { (try? direct.fetch(key)?.flags) == 4 }, "\(key)")
      let answer = try direct.ask("mg \(key) t\r\n")
      let seconds = Int(answer.dropFirst(4).prefix { $0.isNumber }) ?? 0
      #expect((900...1000).contains(seconds), "\(key) \(answer)")
    }
  }

  @Test("What is missing at a main alone is found at its backup, and put back") func missAtMain() throws {
    let field = try ProxyField(mains: 2, backups: 1)
    let client = try field.client()
    for key in ["a", "b", "c"] { #expect(try client.store("set", key, "v", flags: 2) == "STORED") }
    let main = try field.mains[field.main(of: "a")].client()
    #expect(try main.command("delete a") == "DELETED")
    #expect(try client.ask("get a b none c\r\n", until: "END\r\n").split(separator: "\r\n").count == 7)
    #expect(eventually { (try? main.fetch("a")?.flags) == 2 })
    #expect(try main.command("delete a") == "DELETED")
    #expect(try client.ask("gets a\r\n", until: "END\r\n").hasPrefix("VALUE a 2 1 "))
    #expect(eventually { (try? main.fetch("a")?.flags) == 2 })
  }

  @Test("A command that finds its key at the backup alone is done there, and the main gets what came of it")
  func writesAtBackup() throws {
    let field = try ProxyField(mains: 1, backups: 1)
    let client = try field.client()
    let main = try field.mains[0].client()
    #expect(try client.store("set", "n", "5") == "STORED")
    #expect(try main.command("delete n") == "DELETED")
    #expect(try client.command("incr n 2") == "7")
    #expect(try settled(on: "7") { try main.text(of: "n") } == "7")
    #expect(try main.command("delete n") == "DELETED")
    #expect(try client.store("append", "n", "0") == "STORED")
    #expect(try settled(on: "70") { try main.text(of: "n") } == "70")
    #expect(try main.command("delete n") == "DELETED")
    #expect(try client.command("delete n") == "DELETED")
    #expect(try client.text(of: "n") == nil)
  }

  @Test("Main and backup dead: an error at once, and the connection lives") func bothDead() throws {
    let field = try ProxyField(mains: 2, backups: 1, Self.quick)
    let client = try field.client()
    let (lost, kept) = (field.keys(ofMain: 0, 1)[0], field.keys(ofMain: 1, 1)[0])
    #expect(try client.store("set", lost, "1") == "STORED")
    field.mains[0].kill()
    field.backups[0].kill()
    for _ in 0..<3 {
      #expect(try client.command("get \(lost)").hasPrefix("SERVER_ERROR "))
      #expect(try client.store("set", lost, "2").hasPrefix("SERVER_ERROR "))
      #expect(try client.command("mg \(lost) v").hasPrefix("SERVER_ERROR "))
      #expect(try client.store("set", kept, "3") == "STORED")
      #expect(try client.text(of: kept) == "3")
    }
    #expect(try client.ask("get \(kept) \(lost)\r\n", until: "\r\n").hasPrefix("VALUE "))
    #expect(try client.read(until: "answers\r\n").hasSuffix("SERVER_ERROR no server of this key answers\r\n"))
  }

  @Test("A main that hangs costs one timeout, once, and only its own keys") func hungMain() throws {
    let field = try ProxyField(mains: 2, backups: 1, ["--timeout=8000", "--retry-interval=100", "-t", "1"])
    let client = try field.client()
    let (slow, quick) = (field.keys(ofMain: 0, 40), field.keys(ofMain: 1, 40))
    for key in slow + quick { #expect(try client.store("set", key, "v") == "STORED") }
    field.mains[0].freeze()
    defer { field.mains[0].thaw() }
    let other = try field.client()
    try client.send("get \(slow[0])\r\n")
    for key in quick { #expect(try other.text(of: key) == "v") }
    #expect(client.available() == "")
    #expect(try client.read(until: "END\r\n").hasPrefix("VALUE \(slow[0]) "))
    for key in slow { #expect(try client.text(of: key) == "v") }
    #expect(try field.statistic("timeouts") == "1")
  }

  @Test("A main that hung is not asked for what was written meanwhile") func staleMain() throws {
    let field = try ProxyField(mains: 2, backups: 1, ["--timeout=200", "--retry-interval=50"])
    let client = try field.client()
    let keys = field.keys(ofMain: 0, 100)
    for key in keys { #expect(try client.store("set", key, "old") == "STORED") }
    field.mains[0].freeze()
    for key in keys.prefix(50) { #expect(try client.store("set", key, "new") == "STORED") }
    for key in keys.suffix(50) { #expect(try client.command("delete \(key)") == "DELETED") }
    field.mains[0].thaw()
    let isBack = try eventually {
      let isAlive = try field.statistic("server_0_state") == "alive"
      for key in keys.prefix(50) { #expect(try client.text(of: key) == "new") }
      for key in keys.suffix(50) { #expect(try client.text(of: key) == nil) }
      return isAlive
    }
    #expect(isBack)
    for key in keys.prefix(50) { #expect(try client.text(of: key) == "new") }
    for key in keys.suffix(50) { #expect(try client.text(of: key) == nil) }
  }

  @Test("A connection that its server has closed costs nobody an answer") func closedConnection() throws {
    let rig = Rig()
    let server = try rig.daemon("-o", "idle_timeout=1")
    let magent = try rig.magent(["-s", "\(server.endpoint)", "-t", "1"])
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    let direct = try server.client()
    #expect(eventually { (try? direct.statistic("idle_kicks")) == "1" })
    #expect(try client.text(of: "k") == "1")
    #expect(try client.command("incr k 1") == "2")
  }
}
