import Foundation
import Testing

/// `--config FILE`, and SIGHUP.
@Suite("magent's file of flags, read again at SIGHUP")
struct ProxyReloadTests {
  let rig = Rig()
  private let file: MagentFile

  init() throws { file = try MagentFile(rig) }

  @Test("The file says what the command line could, and the command line counts more") func precedence() throws {
    let (one, other) = (try file.server(), try file.server())
    try file.write("server: \(one.endpoint)\nthreads: 1\nmax-item-size: 64k\n")
    let client = try file.magent(["-I", "32k"]).client()
    #expect(try client.store("set", "k", "1") == "STORED")
    #expect(try one.client().text(of: "k") == "1")
    #expect(
      try client.store("set", "k", [UInt8](repeating: 97, count: 40_000)) == "SERVER_ERROR object too large for cache")
    let replaced = try file.magent(["-s", "\(other.endpoint)"]).client()
    #expect(try replaced.store("set", "k", "2") == "STORED")
    #expect(try one.client().text(of: "k") == "1" && other.client().text(of: "k") == "2")
  }

  @Test(
    "A file with a mistake is refused in one line with its number, and status 64",
    arguments: [
      ("server: a:x\n", ":1: server takes a number, not 'x'"), ("server: a\nport: 70000\n", ":2: port must be"),
      ("server: a\nnonsense: 1\n", ":2: nonsense is unknown"), ("server: [a\n", ":2: "),
      ("- a\n", ":1: flags are wanted"),
      ("server: a\nserver: b\n", ":1: a name stands there twice"), ("servers: []\n", "-s is needed"),
      ("", "-s is needed"),
      ("server: a\nport: [1, 2]\n", ":2: port takes one value"),
      ("server: a\nketama: maybe\n", ":2: ketama takes true"),
      ("servers:\n  - a\n  - {server: b, weight: 0}\n", ":3: weight must be"),
      ("server: a\ntimeout: {a: b}\n", ":2: timeout takes a text"), ("server: a\nhelp: true\n", ":2: help stands on"),
      ("server: a\nconfig: b\n", ":2: config stands on"), ("servers: [{weight: 2}]\n", ":1: a server needs"),
      ("servers: [{server: a, weight: 2}]\n", "a weight needs a --distribution"), ("server: \"\u{1}\"\n", ":1: "),
      (String(repeating: "[", count: 100_000), ":1: "), ("server: &a [*a]\n", ":1: "),
    ])
  func badFile(text: String, complaint: String) throws {
    try file.write(text)
    let run = try Run(["-D", "-p", "\(try FreePorts.next())", "--config", file.path], program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(64), "\(run)")
    #expect(run.errors.contains(complaint), "\(run.errors)")
  }

  @Test(
    "A file that is not there, or is no file, is one line and status 64", arguments: ["/nowhere/x", "/dev/zero", "/"])
  func noFile(path: String) throws {
    let run = try Run(["--config=\(path)"], program: Executable.magent)
    #expect(run.isRefusal && run.ending == .exited(64) && run.errors.contains(path), "\(run)")
  }

  @Test("At SIGHUP a bad file changes nothing, and the log says so") func badReload() throws {
    let one = try file.server()
    try file.write([one])
    let magent = try file.magent()
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED")
    for text in ["servers: [a, :]\n", "port: 1\n", "server: [", "server-login: /nowhere\nserver: \(one.endpoint)\n"] {
      try file.write(text)
      #expect(try file.reload(magent).hasSuffix("; the servers stay as they were"), "\(magent.log)")
      #expect(try client.text(of: "k") == "1")
    }
    try FileManager.default.removeItem(atPath: file.path)
    #expect(try file.reload(magent).hasSuffix("; the servers stay as they were"))
    #expect(try client.store("set", "k", "2") == "STORED")
    try file.write([one], "threads: 3\n")
    _ = try file.reload(magent)
    #expect(magent.logs("magent: SIGHUP: what has changed beside the servers waits for the next start"))
    #expect(try client.text(of: "k") == "2")
  }

  @Test("Servers come and go under load: no connection is lost, no request fails, no key is missed or old")
  func underLoad() throws {
    let servers = [try file.server(), try file.server(), try file.server()]
    try file.write(Array(servers.prefix(2)), "timeout: 500\nrefill-rate: 100000\n")
    let magent = try file.magent(["-t", "2"])
    let isOver = Flag()
    let workers = (0..<4).map { number in
      Background.start { [endpoint = magent.endpoint] in try ReloadLoad(endpoint, number).run(until: isOver) }
    }
    for change in 0..<4 {
      // One more, one less, another one, and none but the last.
      let list = [servers, [servers[0], servers[2]], [servers[1], servers[2]], [servers[2]]][change]
      try file.write(list, "timeout: 500\nrefill-rate: 100000\n")
      let before = magent.log.count { $0.hasPrefix("magent: warm-up is over: ") }
      #expect(try file.reload(magent).hasSuffix("\(list.count) servers, 0 backups"))
      #expect(
        eventually { magent.log.count { $0.hasPrefix("magent: warm-up is over: ") } > before },
        "\(magent.log.suffix(8))")
      #expect(try settled(on: list.count) { try Self.serverCount(magent) } == list.count)
    }
    isOver.set()
    for worker in workers {
      let verdict = try worker.value()
      #expect(verdict.requests > 100)
      #expect(verdict.faults.count == 0, "\(verdict.faults.count) of \(verdict.requests): \(verdict.faults.prefix(5))")
    }
    // Those that have left can end.
    for gone in servers.prefix(2) { gone.kill() }
    let client = try magent.client()
    #expect(try client.store("set", "k", "1") == "STORED" && client.text(of: "k") == "1")
  }

  private static func serverCount(_ magent: Daemon) throws -> Int {
    try magent.client().statistics("proxy").count { $0.name.hasSuffix("_role") }
  }

  @Test(
    "A pair added behind magent and one taken out: each key is found on the way, and copied without being asked for")
  func pairs() throws {
    let pairs = try (0..<3).map { _ in try Pair(rig, .bothConnect, options: ["-m", "16", "-t", "1"]) }
    func list(_ chosen: [Int]) -> String {
      "ketama: true\nrefill-rate: 100000\nservers:\n"
        + chosen.map { "  - pair: [\(pairs[$0].a.endpoint), \(pairs[$0].b.endpoint)]\n" }.joined()
    }
    try file.write(list([0, 1]))
    let magent = try file.magent()
    let client = try magent.client()
    for number in 0..<300 { #expect(try client.store("set", "k\(number)", "v\(number)", flags: 7) == "STORED") }
    for (round, chosen) in [[0, 1, 2], [1, 2]].enumerated() {
      try file.write(list(chosen))
      _ = try file.reload(magent)
      // Some are asked for at once, and the rest are not.
      for number in stride(from: round, to: 300, by: 3) {
        #expect(try client.fetch("k\(number)")?.text == "v\(number)")
      }
      #expect(
        eventually { magent.log.count { $0.hasPrefix("magent: warm-up is over: ") } == round + 1 }, "\(magent.log)")
    }
    // Nothing is left that would be old if it were asked again.
    for daemon in [pairs[0].a, pairs[0].b] {
      let client = try daemon.client()
      #expect(try settled(on: "0") { try client.statistic("curr_items") } == "0")
      daemon.kill()
    }
    for number in 0..<300 {
      let item = try client.fetch("k\(number)")
      #expect(item?.text == "v\(number)" && item?.flags == 7, "k\(number)")
    }
    // Both sides of the new one have what it has.
    let counts = { try [pairs[2].a, pairs[2].b].map { try $0.client().statistic("curr_items") ?? "" } }
    #expect(try eventually { try Set(counts()).count == 1 && counts() != ["0", "0"] })
  }

  @Test("Without a warm-up what has moved is missed, and with backups it comes from those") func otherWays() throws {
    let servers = try (0..<3).map { _ in try file.server() }
    try file.write(Array(servers.prefix(1)), "warm-up: 0\n")
    let cold = try file.magent()
    let client = try cold.client()
    for number in 0..<100 { #expect(try client.store("set", "k\(number)", "v") == "STORED") }
    try file.write(Array(servers.prefix(2)), "warm-up: 0\n")
    _ = try file.reload(cold)
    #expect(try eventually { try (0..<100).count { try client.text(of: "k\($0)") == nil } > 10 })

    let backup = "backup: \(servers[2].endpoint)\n"
    try file.write(Array(servers.prefix(1)), backup)
    let magent = try file.magent()
    let other = try magent.client()
    for number in 0..<100 { #expect(try other.store("set", "b\(number)", "v") == "STORED") }
    try file.write(Array(servers.prefix(2)), backup)
    #expect(try file.reload(magent).hasSuffix("2 servers, 1 backups"))
    for number in 0..<100 { #expect(try other.text(of: "b\(number)") == "v") }
  }
}

/// One client that knows what it must find. Its two connections are two workers', and what one has written the other must find.
private struct ReloadLoad {
  struct Verdict: Sendable {
    var requests = 0
    var faults: [String] = []
  }

  private let clients: [Client]
  private let number: Int
  private var values: [String: String] = [:]
  private var counted = 0
  private var madeCount = 0
  private var verdict = Verdict()

  init(_ endpoint: Endpoint, _ number: Int) throws {
    clients = try (0..<2).map { _ in try Client(to: endpoint) }
    self.number = number
  }

  func run(until isOver: Flag) throws -> Verdict {
    var load = self
    load.expect("STORED", try clients[0].store("set", "n\(number)", "0"))
    while !isOver.isSet { try load.step() }
    return load.verdict
  }

  private mutating func step() throws {
    let place = verdict.requests
    let client = clients[place / 3 % 2]
    // Each key gets each kind of command in the course of time.
    let key = "w\(number)-\(place % 61)"
    switch place % 12 {
    case 9:
      expect(values[key] == nil ? "NOT_FOUND" : "DELETED", try client.command("delete \(key)"))
      values[key] = nil
    case 8:
      counted += 1
      expect("\(counted)", try client.command("incr n\(number) 1"))
    case 7:
      expect(values[key] == nil ? "STORED" : "NOT_STORED", try client.store("add", key, "added"))
      if values[key] == nil { values[key] = "added" }
    case 6:
      madeCount += 1
      let value = "\(madeCount)"
      expect("VA \(value.utf8.count)", try client.command("ma m\(number) N0 J1 v"))
      expect(value + "\r\n", try client.line())
    case 5:
      expect(values[key] == nil ? "HD" : "NS", try client.command("ms \(key) 4 ME\r\nmeta"))
      if values[key] == nil { values[key] = "meta" }
    case 4:
      expect(values[key] == nil ? "NOT_STORED" : "STORED", try client.store("append", key, "+"))
      values[key]? += "+"
    case 0..<3:
      expect("STORED", try client.store("set", key, "v\(place)"))
      values[key] = "v\(place)"
    default:
      let other = "w\(number)-\((place * 7) % 61)"
      expect(values[other] ?? "nothing", try client.text(of: other) ?? "nothing")
    }
    verdict.requests += 1
  }

  private mutating func expect(_ answer: String, _ said: String) {
    if said != answer { verdict.faults.append("request \(verdict.requests): \(said), not \(answer)") }
  }
}
