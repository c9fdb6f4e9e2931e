import Platform
import Testing

@testable import CacheServer
@testable import ConnectionServer

/// get, gets, gat, gats, interrupted wherever they can be.
@Suite("Retrieving")
struct TextSessionRetrievalTests {
  /// Values of the sizes around every bound: empty, copied, and pinned.
  static let sizes = [0, 1, 100, 1_000, ReplyBuffer.copyLimit, ReplyBuffer.copyLimit + 1, 40_000, 600_000]

  static func filled() throws -> (WorkerRig, RigClient, [[UInt8]]) {
    let rig = try WorkerRig { $0.maxItemSize = 2 << 20 }
    let client = try rig.client()
    var random = SeededRandom(seed: 7)
    var blocks: [[UInt8]] = []
    for (number, size) in sizes.enumerated() {
      let value = random.value(size)
      _ = client.ask([UInt8]("set k\(number) \(number) 0 \(size)\r\n".utf8) + value + [13, 10])
      blocks.append([UInt8]("VALUE k\(number) \(number) \(size)\r\n".utf8) + value + [13, 10])
    }
    return (rig, client, blocks)
  }

  @Test("Values of every size come as they were stored, alone and together") func sizes() throws {
    let (_, client, blocks) = try Self.filled()
    for (number, block) in blocks.enumerated() {
      #expect(client.ask([UInt8]("get k\(number)\r\n".utf8)) == block + [UInt8]("END\r\n".utf8))
    }
    let keys = (0..<blocks.count).map { "k\($0) none\($0)" }.joined(separator: "  ")
    let all = Array(blocks.joined()) + [UInt8]("END\r\n".utf8)
    #expect(client.ask([UInt8]("get \(keys)\r\n".utf8)) == all)
    #expect(client.ask([UInt8]("gat 0 \(keys)\n".utf8)) == all)
    #expect(client.ask([UInt8]("get \(keys) \r\nget \(keys)\r\n".utf8)) == all + all)
  }

