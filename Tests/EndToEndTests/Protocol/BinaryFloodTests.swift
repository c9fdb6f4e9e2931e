import TestSupport
import Testing

/// What frames may cost that are large, slow, endless, or none.
@Suite("Frames of bad intent", .serialized)
struct BinaryFloodTests {
  let rig = Rig()

  private static func large(_ key: String, _ count: Int, _ opcode: UInt8 = 0x01) -> BinaryFrame {
    BinaryFrame(opcode, key, extras: Array(repeating: 0, count: 8), value: Array(repeating: 0x78, count: count))
  }

  @Test("A thousand clients that announce a megabyte each and send little of it cost what they have sent")
  func announcements() throws {
    let daemon = try rig.daemon("-m", "1024", "-c", "2000")
    let before = daemon.residentBytes
    let frame = Self.large("a", 1_000_000).bytes
    let clients = try (0..<1_000).map { _ in try daemon.client() }
    for client in clients { try client.send(Array(frame.prefix(2_000))) }
    #expect(try daemon.client().ask(.noop).status == 0)
    let limit = Executable.memoryFactor * 100 << 20
    #expect(daemon.residentBytes < before + limit, "\((daemon.residentBytes - before) >> 20) MB more")
    for client in clients { try client.send(Array(frame.dropFirst(2_000).prefix(2_000))) }
    #expect(try daemon.client().ask(.noop).status == 0)
  }

  @Test("A value of a megabyte in pieces of any size is stored, and a quiet one behind it") func pieces() throws {
    let client = try rig.daemon("-I", "4m", "-m", "128").client()
    var random = SeededRandom(seed: TestSeeds.first)
    for _ in 0..<5 {
      var frames = [Self.large("a", 1_000_000), Self.large("b", 2_000_000, 0x11), .get("a"), .get("b")].numbered[...]
      while !frames.isEmpty {
        let piece = frames.prefix(1 + random.below(60_000))
        try client.send(Array(piece))
        frames = frames.dropFirst(piece.count)
      }
      #expect(try client.answer().description == "#0 01 00 cas")
      for (opaque, count) in [(2, 1_000_000), (3, 2_000_000)] {
        let answer = try client.answer()
        #expect(
          answer.opaque == UInt32(opaque) && answer.value.count == count && answer.value.allSatisfy { $0 == 0x78 })
      }
    }
  }

  @Test("What is too large is dropped as it comes, and the stream stays in step") func tooLarge() throws {
    let daemon = try rig.daemon("-m", "64")
    let before = daemon.residentBytes
    let client = try daemon.client()
    let part = [UInt8](repeating: 0x80, count: 1 << 20)
    for opcode: UInt8 in [0x01, 0x12, 0x19, 0xff] {
      var frame = Self.large("a", 0, opcode)
      if opcode == 0x19 { frame.extras = [] }
      frame.bodyCount = UInt32(frame.extras.count + 1 + 100 << 20)
      try client.send(frame.bytes)
      for _ in 0..<100 { try client.send(part) }
      #expect(try client.answer().status == (opcode == 0xff ? 0x81 : 0x03))
    }
    #expect(try client.ask(.noop).opcode == 0x0a)
    #expect(daemon.residentBytes < before + Executable.memoryFactor * 16 << 20)
  }

  @Test("A client that asks for a gigabyte and reads nothing waits, bounded; then it gets all of it")
  func readsNothing()
    throws
  {
    let daemon = try rig.daemon("-m", "64")
    let (greedy, other) = (try daemon.client(), try daemon.client())
    #expect(try other.ask(Self.large("large", 1_000_000)).status == 0)
    let before = daemon.residentBytes
    let count = 1_000
    try greedy.send(Array(repeatElement(BinaryFrame.get("large", 0x0d).bytes, count: count).joined()))
    for key in 0..<2_000 { #expect(try other.ask(.set("k\(key % 10)", "1")).status == 0) }
    let limit = Executable.memoryFactor * 16 << 20
    #expect(daemon.residentBytes < before + limit, "\((daemon.residentBytes - before) >> 20) MB more")
    for _ in 0..<count {
      #expect(try greedy.bytes(24)[1] == 0x0d)
      try greedy.skip(4 + 5 + 1_000_000)
    }
    #expect(try greedy.ask(.noop).opcode == 0x0a)
  }

  @Test("A hundred thousand pipelined requests are all answered, in order") func pipelined() throws {
    let client = try rig.daemon().client()
    for round in 0..<100 {
      let keys = (0..<250).map { "k\((round * 250 + $0) % 1_000)" }
      let frames = keys.flatMap { key -> [BinaryFrame] in
        [.set(key, key), .get(key), .set(key, key + "!", 0x11), .get(key, 0x0d)]
      }
      try client.send(frames)
      for (place, key) in keys.enumerated() {
        let answers = try (0..<3).map { _ in try client.answer() }
        #expect(answers.map(\.opaque) == [0, 1, 3].map { UInt32(place * 4 + $0) })
        try #require(answers.map(\.text) == ["", key, key + "!"])
      }
    }
  }

  @Test("Random frames end in answers or a closed connection, and the daemon goes on") func random() throws {
    let daemon = try rig.daemon("-m", "64")
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for round in 0..<300 {
      let client = try daemon.client()
      let bytes = BinaryFrame.noop.bytes + (0..<20).flatMap { _ in Self.randomFrame(&random).bytes }
      do { try client.send(bytes) } catch {}
      client.endOutput()
      let (answers, rest) = BinaryAnswer.all(try client.restBytes())
      #expect(rest == 0, "seed \(seed), round \(round), behind \(answers.map(\.description))")
    }
    #expect(try daemon.client().ask(.noop).status == 0)
  }

  private static func randomFrame(_ random: inout SeededRandom) -> BinaryFrame {
    let opcode = UInt8(random.below(0x30))
    var frame = BinaryFrame(
      opcode == 0x08 || opcode == 0x18 || opcode == 0x1b ? 0x0a : opcode, ["", "a", "b", "key"][random.below(4)],
      extras: Array(repeating: 0, count: [0, 0, 4, 8, 20, 7][random.below(6)]),
      value: Array(repeating: 0x31, count: [0, 1, 30, 20_000][random.below(4)]), cas: UInt64(random.below(2)))
    if random.below(30) == 0 { frame.magic = UInt8(random.below(256)) }
    if random.below(20) == 0 { frame.bodyCount = UInt32(random.below(100)) }
    if random.below(20) == 0 { frame.keyCount = UInt16(random.below(300)) }
    return frame
  }
}
