import Testing

/// `-o repl_ack`: whatever was answered is on the peer. The killed side's writers know what was answered; the other side must
/// have it all, alone.
@Suite("Acknowledged writes", .serialized, .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct AcknowledgedWritesTests {
  let rig = Rig()

  /// Writes its own keys one after another, until its daemon is gone or it is told to stop; how many were answered STORED.
  private static func write(_ endpoint: Endpoint, _ name: String, until isOver: Flag) -> Int {
    var answered = 0
    guard let client = try? Client(to: endpoint) else { return 0 }
    while !isOver.isSet, (try? client.store("set", "\(name)-\(answered)", "\(name).\(answered)")) == "STORED" {
      answered += 1
    }
    return answered
  }

  @Test(
    "Either side killed under eight writers, the other has every write that was answered", arguments: [false, true])
  func kills(shortQueue: Bool) throws {
    let pair = try Pair(
      rig, .bothConnect, options: ["-o", "repl_ack=20000"] + (shortQueue ? ["-t", "1", "-q", "1"] : []))
    for round in 0..<3 {
      let isOver = Flag()
      let writers = (0..<8).map { place in
        let endpoint = place % 2 == 0 ? pair.a.endpoint : pair.b.endpoint
        return Background.start { Self.write(endpoint, "r\(round)w\(place)", until: isOver) }
      }
      let survivor = round % 2 == 0 ? pair.b : pair.a
      let reader = try survivor.client()
      // Each of the killed side's has written some, as the survivor shows.
      for place in 0..<8 { #expect(try settled(on: true) { try reader.fetch("r\(round)w\(place)-20") != nil }) }
      (round % 2 == 0 ? pair.a : pair.b).kill()
      isOver.set()
      for (place, writer) in writers.enumerated() {
        let answered = try writer.value()
        let missing = try (0..<answered).filter {
          try reader.text(of: "r\(round)w\(place)-\($0)") != "r\(round)w\(place).\($0)"
        }
        #expect(answered >= 20 && missing == [], "writer \(place): \(missing) of \(answered)")
      }
      try round % 2 == 0 ? pair.restartA(connecting: true) : pair.restartB(connecting: true)
      try pair.waitUntilJoined()
      try survivor.mustStream(times: 2)
    }
  }
}
