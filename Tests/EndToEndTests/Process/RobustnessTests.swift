import TestSupport
import Testing

/// Input of any kind never ends the process, and never takes the others' service away.
@Suite("Hostile and clumsy clients")
struct RobustnessTests {
  let rig = Rig()

  @Test("Started with its standard streams closed, it serves, and no line of its log is taken for anything else")
  func closedStreams() throws {
    let (port, pairPort) = (try FreePorts.next(), try FreePorts.next())
    let endpoint = Endpoint.tcp(host: "127.0.0.1", port: port)
    let daemon = try rig.launch(
      shell: "exec \"$0\" \"$@\" 0<&- 1>&- 2>&-",
      exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-X", "\(pairPort)", "-v"], endpoint: endpoint)
    #expect(daemon.becomesReady())
    for _ in 0..<4 {
      let scanner = try Client(to: .tcp(host: "127.0.0.1", port: pairPort))
      try scanner.send("GET / HTTP/1.0\r\n\r\n")
      _ = try? scanner.rest()
    }
    #expect(try daemon.client().store("set", "k", "1") == "STORED" && daemon.isRunning)
  }

  @Test("100,000 keys in one get are answered in order") func manyKeys() throws {
    let client = try rig.daemon().client()
    for key in 0..<1_000 { try client.send("set key\(key) 0 0 3 noreply\r\nabc\r\n") }
    let keys = (0..<100_000).map { "key\($0 % 2_000)" }
    let answer = try client.ask("get " + keys.joined(separator: " ") + "\r\n", until: "\r\nEND\r\n")
    let values = answer.split(separator: "\r\n").filter { $0.hasPrefix("VALUE ") }.map { $0.split(separator: " ")[1] }
    #expect(values.elementsEqual(keys.filter { (Int($0.dropFirst(3)) ?? 0) < 1_000 }, by: ==))
    #expect(try client.store("set", "k", "1") == "STORED")
  }

  @Test("100,000 keys of 250 bytes, none of them there, byte counts beyond any buffer") func manyLongKeys() throws {
    let client = try rig.daemon().client()
    let key = String(repeating: "k", count: 245)
    try client.send("get")
    for block in 0..<100 {
      try client.send((0..<1_000).map { " \(key)\(10_000 + (block * 1_000 + $0) % 90_000)" }.joined())
    }
    #expect(try client.ask("\r\n") == "END\r\n")
  }

  @Test("A line without an end closes the connection and no other") func endlessLine() throws {
    let daemon = try rig.daemon()
    let other = try daemon.client()
    for start in ["", "set ", "delete ", "bogus ", "gets2 ", String(repeating: " ", count: 3_000)] {
      let client = try daemon.client()
      // In pieces: the daemon may close while the rest is under way, which the sender may meet as an error.
      do {
        for _ in 0..<100 { try client.send(start + String(repeating: "x", count: 1_000)) }
      } catch Client.Failure.closed {}
      #expect(try client.rest() == "", "\(start)")
    }
    #expect(try other.store("set", "k", "1") == "STORED")
  }

  @Test("Lengths that overflow anything are refused, whatever command names them")
  func overflowingLengths() throws {
    let daemon = try rig.daemon()
    let before = daemon.residentBytes
    let lengths = [
      "-1", "-2147483648", "2147483646", "2147483647", "2147483648", "4294967294", "4294967295", "4294967296",
      "9223372036854775806", "9223372036854775807", "9223372036854775808", "18446744073709551613",
      "18446744073709551614", "18446744073709551615", "18446744073709551616", "99999999999999999999999999999999",
    ]
    for length in lengths {
      for command in ["set k 0 0 \(length)", "append k 0 0 \(length) noreply", "cas k 0 0 \(length) 5"] {
        let client = try daemon.client()
        try client.send(command + "\r\n")
        client.endOutput()
        let answer = try client.rest()
        #expect(!answer.contains("STORED"), "\(command): \(answer)")
      }
    }
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 16 << 20, "a length alone allocates nothing large")
  }

  @Test("Numbers beyond their range are refused wherever one stands") func overflowingNumbers() throws {
    let daemon = try rig.daemon()
    let client = try daemon.client()
    let numbers = [
      "-9223372036854775809", "-9223372036854775808", "-2147483649", "9223372036854775807", "9223372036854775808",
      "18446744073709551615", "18446744073709551616", "1e9", "0x10", "++1", "--1", "-", "+", "٣", "1_000",
    ]
    for number in numbers {
      for command in ["touch k", "gat", "flush_all", "incr k", "decr k", "verbosity", "delete k"] {
        try client.send(command + " \(number)" + (command == "gat" ? " k" : "") + "\r\n")
      }
      try client.send("set k \(number) 0 1\r\n1\r\nset k 0 \(number) 1\r\n1\r\ncas k 0 0 1 \(number)\r\n1\r\n")
    }
    try client.send("quit\r\n")
    _ = try client.rest()
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
  }

