import TestSupport
import Testing

@testable import CacheServer

@Suite("The binary protocol's session")
struct BinarySessionTests {
  private static let value = String(repeating: "v", count: 200_000)

  @Test("Requests that come byte by byte are answered as those that come at once") func split() throws {
    let frames: [BinaryFrame] = [
      .set("a", "1"), .get("a", 0x0c), .append("a", "2", 0x19), .get("a"), .delete("none"), .noop,
      BinaryFrame(0x41, "k", extras: [1], value: [2]), .touch("a", 0), BinaryFrame(0x00, "abc", bodyCount: 2),
    ]
    let whole = try WorkerRig().client().ask(frames)
    #expect(whole.count == 8)
    let rig = try WorkerRig()
    let client = try rig.client()
    for byte in frames.numbered { client.send([byte]) }
    client.readAll()
    #expect(client.takeAnswers() == whole && client.isAtEnd)
    #expect(rig.endAndAudit() == [])
  }

  @Test("What stands behind a refused request is not read") func refused() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask([.noop, BinaryFrame(0x0a, "k"), .set("a", "1")]) == ["#0 0a 00", "#1 0a 04 Invalid arguments"])
    #expect(client.isAtEnd)
    #expect(try rig.client().ask([.get("a")]) == ["#0 00 01 Not found"])
  }

  @Test("A key longer than the body is answered when it has come, and the connection closes") func awaited() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask(BinaryFrame(0x00, keyCount: 60_000, bodyCount: 2).bytes) == [])
    #expect(client.ask([UInt8](repeating: 0x80, count: 59_999)) == [] && !client.isAtEnd)
    client.send([1])
    client.readAll()
    #expect(client.takeAnswers() == ["#0 00 81 Unknown command"] && client.isAtEnd)
  }

  @Test("A client that does not read waits, and loses nothing") func blocked() throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: 1)
    _ = client.ask([.set("a", Self.value)])
    let frames = (0..<60).map { BinaryFrame.get("a", $0 % 2 == 0 ? 0x00 : 0x0d) } + [.noop]
    let (answers, rest) = BinaryAnswer.all(client.ask(frames.numbered))
    #expect(answers.map(\.opaque) == (0...60).map { UInt32($0) } && rest == 0)
    #expect(answers.dropLast().allSatisfy { $0.value.count == Self.value.utf8.count })
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Who goes away in the middle leaves nothing behind") func gone() throws {
    let rig = try WorkerRig()
    let reader = try rig.client(sendBuffer: 1)
    _ = reader.ask([.set("a", Self.value)])
    reader.send([BinaryFrame](repeating: .get("a"), count: 10).numbered)
    let writer = try rig.client()
    writer.send(Array(BinaryFrame.set("b", Self.value).bytes.dropLast()))
    for client in [reader, writer] { client.close() }
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("Connections of both protocols that wait are not mixed up") func mixed() throws {
    let rig = try WorkerRig()
    var clients: [RigClient] = []
    for number in 0..<20 {
      let client = try rig.client()
      let frame = BinaryFrame.set("b\(number)", Self.value).bytes
      client.send(number % 2 == 0 ? Array("set t\(number) 0 0 5\r\nab".utf8) : Array(frame.dropLast(5)))
      clients.append(client)
    }
    for (number, client) in clients.enumerated() {
      if number % 2 == 0 {
        #expect(client.ask("cde\r\n") == "STORED\r\n")
      } else {
        client.send(Array("vvvvv".utf8))
        client.readAll()
        #expect(client.takeAnswers() == ["#0 01 00 cas"])
      }
    }
    for client in clients { client.close() }
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client whose turn is over goes on after the others") func turns() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 5 }
    let client = try rig.client()
    #expect(client.ask([BinaryFrame](repeating: .noop, count: 42)).count == 42)
    #expect(rig.counters[.connectionYields] == 8)
  }

  @Test("-vv logs the commands") func verbose() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask([.get("quiet"), BinaryFrame(0x1b, extras: [0, 0, 0, 2])])
    _ = client.ask([.set("a\u{1b}", "1"), .noop])
    #expect(rig.log.all.map { $0.drop { $0 != " " } } == [" binary 0x01 a\\x1b", " binary 0x0a"])
  }
}
