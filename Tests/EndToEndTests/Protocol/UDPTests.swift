import Platform
import TestSupport
import Testing

/// What goes over UDP, beside memcached: with `REPCACHED_BINARY` these run against 1.6.45 itself.
@Suite("UDP")
struct UDPTests {
  let rig = Rig()

  private struct Two {
    let daemon: Daemon
    let (tcp, udp): (Client, DatagramClient)
  }

  /// One thread: answers keep the order of their requests.
  private func two(_ options: String...) throws -> Two {
    let port = try FreePorts.next()
    let daemon = try rig.daemon(["-U", "\(port)", "-t", "1"] + options)
    let two = Two(daemon: daemon, tcp: try daemon.client(), udp: try DatagramClient(to: port))
    for key in ["foo", "bar"] { #expect(try two.tcp.store("set", key, key) == "STORED") }
    return two
  }

  private static let foo = "VALUE foo 0 3\r\nfoo\r\nEND\r\n"
  private static let usage = "CLIENT_ERROR bad command line format\r\n"

  @Test("A request is one datagram, and what it changes every client sees") func requests() throws {
    let two = try two()
    #expect(try two.udp.ask("get foo\r\n") == [Self.foo])
    #expect(try two.udp.ask("get foo\n") == [Self.foo])
    #expect(try two.udp.ask("set n 5 0 2\r\n10\r\n") == ["STORED\r\n"])
    #expect(try two.udp.ask("incr n 5\r\n") == ["15\r\n"])
    #expect(try two.tcp.text(of: "n") == "15")
    #expect(try two.udp.ask("delete n\r\n") == ["DELETED\r\n"])
    #expect(try two.udp.ask("nonsense\r\n") == ["ERROR\r\n"])
    #expect(try two.udp.ask("set n 0 0 1 noreply\r\n1\r\n") == [])
    #expect(try two.tcp.text(of: "n") == "1")
  }

  @Test("A second command in the datagram is answered by a message of its own") func second() throws {
    let two = try two()
    #expect(
      try two.udp.ask("get foo\r\nversion\r\nget none\r\n").map { $0.prefix(8) } == ["VALUE fo", "VERSION ", "END\r\n"])
    #expect(
      try two.udp.ask("set a 0 0 1\r\n1\r\nset b 0 0 1 noreply\r\n1\r\nget b\r\n") == [
        "STORED\r\n", "VALUE b 0 1\r\n1\r\nEND\r\n",
      ])
    #expect(try two.udp.ask("set a x 0 3\r\nabc\r\nget foo\r\n") == [Self.usage, Self.foo])
    #expect(try two.udp.ask("set a 0 0 x\r\nabc\r\n") == [Self.usage, "ERROR\r\n"])
    #expect(try two.udp.ask("get foo\r\nget b") == [Self.foo])
  }

  @Test("How it is numbered, and what is reserved, does not matter; how many there are does") func counts() throws {
    let two = try two()
    for number in [1, 5, 65_535] as [UInt16] { #expect(try two.udp.ask("get foo\r\n", number: number) == [Self.foo]) }
    #expect(try two.udp.ask("get foo\r\n", reserved: 99) == [Self.foo])
    for total in [0, 2, 256, 257, 65_535] as [UInt16] { #expect(try two.udp.ask("get foo\r\n", total: total) == []) }
  }

  @Test("A datagram without a frame, without a body, or without a whole line is dropped") func short() throws {
    let two = try two()
    for count in 0...8 { #expect(try two.udp.ask(raw: Array([0, 1, 0, 0, 0, 1, 0, 0].prefix(count))) == []) }
    for body in ["g", "get foo", "\0\0\0", "get " + String(repeating: "k ", count: 2500)] {
      #expect(try two.udp.ask(body) == [])
    }
    #expect(try two.udp.ask("\r\n") == [Self.usage])
    #expect(try two.udp.ask("get foo\r\n") == [Self.foo])
  }

  @Test("A storage command whose value is not whole is dropped", arguments: ["", "ab", "abcde", "abcde\r"])
  func partial(value: String) throws {
    let two = try two()
    // memcached takes the next datagram for the rest of the value, whoever sent it.
    two.udp.send(Array("set a 0 0 5\r\n\(value)".utf8))
    if Executable.isRepcached { #expect(try two.udp.ask("get foo\r\n") == [Self.foo]) }
    #expect(try two.tcp.text(of: "a") == nil)
    #expect(two.daemon.isRunning)
  }

  @Test("quit ends the datagram, and nothing else") func quit() throws {
    let two = try two()
    #expect(try two.udp.ask("get foo\r\nquit\r\nget bar\r\n") == [Self.foo])
    #expect(try two.udp.ask("quit\r\nget bar\r\n") == [])
    #expect(try two.udp.ask("GET / HTTP/1.1\r\n") == [])
    #expect(try two.udp.ask("get foo\r\n") == [Self.foo])
  }

  @Test("A value of 20,000 bytes comes in 15 datagrams") func several() throws {
    let two = try two()
    let value = String((0..<20_000).map { Character(UnicodeScalar(UInt8(65 + $0 % 23))) })
    #expect(try two.tcp.store("set", "big", value) == "STORED")
    two.udp.send(Array("get big\r\n".utf8))
    let message = try two.udp.receive()
    #expect(message.total == 15)
    #expect(message.text == "VALUE big 0 20000\r\n\(value)\r\nEND\r\n")
  }

  @Test("stats comes whole, and settings tell the port") func statistics() throws {
    let two = try two()
    for group in ["", " settings", " items", " slabs"] {
      let answer = try two.udp.ask("stats\(group)\r\n")
      #expect(answer.count == 1 && answer[0].hasPrefix("STAT ") && answer[0].hasSuffix("END\r\n"))
    }
    two.udp.send(Array("stats conns\r\n".utf8))
    let connections = try two.udp.receive().text
    #expect(connections.contains(":UDP UDP\r\n") && connections.contains(":addr udp:127.0.0.1:"))
    let lines = connections.split(separator: "\r\n")
    for name in ["state", "secs_since_last_cmd"] {
      #expect(lines.count { $0.contains(":\(name) ") } == lines.count { $0.contains(":addr ") }, "\(name): \(lines)")
    }
  }

  @Test("A datagram whose request is a binary frame is answered by one") func binary() throws {
    let two = try two()
    two.udp.send(BinaryFrame.set("b", "binary").bytes)
    #expect(try binaryAnswer(two).status == 0)
    two.udp.send(BinaryFrame.get("b").bytes)
    #expect(try binaryAnswer(two).text == "binary")
    #expect(try two.tcp.text(of: "b") == "binary")
    #expect(try two.udp.ask("get b\r\n") == ["VALUE b 0 6\r\nbinary\r\nEND\r\n"])
  }

  @Test("An answer in binary beyond the limit is refused in binary", .enabled(if: Executable.isRepcached))
  func binaryLimit() throws {
    let two = try two()
    let value = String(repeating: "v", count: 30_000)
    #expect(try two.tcp.store("set", "big", value) == "STORED")
    var frame = BinaryFrame.get("big")
    frame.opaque = 77
    two.udp.send(frame.bytes)
    let answer = try binaryAnswer(two)
    #expect(answer.status == 0x83 && answer.opaque == 77 && answer.text == "Reply too large for UDP")
    // A value that is not whole is dropped, as in text.
    two.udp.send(Array(BinaryFrame.set("part", "abc").bytes.dropLast()))
    #expect(try two.udp.ask("get part\r\n") == ["END\r\n"])
  }

  private func binaryAnswer(_ two: Two) throws -> BinaryAnswer {
    var body = try two.udp.receive().body
    return try #require(BinaryAnswer(from: &body))
  }

  @Test("shutdown over UDP is shutdown") func shutdown() throws {
    let two = try two()
    #expect(try two.udp.ask("shutdown\r\n") == ["SERVER_ERROR: shutdown not enabled\r\n"])
    let other = try self.two("-A")
    other.udp.send(Array("shutdown\r\n".utf8))
    #expect(other.daemon.waitForEnd() == .exited(0))
  }

  @Test("-U alone tells the TCP port too") func port() throws {
    let port = try FreePorts.next()
    let alone = Executable.isRepcached ? ["-X", "0"] : []
    let daemon = try rig.launch(
      exactly: ["-l", "127.0.0.1", "-U", "\(port)", "-t", "1"] + alone, endpoint: .local(port))
    #expect(daemon.becomesReady())
    #expect(try DatagramClient(to: port).ask("get none\r\n") == ["END\r\n"])
  }
}

/// Where it is not memcached's way.
@Suite("UDP, as repcached bounds it", .enabled(if: Executable.isRepcached, "memcached has no such bounds"))
struct OwnUDPTests {
  let rig = Rig()

  @Test("It is off unless it is asked for") func off() throws {
    let port = try FreePorts.next()
    let daemon = try rig.daemon(port: port)
    #expect(try DatagramClient(to: port).isRefused("version\r\n"))
    #expect(try daemon.client().ask("stats settings\r\n", until: "END\r\n").contains("STAT udpport 0\r\n"))
  }

  @Test("An answer beyond the limit is a short error, and the limit can be set") func limit() throws {
    let port = try FreePorts.next()
    let daemon = try rig.daemon(["-U", "\(port)", "-t", "1", "-o", "udp_reply_limit=2"])
    let (tcp, udp) = (try daemon.client(), try DatagramClient(to: port))
    for (key, count) in [("small", 2000), ("large", 3000), ("huge", 900_000)] {
      #expect(try tcp.store("set", key, String(repeating: "v", count: count)) == "STORED")
    }
    #expect(try udp.ask("get small\r\n").first?.utf8.count == 2000 + 27)
    for key in ["large", "huge"] {
      #expect(try udp.ask("get \(key)\r\nget small\r\n") == ["SERVER_ERROR reply too large for UDP\r\n"])
    }
    let many = String(repeating: "version\r\n", count: 5000)
    #expect(try udp.ask(many).count == 3)
  }

  @Test("A get of several keys is one message, as protocol.txt has it") func keys() throws {
    let port = try FreePorts.next()
    let daemon = try rig.daemon(["-U", "\(port)", "-t", "1"])
    for key in ["a", "b"] { #expect(try daemon.client().store("set", key, "1") == "STORED") }
    let answer = try DatagramClient(to: port).ask("get a none b\r\n")
    #expect(answer == ["VALUE a 0 1\r\n1\r\nVALUE b 0 1\r\n1\r\nEND\r\n"])
  }

  @Test("IPv6 and several threads serve it too") func threads() throws {
    let port = try FreePorts.next()
    let daemon = try rig.daemon(["-U", "\(port)", "-t", "4"], host: "::1")
    let udp = try DatagramClient(to: port, host: "::1")
    for number in 0..<200 { udp.send(Array("set k\(number) 0 0 1\r\n1\r\n".utf8)) }
    for _ in 0..<200 { #expect(try udp.receive().text == "STORED\r\n") }
    #expect(try daemon.client().text(of: "k199") == "1")
  }

  @Test("What is written by UDP is on the peer") func pair() throws {
    let (portA, portB) = (try FreePorts.next(), try FreePorts.next())
    let pair = try Pair(rig, options: ["-U", "\(portA)"], optionsOfB: ["-U", "\(portB)"])
    let (onA, onB) = (try DatagramClient(to: portA), try DatagramClient(to: portB))
    onA.send(Array("set a 0 0 1 noreply\r\n1\r\n".utf8))
    onB.send(Array("set b 0 0 1\r\n2\r\n".utf8))
    #expect(try onB.receive().text == "STORED\r\n")
    #expect(eventually { (try? pair.b.client().text(of: "a")) == "1" && (try? pair.a.client().text(of: "b")) == "2" })
    onB.send(Array("delete a\r\n".utf8))
    #expect(try onB.receive().text == "DELETED\r\n")
    #expect(eventually { (try? pair.a.client().text(of: "a")) == .some(nil) })
  }

  @Test("With -o repl_ack the answer comes when the peer has it") func acknowledged() throws {
    let (portA, portB) = (try FreePorts.next(), try FreePorts.next())
    let pair = try Pair(rig, options: ["-U", "\(portA)", "-o", "repl_ack=20000"], optionsOfB: ["-U", "\(portB)"])
    let udp = try DatagramClient(to: portA)
    for number in 0..<50 {
      udp.send(Array("set k\(number) 0 0 1\r\n1\r\n".utf8))
      #expect(try udp.receive().text == "STORED\r\n")
      #expect(try pair.b.client().text(of: "k\(number)") == "1")
    }
  }

  @Test("A port in use is refused") func portInUse() throws {
    let port = try FreePorts.next()
    _ = try rig.daemon(["-U", "\(port)"])
    let run = try Run.asUser(["-l", "127.0.0.1", "-p", "\(try FreePorts.next())", "-U", "\(port)", "-X", "0"])
    #expect(run.isRefusal && run.ending == .exited(71) && run.errors.contains("\(port)"), "\(run)")
  }

  @Test("Ports that the system chooses are told in the file that the environment names") func portFile() throws {
    let folder = try rig.folder()
    let file = folder.file("ports")
    let daemon = try rig.launch(
      shell: "MEMCACHED_PORT_FILENAME=\(file) exec \"$0\" \"$@\"",
      exactly: ["-l", "127.0.0.1", "-p", "-1", "-U", "-1", "-X", "0", "-t", "1"], endpoint: .local(1))
    #expect(eventually { (try? FileText.read(file)) != nil })
    let lines = (try FileText.read(file)).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map { $0.dropLast().joined(separator: " ") } == ["TCP INET:", "UDP INET:"])
    let ports = lines.compactMap { UInt16($0.last ?? "") }
    #expect(ports.count == 2)
    #expect(try Client(to: .local(ports[0])).ask("get none\r\n") == "END\r\n")
    #expect(try DatagramClient(to: ports[1]).ask("get none\r\n") == ["END\r\n"])
    _ = daemon.end()
  }
}
