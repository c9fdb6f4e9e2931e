import Foundation
import TestSupport
import Testing

@Suite("Those who look after the cache")
struct AdministrationTests {
  let rig = Rig()

  private func fill(_ client: Client, _ numbers: Range<Int>, bytes count: Int = 10_000) throws {
    let value = String(repeating: "v", count: count)
    for number in numbers { try client.send("set key\(number) 0 0 \(count) noreply\r\n\(value)\r\n") }
    _ = try client.command("version")
  }

  private func number(_ client: Client, _ name: String, _ topic: String = "") throws -> Int {
    try client.statistics(topic).first { $0.name == name }.flatMap { Int($0.value) } ?? -1
  }

  @Test("The memory limit goes up and down while clients are served, and the system gets its memory back")
  func memoryLimit() throws {
    let daemon = try rig.daemon("-m", "16")
    let (client, other) = (try daemon.client(), try daemon.client())
    try fill(client, 0..<3000)
    let evictions = try number(client, "evictions")
    #expect(evictions > 500)
    #expect(try client.command("cache_memlimit 64") == "OK")
    try fill(client, 3000..<6000)
    #expect(try number(client, "evictions") == evictions)
    #expect(try number(client, "limit_maxbytes") == 64 << 20)
    let before = daemon.residentBytes
    #expect(try client.command("cache_memlimit 8") == "OK")
    let isSmall = try eventually {
      _ = try other.store("set", "alive", "1")
      return try number(client, "total_malloced", "slabs") <= 9 << 20
    }
    #expect(try isSmall && other.text(of: "alive") == "1")
    #expect(daemon.residentBytes < before - (32 << 20))
    #expect(try number(client, "curr_items") > 100)
    #expect(try client.command("cache_memlimit 999999999").hasPrefix("MEMLIMIT_ADJUST_FAILED"))
  }

  @Test("A client that reads nothing of a dump is dropped after a while; the next one and others go on meanwhile")
  func stalledDump() throws {
    let daemon = try rig.daemon("-o", "reader_timeout=1")
    let client = try daemon.client()
    let name = String(repeating: "n", count: 200)
    for number in 0..<40_000 { try client.send("set \(name)\(number) 0 0 1 noreply\r\nv\r\n") }
    _ = try client.command("version")
    let stalled = try daemon.client(receiveBuffer: 4096)
    try stalled.send("lru_crawler metadump all\r\n")
    let next = try daemon.client()
    try next.send("lru_crawler mgdump all\r\n")
    #expect(try next.read(until: "EN\r\n").split(separator: "\r\n").count == 40_002)
    #expect(try eventually { try number(client, "curr_connections") <= 2 })
    let rest = try stalled.rest()
    #expect(rest.hasPrefix("OK\r\n") && !rest.hasSuffix("END\r\n"))
    #expect(daemon.logText.contains("reads nothing of what it asked for: closed"))
  }

  @Test("Who watches and reads nothing is dropped, who closes while it is written to is forgotten, others are served")
  func watchers() throws {
    let daemon = try rig.daemon("-o", "reader_timeout=1")
    let client = try daemon.client()
    let stalled = try daemon.client(receiveBuffer: 4096)
    #expect(try stalled.command("watch fetchers") == "OK")
    for round in 0..<30 {
      let watcher = try daemon.client(receiveBuffer: 4096)
      if round.isMultiple(of: 2) { watcher.resetOnClose() }
      #expect(try watcher.command("watch fetchers mutations") == "OK")
      try client.send((0..<300).map { "get key\($0)\r\n" }.joined() + "mn\r\n")
      _ = try client.read(until: "MN\r\n")
    }
    let isAlone = try eventually {
      try client.send((0..<500).map { "get \(String(repeating: "k", count: 240))\($0)\r\n" }.joined() + "mn\r\n")
      _ = try client.read(until: "MN\r\n")
      return try number(client, "log_watchers") == 0
    }
    #expect(isAlone)
    let last = try daemon.client()
    #expect(try last.command("watch fetchers") == "OK")
    _ = try client.command("get last")
    #expect(try last.line().contains("type=item_get key=last status=not_found"))
    #expect(try number(client, "log_watchers") == 1)
  }

  /// The next one that has this: whoever asked whether the daemon is there may come and leave while somebody watches.
  private func line(of watcher: Client, with text: String) throws -> String {
    while true {
      let line = try watcher.line()
      if line.contains(text) { return line }
    }
  }

  @Test("watch connevents tells who has reset its connection, and of a frame that may not be an error") func resets()
    throws
  {
    let daemon = try rig.daemon()
    let watcher = try daemon.client()
    #expect(try watcher.command("watch connevents") == "OK")
    for isReset in [true, false] {
      var client: Client? = try daemon.client()
      let place = "rport=\(try #require(try client?.port))"
      #expect(try line(of: watcher, with: " \(place) ").contains(" type=conn_new rip=127.0.0.1 "))
      if isReset {
        client?.resetOnClose()
      } else {
        try client?.send(BinaryFrame(0x00, "k", extras: [1, 2, 3, 4]).bytes)
        _ = try client?.restBytes()
      }
      client = nil
      let end = try line(of: watcher, with: " \(place) ")
      #expect(end.contains(" type=conn_close rip=127.0.0.1 \(place) transport=tcp reason=error cfd="), "\(end)")
    }
  }

