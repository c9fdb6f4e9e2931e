import Testing

/// Large numbers of anything: requests, connections, answers. One after the other, for they need the machine to themselves.
@Suite("Large numbers", .serialized)
struct CapacityTests {
  let rig = Rig()

  @Test("One million pipelined requests on one connection are all answered, in order") func millionRequests() throws {
    let client = try rig.daemon("-m", "256").client()
    let batch = 1_000
    for round in 0..<1_000 {
      let first = round * batch
      switch round % 4 {
      case 0:
        try client.send((first..<(first + batch)).map { "set k\($0 % 20_000) 0 0 7\r\n\(1_000_000 + $0)\r\n" }.joined())
      case 1: try client.send((first..<(first + batch)).map { "get k\(($0 - batch) % 20_000)\r\n" }.joined())
      case 2: try client.send(String(repeating: "get none\r\n", count: batch))
      default: try client.send(String(repeating: "delete none\r\n", count: batch))
      }
      // Ten thousand are under way at a time; the sockets hold the answers to that many.
      if round % 10 == 9 { for back in (round - 9)...round { try expectAnswers(client, round: back, batch) } }
    }
    #expect(try client.ask("version\r\n").hasPrefix("VERSION"))
  }

  private func expectAnswers(_ client: Client, round: Int, _ batch: Int) throws {
    let right: String
    switch round % 4 {
    case 0: right = String(repeating: "STORED\r\n", count: batch)
    case 1:
      let first = (round - 1) * batch
      right = (first..<(first + batch)).map { "VALUE k\($0 % 20_000) 0 7\r\n\(1_000_000 + $0)\r\nEND\r\n" }.joined()
    case 2: right = String(repeating: "END\r\n", count: batch)
    default: right = String(repeating: "NOT_FOUND\r\n", count: batch)
    }
    let bytes = Array(right.utf8)
    let isRight = try client.bytes(bytes.count) == bytes
    try #require(isRight, "answers \(round * batch) and on")
  }

