import TestSupport
import Testing

/// Clients over TLS, well-behaved and not.
@Suite("Clients over TLS", .enabled(if: Executable.isRepcached, "memcached's options of TLS need a build of its own"))
struct TLSClientsTests {
  private let tls: TLSRig
  private static let tls12 = 0x0303
  private static let tls13 = 0x0304

  init() throws { tls = try TLSRig() }

  @Test("They store and read, in text and in binary frames, by TLS 1.2 and 1.3", arguments: [tls12, tls13])
  func protocols(version: Int) throws {
    let daemon = try tls.daemon()
    let client = try tls.client(daemon, version: version)
    #expect(try client.ask("set a 5 0 5\r\nhello\r\n") == "STORED\r\n")
    #expect(try client.ask("get a\r\n", until: "END\r\n") == "VALUE a 5 5\r\nhello\r\nEND\r\n")
    #expect(try client.ask("mg a v\r\n", until: "hello\r\n") == "VA 5\r\nhello\r\n")
    let binary = try tls.client(daemon, version: version)
    #expect(try binary.ask(.get("a")).text == "hello")
    #expect(try binary.ask(.set("b", "binary")).status == 0 && binary.ask(.get("b")).text == "binary")
    #expect(try client.ask("get b\r\n", until: "END\r\n") == "VALUE b 0 6\r\nbinary\r\nEND\r\n")
  }

  @Test("Records of one byte, and one record byte by byte, are requests as others") func smallRecords() throws {
    let client = try tls.client(try tls.daemon())
    try client.sendOneByOne("set a 0 0 20\r\n01234567890123456789\r\nget a\r\n")
    #expect(try client.read(until: "END\r\n") == "STORED\r\nVALUE a 0 20\r\n01234567890123456789\r\nEND\r\n")
    try client.drip("get a\r\n")
    #expect(try client.read(until: "END\r\n") == "VALUE a 0 20\r\n01234567890123456789\r\nEND\r\n")
  }

