import Testing

/// `-c`: beyond it accepting pauses, or, with `-o maxconns_fast`, the newcomer is told and sent away.
@Suite("The limit of connections", .enabled(if: Executable.isRepcached, "memcached counts its listeners too"))
struct ConnectionLimitTests {
  let rig = Rig()

  @Test("Beyond -c a newcomer waits until someone leaves") func pausing() throws {
    let daemon = try rig.daemon("-c", "16")
    // The probe that waited for the daemon to answer was a connection too.
    let control = try daemon.client()
    #expect(try settled(on: "1") { try control.statistic("curr_connections") } == "1")
    var others = try (0..<15).map { _ in try daemon.client() }
    for client in others { #expect(try client.command("version").hasPrefix("VERSION")) }
    let newcomer = try daemon.client()
    try newcomer.send("version\r\n")
    #expect(try settled(on: "0") { try control.statistic("accepting_conns") } == "0")
    #expect(try control.statistic("curr_connections") == "16")
    #expect(try Int(control.statistic("listen_disabled_num") ?? "") ?? 0 >= 1)
    #expect(newcomer.available() == "")
    others.removeFirst()
    #expect(try newcomer.line().hasPrefix("VERSION"))
    others.removeAll()
    #expect(try settled(on: "1") { try control.statistic("accepting_conns") } == "1")
    let next = try daemon.client()
    #expect(try next.store("set", "k", "1") == "STORED")
  }

  @Test("With maxconns_fast it is told and closed at once") func refusing() throws {
    let daemon = try rig.daemon("-c", "16", "-o", "maxconns_fast")
    let control = try daemon.client()
    #expect(try settled(on: "1") { try control.statistic("curr_connections") } == "1")
    var others = try (0..<15).map { _ in try daemon.client() }
    for client in others { #expect(try client.command("version").hasPrefix("VERSION")) }
    for _ in 0..<20 { #expect(try daemon.client().rest() == "ERROR Too many open connections\r\n") }
    #expect(try control.statistic("rejected_connections") == "20")
    #expect(try control.statistic("curr_connections") == "16")
    others.removeFirst()
    #expect(
      try eventually {
        let client = try daemon.client()
        return (try? client.store("set", "k", "1")) == "STORED"
      })
  }

  @Test("One connection that pipelines without end does not starve the others (-R)") func fairness() throws {
    let daemon = try rig.daemon("-t", "1", "-R", "5")
    let endpoint = daemon.endpoint
    let flood = Background.start {
      let client = try Client(to: endpoint)
      for _ in 0..<200 {
        try client.send(String(repeating: "get k\r\n", count: 1_000))
        try client.skip(5_000)
      }
      return true
    }
    let client = try daemon.client()
    var answered = 0
    while !flood.isDone {
      #expect(try client.ask("get k\r\n") == "END\r\n")
      answered += 1
    }
    #expect(try flood.value())
    #expect(answered > 0)
  }
}