  @Test("A client that asks for 1 GB and reads nothing waits, bounded; the others go on; then it gets all of it")
  func readsNothing() throws {
    let daemon = try rig.daemon("-m", "64")
    let other = try daemon.client()
    let size = 1_000_000
    #expect(try other.store("set", "large", [UInt8](repeating: 120, count: size)) == "STORED")
    let before = daemon.residentBytes
    let pipelining = try daemon.client()
    let inOneGet = try daemon.client()
    let count = 1_000
    try inOneGet.send("get" + String(repeating: " large", count: count) + "\r\n")
    try pipelining.send(String(repeating: "get large\r\n", count: count))
    for key in 0..<2_000 { #expect(try other.store("set", "k\(key % 10)", "1") == "STORED") }
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 16 << 20,
      "\((daemon.residentBytes - before) >> 20) MB more")
    for _ in 0..<count {
      #expect(try pipelining.line() == "VALUE large 0 \(size)\r\n")
      try pipelining.skip(size)
      #expect(try pipelining.bytes(7).elementsEqual("\r\nEND\r\n".utf8))
    }
    for _ in 0..<count {
      #expect(try inOneGet.line() == "VALUE large 0 \(size)\r\n")
      try inOneGet.skip(size + 2)
    }
    #expect(try inOneGet.line() == "END\r\n")
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 16 << 20,
      "\((daemon.residentBytes - before) >> 20) MB more in the end")
  }

  @Test("A client that only writes and never reads its answers is held up, and no memory grows") func neverReads()
    throws
  {
    let daemon = try rig.daemon("-m", "64")
    let other = try daemon.client()
    let before = daemon.residentBytes
    let flooding = try daemon.client(receiveBuffer: 4_096)
    let requests = Array(String(repeating: "get \(String(repeating: "k", count: 200)) b\r\nbogus\r\n", count: 500).utf8)
    var offered = 0
    var refusals = 0
    while refusals < 200, offered < 200 << 20 {
      let taken = flooding.offer(requests[(offered % requests.count)...])
      offered += taken
      if taken == 0 {
        refusals += 1
        #expect(try other.store("set", "k", "1") == "STORED")
      }
    }
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 16 << 20,
      "\((daemon.residentBytes - before) >> 20) MB more")
  }

  @Test("Two hundred values that stop half-way take no more memory than -m, and give it back") func halfValues() throws
  {
    let daemon = try rig.daemon("-m", "64")
    let size = 900_000
    let before = daemon.residentBytes
    var stuck: [Client] = []
    for number in 0..<200 {
      let client = try daemon.client()
      _ = client.offer((Array("set k\(number) 0 0 \(size)\r\n".utf8) + [UInt8](repeating: 120, count: size / 2))[...])
      stuck.append(client)
    }
    let other = try daemon.client()
    let answer = try other.store("set", "small", "1")
    #expect(answer == "STORED" || answer == "SERVER_ERROR out of memory storing object")
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 96 << 20,
      "\((daemon.residentBytes - before) >> 20) MB more")
    stuck = []
    #expect(try settled(on: "1") { try other.statistic("curr_connections") } == "1")
    for key in 0..<100 { #expect(try other.store("set", "k\(key)", [UInt8](repeating: 1, count: size)) == "STORED") }
    #expect(try other.store("set", "small", "1") == "STORED")
  }

  @Test("Readers that stop half-way in values replaced meanwhile cannot fill the memory") func heldValues() throws {
    let daemon = try rig.daemon("-m", "64")
    let other = try daemon.client()
    let size = 900_000
    let before = daemon.residentBytes
    var stuck: [Client] = []
    for number in 0..<200 {
      let answer = try other.store("set", "k", [UInt8](repeating: UInt8(number), count: size))
      #expect(answer == "STORED" || answer == "SERVER_ERROR out of memory storing object")
      let client = try daemon.client(receiveBuffer: 4_096)
      try client.send("get k\r\n")
      stuck.append(client)
    }
    #expect(
      daemon.residentBytes < before + Executable.memoryFactor * 96 << 20,
      "\((daemon.residentBytes - before) >> 20) MB more")
    stuck = []
    #expect(try settled(on: "1") { try other.statistic("curr_connections") } == "1")
    for key in 0..<100 { #expect(try other.store("set", "k\(key)", [UInt8](repeating: 1, count: size)) == "STORED") }
  }

  @Test("20,000 connections open and close again; an idle one costs under 512 bytes") func idleConnections() throws {
    // Both ends need a descriptor each in their process, besides some for other things.
    let count = min(20_000, Rig.descriptorLimit - 300)
    let daemon = try rig.daemon("-c", "\(count + 100)")
    let control = try daemon.client()
    // What the first connections bring about once and for all is not theirs.
    var warm = try (0..<100).map { _ in try daemon.client() }
    for client in warm { _ = try client.command("version") }
    warm = []
    #expect(try settled(on: "1") { try control.statistic("curr_connections") } == "1")
    let before = daemon.residentBytes
    var clients: [Client] = []
    for number in 0..<count {
      let client = try daemon.client()
      if number % 10 == 0 { #expect(try client.store("set", "k\(number % 100)", "1") == "STORED") }
      clients.append(client)
    }
    #expect(try settled(on: "\(count + 1)") { try control.statistic("curr_connections") } == "\(count + 1)")
    let cost = (daemon.residentBytes - before) / count
    print("\(count) connections, \(cost) bytes each in the daemon")
    if Executable.isRepcached { #expect(cost < 512 * Executable.memoryFactor) }
    for client in [clients[0], clients[count / 2], clients[count - 1]] {
      #expect(try client.store("set", "last", "1") == "STORED", "they are all served")
    }
    clients = []
    #expect(try settled(on: "1") { try control.statistic("curr_connections") } == "1")
    let again = try (0..<1_000).map { _ in try daemon.client() }
    for client in again { #expect(try client.store("set", "again", "1") == "STORED") }
  }

  @Test("Ten thousand connections come and go one by one") func connectionChurn() throws {
    let daemon = try rig.daemon()
    for number in 0..<10_000 {
      let client = try daemon.client()
      client.resetOnClose()
      if number % 2 == 0 { #expect(try client.store("set", "k", "\(number)") == "STORED") }
    }
    let client = try daemon.client()
    #expect(try client.text(of: "k") == "9998")
    #expect(try settled(on: "1") { try client.statistic("curr_connections") } == "1")
  }
}