  @Test("A value that spans many records, and what TLS holds of the next request, arrive whole", arguments: [1, 7])
  func spanning(clients: Int) throws {
    let daemon = try tls.daemon()
    let value = String((0..<700_000).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
    for number in 0..<clients {
      let client = try tls.client(daemon)
      try client.send("set k\(number) 0 0 \(value.utf8.count)\r\n\(value)\r\nget k\(number)\r\nget none\r\n")
      #expect(try client.line() == "STORED\r\n")
      #expect(try client.line() == "VALUE k\(number) 0 \(value.utf8.count)\r\n")
      #expect(try client.bytes(value.utf8.count) == value)
      #expect(try client.bytes(12) == "\r\nEND\r\nEND\r\n")
    }
  }

  @Test("A thousand requests at once are answered in order, past every end of a turn and of a buffer") func pipelined()
    throws
  {
    let client = try tls.client(try tls.daemon())
    let value = String(repeating: "v", count: 3000)
    _ = try client.ask("set a 0 0 3000\r\n\(value)\r\n")
    let answer = "VALUE a 0 3000\r\n\(value)\r\nEND\r\n"
    let sending = String(repeating: "get a\r\n", count: 1000)
    try client.send(sending + "version\r\n")
    #expect(try client.bytes(answer.utf8.count * 1000) == String(repeating: answer, count: 1000))
    #expect(try client.line().hasPrefix("VERSION"))
  }

  @Test("Who asks for a new handshake is refused it, and others notice nothing") func renegotiating() throws {
    let daemon = try tls.daemon()
    let calm = try tls.client(daemon)
    for _ in 0..<20 {
      let restless = try tls.client(daemon, version: Self.tls12)
      #expect(try restless.ask("version\r\n").hasPrefix("VERSION"))
      #expect(try !restless.renegotiate())
    }
    #expect(try calm.ask("set a 0 0 1\r\n1\r\n") == "STORED\r\n")
    #expect(try tls.client(daemon).ask("get a\r\n", until: "END\r\n") == "VALUE a 0 1\r\n1\r\nEND\r\n")
  }

  @Test("New keys in the middle are taken and given, among requests") func newKeys() throws {
    let client = try tls.client(try tls.daemon(), version: Self.tls13)
    for round in 0..<50 {
      try client.updateKeys()
      #expect(try client.ask("set k 0 0 2\r\n\(10 + round)\r\n") == "STORED\r\n")
      #expect(try client.ask("get k\r\n", until: "END\r\n") == "VALUE k 0 2\r\n\(10 + round)\r\nEND\r\n")
    }
  }

  @Test("Who has ended its side is answered what it asked, and is taken leave of") func halfClosing() throws {
    let daemon = try tls.daemon()
    let client = try tls.client(daemon)
    let value = String(repeating: "v", count: 300_000)
    try client.send("set a 0 0 300000\r\n\(value)\r\nget a\r\nversion\r\n")
    try client.endOutput()
    let (text, tookLeave) = try client.rest()
    #expect(text.hasPrefix("STORED\r\nVALUE a 0 300000\r\n\(value)\r\nEND\r\nVERSION "))
    #expect(tookLeave)
    #expect(try tls.client(daemon).statistic("ssl_proto_errors") == "0")
  }

  @Test("Garbage, before the handshake and after it, ends that connection and is counted") func garbage() throws {
    let daemon = try tls.daemon()
    let watcher = try tls.client(daemon)
    #expect(try watcher.ask("watch connevents\r\n") == "OK\r\n")
    let plain = try Client(to: daemon.endpoint)
    try plain.send("get a\r\n")
    #expect(!(try plain.rest()).contains("END"), "who speaks no TLS gets no answer")
    #expect(try watcher.read(until: " msg=wrong version number\n").contains(" type=conntlserr fd="))
    let broken = try tls.client(daemon)
    try broken.sendRaw([UInt8](repeating: 0xaa, count: 500))
    _ = try broken.rest()
    let client = try tls.client(daemon)
    // The canary of the rig, which connects and goes, counts too.
    #expect(try eventually { Int(try client.statistic("ssl_handshake_errors") ?? "") ?? 0 >= 1 })
    #expect(try settled(on: "1") { try client.statistic("ssl_proto_errors") } == "1")
  }

  @Test("A hundred handshakes that stand still, at any point, hold nobody up") func stalled() throws {
    let daemon = try tls.daemon(nil, "", ["-t", "1"])
    let client = try tls.client(daemon)
    func wait() throws -> Duration {
      let clock = ContinuousClock()
      let times = try (0..<100).map { _ in try clock.measure { _ = try client.ask("version\r\n") } }
      return times.sorted()[50]
    }
    let quiet = try wait()
    var stalled: [TLSClient] = []
    for number in 0..<100 {
      let half = try TLSClient(to: daemon.endpoint, tls.clientOptions())
      try half.beginHandshake(bytes: number % 3 == 0 ? 0 : number % 3 == 1 ? 40 : .max)
      stalled.append(half)
    }
    let besides = try wait()
    print("stalled handshakes: a request's median wait \(quiet) without, \(besides) with a hundred")
    #expect(besides < quiet * 20, "a wait for any of them would have no end")
    #expect(try tls.client(daemon).ask("version\r\n").hasPrefix("VERSION"), "and the next handshake is made")
    withExtendedLifetime(stalled) {}
  }

  @Test("Addresses of notls: are plain, those of mtls: want a certificate") func addresses() throws {
    let (plainPort, sealedPort, strictPort) = (try FreePorts.next(), try FreePorts.next(), try FreePorts.next())
    let list = "notls:127.0.0.1:\(plainPort),127.0.0.1:\(sealedPort),mtls:127.0.0.1:\(strictPort)"
    let daemon = try tls.rig.launch(
      exactly: ["-X", "0", "-l", list] + tls.options(), endpoint: .local(plainPort))
    try #require(daemon.becomesReady(), "\(daemon.log)")
    #expect(try daemon.client().store("set", "a", "1") == "STORED")
    let sealed = try TLSClient.established(.local(sealedPort), tls.clientOptions())
    #expect(try sealed.ask("get a\r\n", until: "END\r\n") == "VALUE a 0 1\r\n1\r\nEND\r\n")
    #expect(throws: TLSClient.Refusal.self) {
      try TLSClient.established(.local(strictPort), tls.clientOptions()).ask("version\r\n")
    }
    let certificate = try tls.certificates.make("client")
    let known = try TLSClient.established(.local(strictPort), tls.clientOptions(certificate: certificate))
    #expect(try known.ask("version\r\n").hasPrefix("VERSION"))
  }
}
