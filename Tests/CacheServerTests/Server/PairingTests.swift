import Testing

@testable import CacheServer

@Suite("The server's side of its peer")
struct PairingTests {
  @Test("With -X 0 there is no link, no journal, and clients may come at once") func off() throws {
    var settings = Settings()
    settings.peering.listenPort = 0
    let pairing = Pairing(context: try ServerContext(settings: settings) { _ in })
    try pairing.bind()
    let ready = LogLines()
    try pairing.start { ready.add("ready") }
    #expect(ready.all == ["ready"])
    #expect(pairing.status == nil)
    #expect(pairing.journal(ofWorker: 0) == nil)
    pairing.stop()
  }

  @Test("The peer can be another where there is a link, and only one that can be one") func changePeer() throws {
    var settings = Settings()
    settings.peering.listenPort = 0
    let off = Pairing(context: try ServerContext(settings: settings) { _ in })
    try off.bind()
    #expect(off.changePeer("host-b") == "replication is off")
    try settings.set("-l", "127.0.0.1")
    settings.peering.listenPort = try Ports.free()
    let pairing = Pairing(context: try ServerContext(settings: settings) { _ in })
    try pairing.bind()
    for place in ["host-b", "host-b:1", "127.0.0.1", "[::1]:1", "::1", "none"] {
      #expect(pairing.changePeer(place) == nil, "\(place)")
    }
    for place in [
      "*", "", ":1", "host-b:0", "host-b:x", "[::1", "host-b:65536", "a b", "a\tb", "/etc/hosts", "-", "%s",
    ] {
      #expect(pairing.changePeer(place) != nil, "\(place)")
    }
    pairing.stop()
  }

  @Test("stats shows the role and the room left in the queue under repcached 2.x's names, behind memcached's")
  func role() throws {
    var settings = Settings()
    settings.peering.listenPort = 0
    try settings.set("-l", "127.0.0.1")
    settings.peering.listenPort = try Ports.free()
    settings.peering.queueRecords = 1234
    let context = try ServerContext(settings: settings) { _ in }
    let pairing = Pairing(context: context)
    try pairing.bind()
    let statistics = Statistics(context: context, counters: [], pairing: pairing)
    let lines = try #require(statistics.lines(""))
    let names = lines.map(\.name)
    let place = try #require(names.firstIndex(of: "lru_bumps_dropped"))
    #expect(names[(place + 1)...(place + 3)] == ["replication", "repcached_version", "repcached_qi_free"])
    #expect(lines[place + 1].value == "MASTER")
    pairing.stop()
  }
}
