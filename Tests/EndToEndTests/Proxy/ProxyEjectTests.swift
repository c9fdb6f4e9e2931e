import Testing

@Suite("Servers that magent takes out")
struct ProxyEjectTests {
  private static let quick = ["--retry-interval=50", "--timeout=300", "-t", "1"]

  @Test("The keys of a dead server go to the others, nobody else's move, and come back when it does") func ejected()
    throws
  {
    let field = try ProxyField(mains: 3, Self.quick + ["--eject"])
    let client = try field.client()
    let (dead, other) = (field.keys(ofMain: 0, 50), field.keys(ofMain: 1, 50))
    for key in dead + other { #expect(try client.store("set", key, "old") == "STORED") }
    field.mains[0].kill()
    for key in dead {
      #expect(try client.text(of: key) == nil)
      #expect(try client.store("set", key, "new") == "STORED")
      #expect(try client.text(of: key) == "new")
    }
    for key in other { #expect(try client.text(of: key) == "old") }
    #expect(try field.statistic("server_0_ejected") == "1")
    let returned = try field.restart(field.mains[0])
    #expect(try field.waits(for: "server_0_ejected", toBe: "0"))
    #expect(try client.store("set", dead[0], "own") == "STORED")
    #expect(try returned.client().text(of: dead[0]) == "own")
  }

  @Test("A server that hung and returns has not got what was written elsewhere meanwhile, nor have the others later")
  func stale() throws {
    let field = try ProxyField(mains: 2, Self.quick + ["--eject"])
    let client = try field.client()
    let keys = field.keys(ofMain: 0, 20)
    for key in keys { #expect(try client.store("set", key, "old") == "STORED") }
    field.mains[0].freeze()
    #expect(try eventually { try client.store("set", keys[0], "new") == "STORED" })
    for key in keys { #expect(try client.store("set", key, "new") == "STORED") }
    field.mains[0].thaw()
    #expect(try field.waits(for: "server_0_ejected", toBe: "0"))
    for key in keys { #expect(try client.text(of: key) == nil, "what it had is old") }
    let other = try field.mains[1].client()
    #expect(try eventually { try keys.allSatisfy { try other.text(of: $0) == nil } }, "they would be old the next time")
  }

  @Test("No more than --eject-limit are taken out; the keys of others that are dead fail at once") func limit() throws {
    let field = try ProxyField(mains: 3, Self.quick + ["--eject", "--eject-limit=1"])
    let client = try field.client()
    let (first, second) = (field.keys(ofMain: 0, 1)[0], field.keys(ofMain: 1, 1)[0])
    field.mains[0].kill()
    #expect(try eventually { try client.store("set", first, "1") == "STORED" })
    field.mains[1].kill()
    #expect(try client.store("set", second, "1").hasPrefix("SERVER_ERROR "))
    #expect(try client.store("set", second, "1").hasPrefix("SERVER_ERROR "))
    #expect(try field.statistic("server_0_ejected") == "1" && field.statistic("server_1_ejected") == "0")
  }

  @Test("One that is taken out stays out for --eject-time, though it answers") func heldOut() throws {
    let field = try ProxyField(mains: 2, Self.quick + ["--eject", "--eject-time=3600000"])
    let client = try field.client()
    let key = field.keys(ofMain: 0, 1)[0]
    field.mains[0].kill()
    #expect(try eventually { try client.store("set", key, "1") == "STORED" })
    let returned = try field.restart(field.mains[0])
    #expect(try client.text(of: key) == "1")
    #expect(try returned.client().statistic("cmd_get") == "0")
    #expect(try field.statistic("server_0_state") == "dead")
  }

  @Test("With --failure-limit a server is dead after so many failures in a row, and not before") func failureLimit()
    throws
  {
    let rig = Rig()
    let magent = try rig.magent(
      ["-s", "127.0.0.1:\(try FreePorts.next())", "--failure-limit=3", "--retry-interval=3600000", "-t", "1"])
    let client = try magent.client()
    func state() throws -> String? { try client.statistics("proxy").first { $0.name == "server_0_state" }?.value }
    for _ in 0..<2 {
      #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
      #expect(try state() == "alive")
    }
    #expect(try client.command("get k").hasPrefix("SERVER_ERROR "))
    #expect(try state() == "dead")
  }

  @Test(
    "What does not go together is refused with status 64",
    arguments: [
      (["-s", "a", "--eject-limit=1"], "--eject-limit and --eject-time need --eject"),
      (["-s", "a", "-b", "b", "--eject"], "--eject has no use beside -b"),
      (["-s", "a", "--eject", "--eject-limit=1"], "--eject-limit must leave one server"),
      (["-s", "a", "--failure-limit=0"], "--failure-limit must be from 1 to 1000"),
      (["-s", "a", "--distribution=x"], "--distribution takes one of"),
      (["-s", "a", "-k", "--distribution=jump"], "two rules"),
      (["-s", "a", "--hash=md5"], "--hash needs a --distribution"), (["-s", "a", "--hash-tag={}"], "--hash-tag needs"),
    ])
  func contradictions(arguments: [String], complaint: String) throws {
    let run = try Run(arguments, program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(64) && run.errors.contains(complaint), "\(run)")
  }
}
