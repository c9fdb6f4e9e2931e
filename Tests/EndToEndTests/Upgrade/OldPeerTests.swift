import Testing

/// A repcached 2.x as the peer of the real daemon, for a rolling upgrade: in both roles, joined, copied, streamed both ways,
/// dead, and back.
@Suite("A repcached 2.x as the peer", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct OldPeerTests {
  enum Roles: String, CaseIterable, CustomTestStringConvertible {
    case itConnects = "it connects, the daemon accepts"
    case daemonConnects = "the daemon connects, it accepts"

    var testDescription: String { rawValue }
  }

  let rig = Rig()

  /// A daemon and an old one, not yet joined, both with what they hold.
  private struct Mixed {
    let daemon: Daemon
    let client: Client
    let old: OldRepcached
    let listenPort: UInt16
  }

  private func join(
    _ roles: Roles, options: [String] = [], itemLimit: Int = 1 << 20, before: (OldRepcached) -> Void = { _ in }
  ) throws -> Mixed {
    let (listenPort, oldPort) = (try FreePorts.next(), try FreePorts.next())
    let old = try rig.old(port: roles == .daemonConnects ? oldPort : nil, itemLimit: itemLimit)
    before(old)
    let connecting = roles == .daemonConnects ? ["-x", "127.0.0.1"] : []
    let daemon = try rig.daemon(["-X", "\(listenPort):\(oldPort)"] + connecting + options)
    let client = try daemon.client()
    if roles == .itConnects { try old.connect(to: listenPort) }
    #expect(daemon.logs("replication: start"), "\(daemon.log)")
    return Mixed(daemon: daemon, client: client, old: old, listenPort: listenPort)
  }

  private func crosses(_ mixed: Mixed, _ key: String) throws -> Bool {
    let (client, old) = (mixed.client, mixed.old)
    #expect(try client.store("set", "\(key)-here", "1") == "STORED")
    old.set("\(key)-there", "2")
    return try settled(on: "2") { try client.text(of: "\(key)-there") } == "2"
      && settled(on: "1") { old.text(of: "\(key)-here") } == "1"
  }

  @Test("It connects: it gets a copy and marugoto_end, then both stream") func asMaster() throws {
    let listenPort = try FreePorts.next()
    let daemon = try rig.daemon("-X", "\(listenPort)")
    let client = try daemon.client()
    for key in 0..<100 { _ = try client.store("set", "k\(key)", "\(key)", flags: 7) }
    let old = try rig.old()
    try old.connect(to: listenPort)
    #expect(settled(on: 1) { old.cache.copyEnds } == 1)
    #expect(old.cache.items.count == 100 && old.cache.items["k7"]?.flags == 7 && old.text(of: "k99") == "99")
    let lines = ["listen", "accept", "marugoto start", "marugoto 100", "marugoto owari", "start"]
    #expect(daemon.logs("replication: start"))
    #expect(daemon.replicationLog == lines.map { "replication: \($0)" })
    #expect(try crosses(Mixed(daemon: daemon, client: client, old: old, listenPort: listenPort), "x"))
    let expected = [
      "peer_protocol": "2", "role": "MASTER", "state": "stream", "clock_offset_ms": "0", "tombstones": "0",
    ]
    for (name, value) in expected { #expect(try settled(on: value) { try client.linkStatistic(name) } == value) }
  }

  @Test("It accepts: its copy is here before clients come in, then both stream, and it never hears marugoto_end")
  func asSlave() throws {
    let mixed = try join(.daemonConnects) { old in
      for key in 0..<100 { old.set("k\(key)", "\(key)", flags: 9) }
    }
    #expect(try mixed.client.fetch("k99").map { "\($0.flags) \($0.text)" } == "9 99")
    #expect(mixed.daemon.replicationLog.dropFirst() == ["replication: marugoto copying", "replication: start"])
    #expect(try crosses(mixed, "x"))
    #expect(mixed.old.cache.copyEnds == 0 && mixed.old.cache.ignored.count == 1, "\(mixed.old.cache.ignored)")
  }

  @Test("Every mutating command crosses, as whole items and deletes", arguments: Roles.allCases)
  func mutations(roles: Roles) throws {
    let mixed = try join(roles)
    let (client, old) = (mixed.client, mixed.old)
    func arrives(_ key: String, _ value: String?) -> Bool { settled(on: value) { old.text(of: key) } == value }
    _ = try client.store("set", "k", "5", flags: 3)
    #expect(arrives("k", "5"))
    #expect(try client.command("incr k 4") == "9")
    #expect(arrives("k", "9"))
    #expect(try client.command("decr k 1") == "8")
    #expect(arrives("k", "8"))
    _ = try client.store("append", "k", "0")
    #expect(arrives("k", "80"))
    _ = try client.store("prepend", "k", "1")
    #expect(arrives("k", "180"))
    _ = try client.store("add", "a", "1")
    _ = try client.store("replace", "a", "2")
    #expect(arrives("a", "2"))
    let unique = try #require(try client.fetch("a")).cas
    try client.send("cas a 0 0 1 \(unique)\r\n3\r\n")
    #expect(try client.line() == "STORED\r\n")
    #expect(arrives("a", "3"))
    #expect(try client.command("touch a 1000") == "TOUCHED")
    #expect(settled(on: true) { (old.cache.items["a"]?.expiresAt ?? 0) > 1_700_000_000 })
    _ = try client.ask("gat 0 a\r\n", until: "END\r\n")
    #expect(settled(on: 0) { old.cache.items["a"]?.expiresAt } == 0)
    #expect(try client.command("delete a") == "DELETED")
    #expect(arrives("a", nil))
    #expect(old.cache.items["k"]?.flags == 3)
    _ = try client.command("flush_all")
    #expect(arrives("k", nil))
    _ = try client.store("set", "after", "1")
    #expect(arrives("after", "1"))
  }

  @Test("Its sets, deletes, evictions, expiry and flushes are done here", arguments: Roles.allCases)
  func itsMutations(roles: Roles) throws {
    let mixed = try join(roles)
    let (client, old) = (mixed.client, mixed.old)
    old.set("k", "1", flags: 4)
    old.set("expired", "1", expiresAt: 1_000_000_000)
    old.set("last", "1", expiresAt: 4_000_000_000)
    #expect(try settled(on: "1") { try client.text(of: "last") } == "1")
    #expect(try client.fetch("k")?.flags == 4 && client.text(of: "expired") == nil)
    old.act { $0.delete("k") }
    #expect(try settled(on: nil) { try client.text(of: "k") } == nil)
    old.act { $0.flush() }
    #expect(try settled(on: nil) { try client.text(of: "last") } == nil)
    #expect(try crosses(mixed, "after"))
  }

  @Test("It dies and comes back: it is given everything, what was written meanwhile too", arguments: Roles.allCases)
  func itsDeath(roles: Roles) throws {
    let (listenPort, oldPort) = (try FreePorts.next(), try FreePorts.next())
    let connecting = roles == .daemonConnects ? ["-x", "127.0.0.1"] : []
    var old = try rig.old(port: roles == .daemonConnects ? oldPort : nil)
    let daemon = try rig.daemon(["-X", "\(listenPort):\(oldPort)"] + connecting)
    let client = try daemon.client()
    for round in 1...3 {
      if roles == .itConnects { try old.connect(to: listenPort) }
      #expect(daemon.logs("replication: start", times: round), "\(daemon.log)")
      let mixed = Mixed(daemon: daemon, client: client, old: old, listenPort: listenPort)
      #expect(try crosses(mixed, "round\(round)"))
      old.end()
      #expect(daemon.logs("replication: close", times: round), "\(daemon.log)")
      _ = try client.store("set", "meanwhile\(round)", "1")
      _ = try client.command("delete round\(round)-there")
      old = try rig.old(port: roles == .daemonConnects ? oldPort : nil)
    }
    if roles == .itConnects { try old.connect(to: listenPort) }
    #expect(settled(on: 6) { old.cache.items.count } == 6, "\(old.cache.items.keys.sorted())")
    #expect(old.text(of: "round1-here") == "1" && old.text(of: "round1-there") == nil)
  }

  @Test("Cut from it and joined again: neither its copy nor the daemon's brings back what was deleted or changed here")
  func cut() throws {
    let mixed = try join(.daemonConnects)
    let (client, old) = (mixed.client, mixed.old)
    for key in ["changed", "deleted", "theirs", "kept"] { _ = try client.store("set", key, "old") }
    #expect(settled(on: "old") { old.text(of: "kept") } == "old")
    mixed.daemon.freeze()
    old.cut()
    old.set("theirs", "new")
    mixed.daemon.thaw()
    _ = try client.store("set", "changed", "new")
    _ = try client.command("delete deleted")
    #expect(mixed.daemon.logs("replication: start", times: 2), "\(mixed.daemon.log)")
    #expect(try crosses(mixed, "after"))
    for (key, value) in [("changed", "new"), ("kept", "old")] {
      #expect(try client.text(of: key) == value)
      #expect(settled(on: value) { old.text(of: key) } == value)
    }
    #expect(try settled(on: old.text(of: "theirs")) { try client.text(of: "theirs") } == old.text(of: "theirs"))
    #expect(try settled(on: old.text(of: "deleted")) { try client.text(of: "deleted") } == old.text(of: "deleted"))
  }

  @Test("The daemon dies and comes back: its copy is there again") func daemonsDeath() throws {
    let (listenPort, oldPort) = (try FreePorts.next(), try FreePorts.next())
    let old = try rig.old(port: oldPort)
    let options = ["-X", "\(listenPort):\(oldPort)", "-x", "127.0.0.1"]
    for round in 1...3 {
      let daemon = try rig.daemon(options)
      #expect(daemon.logs("replication: start"), "\(daemon.log)")
      let client = try daemon.client()
      for earlier in 1..<round {
        #expect(try client.text(of: "r\(earlier)-here") == "1" && client.text(of: "r\(earlier)-there") == "2")
      }
      #expect(try crosses(Mixed(daemon: daemon, client: client, old: old, listenPort: listenPort), "r\(round)"))
      if round == 2 { _ = daemon.end() } else { daemon.kill() }
      #expect(settled(on: false) { old.isLinked } == false)
    }
  }

  @Test(
    "Values and keys it cannot take never desynchronize it, and never serve an old value", arguments: Roles.allCases)
  func tooMuch(roles: Roles) throws {
    let mixed = try join(roles, options: ["-I", "4m"])
    let (client, old) = (mixed.client, mixed.old)
    let deadly = Array(String(repeating: "stats\r\nget k\r\n", count: 140_000).utf8)
    _ = try client.store("set", "k", "small")
    #expect(settled(on: "small") { old.text(of: "k") } == "small")
    #expect(try client.store("set", "k", deadly) == "STORED")
    #expect(settled(on: nil) { old.text(of: "k") } == nil)
    // The largest that fits its -I goes through whole.
    let fitting = Array(deadly.prefix(1_000_000))
    #expect(try client.store("set", "fits", fitting) == "STORED")
    #expect(settled(on: fitting.count) { old.cache.items["fits"]?.value.count } == fitting.count)
    let longKey = String(repeating: "k", count: 250)
    _ = try client.store("set", longKey, "1", exptime: 2_000_000_000)
    #expect(settled(on: "1") { old.text(of: longKey) } == "1")
    #expect(try crosses(mixed, "after"))
    #expect(try client.fetch("k")?.value.count == deadly.count)
    #expect(!mixed.daemon.hasLogged("replication: close"))
  }

  @Test("An -I below 1 MB that both have is kept to", arguments: Roles.allCases) func smallItems(roles: Roles) throws {
    let mixed = try join(roles, options: ["-I", "8k"], itemLimit: 8 << 10)
    for size in stride(from: 7_900, to: 8_200, by: 7) {
      _ = try mixed.client.store("set", "k\(size)", Array(repeating: 10, count: size))
    }
    #expect(try crosses(mixed, "after"))
    #expect(mixed.old.cache.items.count > 10 && mixed.old.cache.ignored.count == 1)
  }

  @Test("Written on both at once, on the same keys, they are equal when all is quiet", arguments: Roles.allCases)
  func crossing(roles: Roles) throws {
    let mixed = try join(roles)
    let (client, old) = (mixed.client, mixed.old)
    for round in 0..<40 {
      for key in 0..<20 {
        try client.send("set k\(key) 0 0 7 noreply\r\n\(1_000_000 + round)\r\n")
        old.set("k\(key)", "there\(round)")
      }
      _ = try client.command("delete k\(round % 20)")
    }
    let keys = (0..<20).map { "k\($0)" }
    let agree = try eventually { try keys.allSatisfy { try client.text(of: $0) == old.text(of: $0) } }
    #expect(agree)
  }

  @Test("With -o repl_ack an answer waits until the change is sent, for it acknowledges nothing") func acknowledged()
    throws
  {
    let mixed = try join(.itConnects, options: ["-o", "repl_ack=10000"])
    for key in 0..<50 { #expect(try mixed.client.store("set", "k\(key)", "1") == "STORED") }
    #expect(settled(on: 50) { mixed.old.cache.items.count } == 50)
    #expect(try mixed.client.linkStatistic("repl_ack_timeouts") == "0")
  }

  @Test("It stops reading: clients feel nothing, no core is burnt; when it reads again it has all")
  func frozen() throws {
    let mixed = try join(.itConnects, options: ["-o", "repl_queue=1"])
    let (client, old) = (mixed.client, mixed.old)
    old.freeze()
    let value = String(repeating: "v", count: 10_000)
    for key in 0..<2_000 { try client.send("set k\(key) 0 0 10000 noreply\r\n\(value)\r\n") }
    #expect(try client.store("set", "last", "1") == "STORED")
    let before = mixed.daemon.processorSeconds
    try client.waitUntilExpired(after: 2)
    #expect(mixed.daemon.processorSeconds - before < 0.5)
    old.thaw()
    #expect(settled(on: "1") { old.text(of: "last") } == "1")
    for key in [0, 999, 1_999] { #expect(settled(on: value) { old.text(of: "k\(key)") } == value) }
    #expect(try crosses(mixed, "after"))
  }
}