  @Test(
    "With small chunks values of every size come as they were stored, also short ones that are chained",
    arguments: [1, 4])
  func smallChunks(kilobytes: Int) throws {
    let rig = try WorkerRig {
      $0.maxChunkSize = kilobytes << 10
      $0.maxItemSize = 180 << 10
    }
    let client = try rig.client()
    var random = SeededRandom(seed: 7)
    for size in [
      0, 700, 740, 760, 900, 999, 1_000, 1_004, 3_000, 4_090, ReplyBuffer.copyLimit, ReplyBuffer.copyLimit + 1, 150_000,
    ] {
      for (keyCount, flags) in [(1, 0), (250, 0), (250, 7)] {
        let key = String(repeating: "k", count: keyCount)
        let value = random.value(size)
        let block = [UInt8]("\(key) \(flags) \(size)\r\n".utf8) + value + [13, 10]
        let request = [UInt8]("set \(key) \(flags) 0 \(size)\r\n".utf8) + value + [13, 10]
        #expect(client.ask(request) == [UInt8]("STORED\r\n".utf8))
        let answer = [UInt8]("VALUE ".utf8) + block + [UInt8]("END\r\n".utf8)
        #expect(client.ask([UInt8]("get \(key)\r\n".utf8)) == answer)
        #expect(client.ask([UInt8]("get \(key) none\r\nget \(key)\r\n".utf8)) == answer + answer)
        #expect(client.ask([UInt8]("gat 0 \(key)\r\n".utf8)) == answer)
        let withUnique = client.ask([UInt8]("gets \(key)\r\n".utf8))
        #expect(withUnique.count > answer.count && Array(withUnique.suffix(size + 7)) == Array(answer.suffix(size + 7)))
      }
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A retrieval stops at every byte of its answer and goes on there") func suspendedEverywhere() throws {
    let (rig, writer, blocks) = try Self.filled()
    let order = [1, 2, 3, 0, 4, 5, 2, 6, 1, 4]
    let command = "get " + order.map { "k\($0)" }.joined(separator: " ") + "\r\n"
    let expected = order.flatMap { blocks[$0] } + [UInt8]("END\r\n".utf8)
    // The kernel takes answers in lumps of some 2 KB: an answer of another length before moves where they end.
    for shift in stride(from: 0, to: 2_400, by: 61) {
      _ = writer.ask([UInt8]("set shift 0 0 \(shift)\r\n".utf8) + [UInt8](repeating: 65, count: shift) + [13, 10])
      let client = try rig.client(sendBuffer: 1)
      client.send("get shift\r\n" + command + "version\r\n")
      while client.read(upTo: 1_500) > 0 { rig.pump() }
      let head = [UInt8]("VALUE shift 0 \(shift)\r\n".utf8) + [UInt8](repeating: 65, count: shift)
      #expect(client.take() == head + [UInt8]("\r\nEND\r\n".utf8) + expected + [UInt8]("\(versionLine)\r\n".utf8))
      client.close()
      rig.pump()
    }
    writer.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("100,000 keys are one get", arguments: ["get", "gets", "gat 0"]) func manyKeys(verb: String) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    for number in stride(from: 0, to: 100_000, by: 1_000) {
      _ = client.ask("set key\(number) 0 0 3\r\nabc\r\n")
    }
    let keys = (0..<100_000).map { "key\($0)" }.joined(separator: " ")
    let answer = client.ask("\(verb) \(keys)\r\nversion\r\n")
    let lines = answer.split(separator: "\r\n")
    let named = lines.filter { $0.hasPrefix("VALUE ") }.map { $0.split(separator: " ")[1] }
    #expect(named == stride(from: 0, to: 100_000, by: 1_000).map { "key\($0)" })
    #expect(lines.count == 202)
    #expect(lines.suffix(2) == ["END", "\(versionLine)"])
  }

  @Test("A key over 250 bytes in a line longer than the buffer ends the reply with an error, and only that command")
  func longKeyInLongLine() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let keys = (0..<20_000).map { "key\($0)" }.joined(separator: " ")
    let long = String(repeating: "k", count: 251)
    #expect(
      client.ask("get \(keys) \(long) \(keys)\r\nversion\r\n")
        == "CLIENT_ERROR bad command line format\r\n\(versionLine)\r\n")
    #expect(
      client.ask("gat x \(keys)\r\nversion\r\n") == "CLIENT_ERROR invalid exptime argument\r\n\(versionLine)\r\n")
  }

  @Test("A key over 250 bytes takes back what was answered before it in the same line, large values too")
  func longKeyBehindValues() throws {
    let (rig, client, blocks) = try Self.filled()
    let long = String(repeating: "k", count: 251)
    let error = [UInt8]("CLIENT_ERROR bad command line format\r\n".utf8)
    let end = [UInt8]("END\r\n".utf8)
    let pipeline = "get k6\r\nget k1 k5 k6 k5 \(long)\r\nget k5\r\n"
    #expect(client.ask([UInt8](pipeline.utf8)) == blocks[6] + end + error + blocks[5] + end)
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Large values of one retrieval go out with what stands around them, as far as a call takes them")
  func gathered() throws {
    let (rig, client, blocks) = try Self.filled()
    for count in [1, 2, ReplyBuffer.maxSegments - 1, ReplyBuffer.maxSegments, ReplyBuffer.maxSegments + 1, 100] {
      let order = (0..<count).map { [5, 1, 5, 6, 5, 0][$0 % 6] }
      let command = "get " + order.map { "k\($0)" }.joined(separator: " ") + "\r\nversion\r\n"
      let expected = order.flatMap { blocks[$0] } + [UInt8]("END\r\n\(versionLine)\r\n".utf8)
      #expect(client.ask([UInt8](command.utf8)) == expected, "\(count) values")
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A long line that comes piece by piece is answered as it comes") func longLineInPieces() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\n")
    var line = [UInt8]("gets".utf8)
    for number in 0..<30_000 { line += [UInt8](" nothing\(number)".utf8) }
    line += [UInt8](" a\r\n".utf8)
    var random = SeededRandom(seed: 3)
    var position = 0
    while position < line.count {
      position += client.offer(line[position..<min(position + 1 + random.below(20_000), line.count)])
      rig.pump()
    }
    client.readAll()
    let answer = client.takeText()
    #expect(answer.hasPrefix("VALUE a 0 1 ") && answer.hasSuffix("\r\nx\r\nEND\r\n"))
  }

  @Test("A client that goes away in the middle of a retrieval leaves no pin", arguments: 0..<12)
  func goneInTheMiddle(step: Int) throws {
    let (rig, writer, _) = try Self.filled()
    let client = try rig.client(sendBuffer: 1)
    client.send("get k5 k7 k6 k3 k7\r\nget k7")
    for _ in 0..<step {
      client.read(upTo: 60_000)
      rig.pump()
    }
    client.close()
    writer.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("gat gives the new expiry also when the client does not read at once") func touchedInTheMiddle() throws {
    let (rig, writer, blocks) = try Self.filled()
    let client = try rig.client(sendBuffer: 1)
    client.send("gat -1 k1 k6 k2 k4 k3\r\n")
    client.readAll()
    #expect(client.take() == [1, 6, 2, 4, 3].flatMap { blocks[$0] } + [UInt8]("END\r\n".utf8))
    #expect(writer.ask("get k1 k2 k3 k4 k6\r\n") == "END\r\n")
    #expect(rig.counters.sum(.touchHits) == 5)
  }
}