  @Test("watch shows evictions as they come") func evictions() throws {
    let daemon = try rig.daemon("-m", "8")
    let (client, watcher) = (try daemon.client(), try daemon.client())
    #expect(try watcher.command("watch evictions") == "OK")
    try fill(client, 0..<1500)
    let line = try watcher.line()
    #expect(line.contains(" type=eviction key=key") && line.contains(" fetch=no ttl=-1 la="))
    #expect(line.hasSuffix(" size=10000\n"))
  }

  @Test("Who asks for nothing is closed by idle_timeout and counted; who watches and the peer are not") func idle()
    throws
  {
    let pair = try Pair(rig, options: ["-o", "idle_timeout=1"])
    let (idle, watcher) = (try pair.a.client(), try pair.a.client())
    #expect(try idle.command("version").hasPrefix("VERSION"))
    #expect(try watcher.command("watch connevents") == "OK")
    #expect(try idle.rest() == "")
    #expect(try watcher.read(until: "reason=idle_timeout").contains("type=conn_close"))
    let client = try pair.a.client()
    #expect(try number(client, "idle_kicks") >= 1 && client.linkStatistic("state") == "stream")
    #expect(try (Int(client.linkStatistic("link_up_seconds") ?? "") ?? 0) >= 1)
    #expect(try client.store("set", "k", "v") == "STORED")
    #expect(try eventually { try pair.b.client().text(of: "k") == "v" })
  }

  @Test("watch replication tells what the link does, and why") func replication() throws {
    let pair = try Pair(rig)
    let watcher = try pair.a.client()
    #expect(try watcher.command("watch replication") == "OK")
    pair.b.kill()
    #expect(try watcher.read(until: "replication: close\n").contains(" type=replication msg="))
    try pair.restartB(connecting: true)
    #expect(try watcher.read(until: "replication: start\n").contains("type=replication msg=replication: accept\n"))
  }

  @Test("-W and --disable-dumping refuse what they name, in the binary protocol too") func refused() throws {
    let daemon = try rig.daemon("-W", "--disable-dumping")
    let client = try daemon.client()
    _ = try client.store("set", "secret", "1")
    for command in [
      "lru_crawler metadump all", "lru_crawler mgdump all", "stats cachedump 1 1", "stats detail dump", "watch",
    ] {
      #expect(try client.command(command).contains("not allowed"), "\(command)")
    }
    let binary = try daemon.client()
    for group in ["detail on", "detail dump", "cachedump 1 1"] {
      let answer = try binary.ask(BinaryFrame(0x10, group))
      #expect(answer.status != 0 && !answer.text.contains("secret"), "\(group)")
    }
    #expect(try number(client, "curr_items") == 1)
  }

  /// Of what `absurd` says the lines that mean something.
  private static let sensible: Set = [
    "lru temp_ttl -1", "lru temp_ttl 0", "lru_crawler sleep 0", "lru_crawler tocrawl 0",
    "lru_crawler tocrawl 4294967295", "slabs automove 0",
  ]
  private static let refusals = ["ERROR", "CLIENT_ERROR ", "BADCLASS ", "NOSPARE ", "MEMLIMIT_"]

  @Test("Absurd numbers and words are refused in one line, and the daemon goes on") func absurd() throws {
    let client = try rig.daemon().client()
    _ = try client.store("set", "k", "v")
    let numbers = [
      "-1", "0", "4294967295", "4294967296", "99999999999999999999999999", "1e9", "0x10", "1,1,1,1,128", "",
    ]
    let commands = [
      "cache_memlimit", "lru tune 1", "lru temp_ttl", "lru_crawler sleep", "lru_crawler tocrawl", "lru_crawler crawl",
      "lru_crawler metadump", "lru_crawler mgdump", "slabs reassign 1", "slabs automove", "stats cachedump 1",
      "stats cachedump", "watch", "stats detail",
    ]
    for command in commands {
      for number in numbers where !(command == "watch" && number.isEmpty) {
        let line = "\(command) \(number)"
        // Its number is how many items are listed, all of them or as many as there are.
        if ["stats cachedump 1 0", "stats cachedump 1 4294967295"].contains(line) { continue }
        try client.send("\(line)\r\nmn\r\n")
        let answer = try client.read(until: "MN\r\n").components(separatedBy: "\r\n")
        let isTaken = Self.sensible.contains(line)
        #expect(answer.count == 3 && answer[1] == "MN", "\(line): \(answer)")
        #expect(isTaken ? answer[0] == "OK" : Self.refusals.contains(where: answer[0].hasPrefix), "\(line): \(answer)")
      }
    }
    #expect(try client.text(of: "k") == "v")
  }

  @Test("stats conns shows listeners and what each connection does") func connections() throws {
    let daemon = try rig.daemon()
    let (client, watcher) = (try daemon.client(), try daemon.client())
    #expect(try watcher.command("watch") == "OK")
    let lines = try client.statistics("conns")
    let states = lines.filter { $0.name.hasSuffix(":state") }.map(\.value)
    #expect(states.sorted() == ["conn_listening", "conn_parse_cmd", "conn_watch"])
    let listener = try #require(lines.first { $0.value == "conn_listening" }?.name.split(separator: ":").first)
    #expect(lines.first { $0.name == "\(listener):addr" }?.value == "tcp:\(daemon.endpoint)")
  }
}