  @Test("Binary garbage never ends it") func garbage() throws {
    let daemon = try rig.daemon()
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let words = [
      "get ", "gets ", "set ", "cas ", "append ", "incr ", "touch ", "gat ", "delete ", "flush_all", "stats ",
      "verbosity ",
      "k ", "noreply", "0 ", "1 ", "-1 ", "4294967296 ", "\r\n", "\n", "\r", " ", "HTTP/", "\0",
    ].map { Array($0.utf8) }
    for round in 0..<300 {
      let client = try daemon.client()
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...200, using: &random) {
        // Every other one is made of the protocol's own words: it gets further than noise does.
        if round % 2 == 0 {
          bytes += words.randomElement(using: &random) ?? []
        } else {
          bytes += (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
      }
      do {
        try client.send(bytes)
        if round % 3 == 0 { client.resetOnClose() } else { client.endOutput() }
        if round % 3 != 0 { _ = try client.rest() }
      } catch Client.Failure.closed {}
    }
    #expect(try daemon.client().store("set", "k", "1") == "STORED", "seed \(seed)")
    #expect(!daemon.hasCrashed, "seed \(seed)")
  }

  @Test("A client that disappears in the middle of anything takes nothing with it") func disappearing() throws {
    let daemon = try rig.daemon()
    let large = Array("set large 0 0 1000000\r\n".utf8) + [UInt8](repeating: 120, count: 1_000_000) + Array("\r\n".utf8)
    #expect(try daemon.client().ask(String(decoding: large, as: UTF8.self)) == "STORED\r\n")
    let scripts: [[UInt8]] = [
      [], Array("g".utf8), Array("get large".utf8), Array("get large\r".utf8), Array("get large\r\n".utf8),
      Array(String(repeating: "get large\r\n", count: 200).utf8), Array("set k 0 0 10\r\n12345".utf8),
      Array("set k 0 0 10\r\n1234567890".utf8), Array("set k 0 0 10\r\n1234567890\r".utf8),
      Array(large.prefix(500_000)),
      Array(large.prefix(large.count - 1)), Array("incr k 1\r\nappend k 0 0 5\r\n12".utf8),
    ]
    for round in 0..<20 {
      for script in scripts {
        let client = try daemon.client()
        if round % 2 == 0 { client.resetOnClose() }
        _ = client.offer(script[...])
      }
    }
    let client = try daemon.client()
    #expect(try client.fetch("large")?.value.count == 1_000_000)
    #expect(try client.fetch("k") == nil)
    #expect(try settled(on: "1") { try client.statistic("curr_connections") } == "1", "their connections are gone")
    for key in 0..<100 { #expect(try client.store("set", "after\(key)", "1") == "STORED") }
  }

  @Test("A value that stops half-way holds up no one, and goes on when the rest comes") func stoppedValue() throws {
    let daemon = try rig.daemon()
    let slow = try daemon.client()
    let value = [UInt8](repeating: 120, count: 900_000)
    try slow.send(Array("set slow 3 0 \(value.count)\r\n".utf8) + value.prefix(450_000))
    let other = try daemon.client()
    for key in 0..<1_000 { #expect(try other.store("set", "k\(key)", "1") == "STORED") }
    #expect(try other.fetch("slow") == nil, "half a value is no value")
    try slow.send(Array(value.dropFirst(450_000)) + [13, 10])
    #expect(try slow.line() == "STORED\r\n")
    #expect(try other.fetch("slow")?.value == value)
  }

  @Test("A key deleted and flushed while its value is being received or sent stays whole for who has it")
  func mutationUnderWay() throws {
    let daemon = try rig.daemon()
    let reader = try daemon.client(receiveBuffer: 4_096)
    let writer = try daemon.client()
    for round in 0..<20 {
      let old = [UInt8](repeating: UInt8(97 + round), count: 800_000)
      #expect(try writer.store("set", "k", old) == "STORED")
      try reader.send("get k\r\n")
      #expect(try reader.line() == "VALUE k 0 800000\r\n")
      if round % 2 == 0 { _ = try writer.command("delete k") } else { _ = try writer.command("flush_all") }
      for other in 0..<30 { _ = try writer.store("set", "k\(other)", [UInt8](repeating: 33, count: 800_000)) }
      #expect(try reader.bytes(800_000) == old)
      #expect(try reader.bytes(7).elementsEqual("\r\nEND\r\n".utf8))
    }
  }

  @Test("More connections than threads, each pipelining, all answered in order: a thousand clients at once")
  func thousandClients() throws {
    let daemon = try rig.daemon("-c", "2000")
    let endpoint = daemon.endpoint
    let groups = (0..<4).map { group in
      Background.start {
        let clients = try (0..<250).map { _ in try Client(to: endpoint) }
        for round in 0..<10 {
          for (number, client) in clients.enumerated() {
            let key = "g\(group)c\(number)"
            try client.send("set \(key) 0 0 1\r\n\(round)\r\nget \(key)\r\nincr \(key) 1\r\ndelete missing\r\n")
          }
          for (number, client) in clients.enumerated() {
            let answer = try client.read(until: "NOT_FOUND\r\n")
            let right = "STORED\r\nVALUE g\(group)c\(number) 0 1\r\n\(round)\r\nEND\r\n\(round + 1)\r\nNOT_FOUND\r\n"
            if answer != right { return "\(answer.debugDescription), not \(right.debugDescription)" }
          }
        }
        return "all right"
      }
    }
    for group in groups { #expect(try group.value() == "all right") }
    let client = try daemon.client()
    #expect(try client.statistic("total_connections").flatMap { Int($0) } ?? 0 >= 1_000)
  }
}
