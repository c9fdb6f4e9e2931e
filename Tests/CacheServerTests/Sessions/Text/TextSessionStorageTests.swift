import ItemStore
import Platform
import Testing

@testable import CacheServer
@testable import ItemStore
@testable import ConnectionServer

/// set and its kin, their values coming as they like.
@Suite("Storing")
struct TextSessionStorageTests {
  static func request(_ verb: String, _ key: String, _ value: [UInt8], _ rest: String = "") -> [UInt8] {
    [UInt8]("\(verb) \(key) 0 0 \(value.count)\(rest)\r\n".utf8) + value + [13, 10]
  }

  @Test(
    "A value of any size comes in pieces of any size",
    arguments: [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 100_000, 524_268, 524_269, 600_000, 1_900_000])
  func pieces(size: Int) throws {
    let rig = try WorkerRig { $0.maxItemSize = 2 << 20 }
    let client = try rig.client()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    let input = [UInt8]("version\r\n".utf8) + Self.request("set", "a", value) + [UInt8]("get a\r\nversion\r\n".utf8)
    let answer =
      [UInt8]("\(versionLine)\r\nSTORED\r\nVALUE a 0 \(size)\r\n".utf8) + value
      + [UInt8]("\r\nEND\r\n\(versionLine)\r\n".utf8)
    for most in [1_000_000, 65_536, 30_000, 7_000] {
      var position = 0
      while position < input.count {
        position += client.offer(input[position..<min(position + 1 + random.below(most), input.count)])
        rig.turn()
        client.read()
      }
      client.readAll()
      #expect(client.take() == answer, "pieces of up to \(most)")
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("append and prepend join large values") func joins() throws {
    let rig = try WorkerRig { $0.maxItemSize = 4 << 20 }
    let client = try rig.client()
    var random = SeededRandom(seed: 5)
    var held = random.value(400_000)
    #expect(client.ask(Self.request("set", "a", held)) == [UInt8]("STORED\r\n".utf8))
    for size in [10, 200_000, 70_000, 600_000] {
      let more = random.value(size)
      #expect(client.ask(Self.request("append", "a", more)) == [UInt8]("STORED\r\n".utf8))
      #expect(client.ask(Self.request("prepend", "a", more)) == [UInt8]("STORED\r\n".utf8))
      held = more + held + more
      #expect(
        client.ask([UInt8]("get a\r\n".utf8)).count == held.count + "VALUE a 0 \(held.count)\r\n\r\nEND\r\n".utf8.count)
    }
    let answer = client.ask([UInt8]("get a\r\n".utf8))
    #expect(answer == [UInt8]("VALUE a 0 \(held.count)\r\n".utf8) + held + [UInt8]("\r\nEND\r\n".utf8))
    #expect(
      client.ask(Self.request("append", "a", random.value(3 << 20)))
        == [UInt8]("SERVER_ERROR object too large for cache\r\n".utf8))
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A large value with a wrong end is not stored, and the next command is found") func wrongEnd() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let value = [UInt8](repeating: 65, count: 300_000)
    let input = [UInt8]("set a 0 0 300000\r\n".utf8) + value + [UInt8]("xxversion\r\n".utf8)
    #expect(client.ask(input) == [UInt8]("CLIENT_ERROR bad data chunk\r\n\(versionLine)\r\n".utf8))
    #expect(client.ask("get a\r\n") == "END\r\n")
  }

  @Test(
    "A client that goes away in the middle of a value leaves nothing", arguments: [1, 100, 70_000, 500_000, 899_999])
  func goneInTheMiddle(sent: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send([UInt8]("set a 0 0 900000\r\n".utf8) + [UInt8](repeating: 65, count: sent))
    client.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
    #expect(rig.store.statistics.itemCount == 0)
  }

  @Test("A worker that ends in the middle of a value leaves nothing", arguments: [10, 500_000])
  func endsInTheMiddle(sent: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    client.send([UInt8]("set a 0 0 900000\r\n".utf8) + [UInt8](repeating: 65, count: sent))
    #expect(rig.endAndAudit() == [])
    client.readAll()
    #expect(client.isAtEnd)
  }

  /// Full but for one largest chunk and the smallest ones: there is memory for the first piece of a chained value only.
  static func fullRig() throws -> (WorkerRig, RigClient) {
    let rig = try WorkerRig {
      $0.evicts = false
      $0.memoryLimit = 8 << 20
      $0.maxItemSize = 4 << 20
    }
    let client = try rig.client()
    for size in stride(from: 1, to: 80, by: 8) {
      _ = client.ask(request("set", "small\(size)", [UInt8](repeating: 65, count: size)))
    }
    for size in [500_000, 7_990] {
      let filler = [UInt8](repeating: 65, count: size)
      var number = 0
      while client.ask(request("set", "\(size)-\(number)", filler)) == [UInt8]("STORED\r\n".utf8) { number += 1 }
    }
    #expect(client.ask("delete 500000-0\r\n") == "DELETED\r\n")
    return (rig, client)
  }

  @Test(
    "Where memory runs out in the middle of a value, the rest of it is dropped and no byte of it is a command",
    arguments: [(false, 12_000), (true, 12_000), (false, 8_001), (false, 200_000), (false, 532_263)])
  func outOfMemory(noreply: Bool, last: Int) throws {
    let (rig, client) = try Self.fullRig()
    // Its second piece is the one too many; the last bytes come with what follows, in one buffer.
    let size = 524_268 + 8_000
    let value = [UInt8](String(repeating: "\r\nversion\r\n\r\n", count: size / 13 + 1).utf8.prefix(size))
    let input = [UInt8]("set a 0 0 \(size)\(noreply ? " noreply" : "")\r\n".utf8) + value + [13, 10]
    client.send(Array(input.dropLast(last + 2)))
    let answer = client.ask(Array(input.suffix(last + 2)) + [UInt8]("get a small1\r\n".utf8))
    let error = noreply ? "" : "SERVER_ERROR out of memory storing object\r\n"
    #expect(String(decoding: answer, as: UTF8.self) == error + "VALUE small1 0 1\r\nA\r\nEND\r\n")
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("With -M a full cache refuses what needs a chunk; a set loses what was under the key") func refusesWhenFull()
    throws
  {
    let rig = try WorkerRig {
      $0.evicts = false
      $0.memoryLimit = 2 << 20
    }
    let client = try rig.client()
    let filler = [UInt8](repeating: 65, count: 900)
    var stored = 0
    while client.ask(Self.request("set", "k\(stored)", filler)) == [UInt8]("STORED\r\n".utf8) { stored += 1 }
    #expect(stored > 1000)
    #expect(client.ask(Self.request("set", "k5", filler)) == [UInt8]("STORED\r\n".utf8))
    // Every size of chunk has one page at least.
    while client.ask(Self.request("set", "l\(stored)", filler + filler)) == [UInt8]("STORED\r\n".utf8) { stored += 1 }
    for verb in Self.dependent {
      let rest = verb == "cas" ? " \(try unique(of: "k5", client))" : ""
      #expect(
        client.ask(Self.request(verb, "k5", filler + filler, rest))
          == [UInt8]("SERVER_ERROR out of memory storing object\r\n".utf8))
      #expect(client.ask("get k5\r\n").hasPrefix("VALUE k5 0 900\r\n"), "\(verb)")
    }
    #expect(
      client.ask(Self.request("set", "k5", filler + filler))
        == [UInt8]("SERVER_ERROR out of memory storing object\r\n".utf8))
    #expect(client.ask("get k5\r\n") == "END\r\n")
    #expect(client.ask("get k6\r\n").hasPrefix("VALUE k6 0 900\r\n"))
    #expect(rig.counters[.storeNoMemory] >= 1)
  }

  /// The commands that store only on a condition, or add to what is held.
  static let dependent = ["add", "replace", "append", "prepend", "cas"]

  private func unique(of key: String, _ client: RigClient) throws -> UInt64 {
    let line = try #require(client.ask("gets \(key)\r\n").split(separator: "\r\n").first)
    return try #require(UInt64(line.split(separator: " ").last ?? ""))
  }

  @Test("A value that is too large removes what a set would have replaced, and nothing else", arguments: [false, true])
  func tooLarge(noreply: Bool) throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let value = [UInt8](repeating: 66, count: (1 << 20) + 1)
    let error = noreply ? "" : "SERVER_ERROR object too large for cache\r\n"
    #expect(client.ask("set k 0 0 3\r\nold\r\n") == "STORED\r\n")
    for verb in Self.dependent {
      let rest = (verb == "cas" ? " \(try unique(of: "k", client))" : "") + (noreply ? " noreply" : "")
      #expect(client.ask(Self.request(verb, "k", value, rest)) == [UInt8](error.utf8))
      #expect(client.ask("get k\r\n") == "VALUE k 0 3\r\nold\r\nEND\r\n", "\(verb)")
    }
    // Each half fits by itself.
    let half = [UInt8](repeating: 66, count: 600_000)
    #expect(client.ask(Self.request("set", "k", half)) == [UInt8]("STORED\r\n".utf8))
    for verb in ["append", "prepend"] {
      #expect(client.ask(Self.request(verb, "k", half, noreply ? " noreply" : "")) == [UInt8](error.utf8))
      #expect(client.ask("get k\r\n").hasPrefix("VALUE k 0 600000\r\n"), "\(verb)")
    }
    #expect(client.ask(Self.request("set", "k", value, noreply ? " noreply" : "")) == [UInt8](error.utf8))
    #expect(client.ask("get k\r\n") == "END\r\n")
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("Memory that runs out in the middle of a value removes what a set would have replaced, and nothing else")
  func outOfMemoryKeeps() throws {
    let (rig, client) = try Self.fullRig()
    let value = [UInt8](repeating: 66, count: 524_268 + 8_000)
    for verb in Self.dependent + ["set"] {
      let rest = verb == "cas" ? " \(try unique(of: "small1", client))" : ""
      let input = Self.request(verb, "small1", value, rest)
      client.send(Array(input.dropLast(12_000)))
      #expect(
        client.ask(Array(input.suffix(12_000))) == [UInt8]("SERVER_ERROR out of memory storing object\r\n".utf8))
      let left = verb == "set" ? "END\r\n" : "VALUE small1 0 1\r\nA\r\nEND\r\n"
      #expect(client.ask("get small1\r\n") == left, "\(verb)")
    }
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A megabyte a client announces and does not send costs no megabyte") func announced() throws {
    let rig = try WorkerRig { $0.maxItemSize = 16 << 20 }
    var clients: [RigClient] = []
    for number in 0..<200 {
      clients.append(try rig.client())
      clients[number].send("set a\(number) 0 0 16000000\r\n")
    }
    #expect(rig.store.statistics.pagesInUse <= 4)
    clients = []
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that sends without end does not keep the worker") func turnsInBytes() throws {
    let rig = try WorkerRig { $0.maxItemSize = 16 << 20 }
    let client = try rig.client()
    try Socket.setSendBuffer(client.socket, byteCount: 8 << 20)
    var input = Self.request("set", "a", [UInt8](repeating: 65, count: 4 << 20))[...]
    while case let count = client.offer(input), count > 0 { input = input.dropFirst(count) }
    let before = rig.counters[.bytesRead]
    rig.turn()
    #expect(rig.counters[.bytesRead] - before <= UInt64(Turn.byteLimit + (1 << 19)))
  }

  @Test("Who leaves in the middle of a value holds nothing of the store, even before his connection is closed")
  func leaving() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.offer([UInt8]("set a 0 0 100000\r\nhalf".utf8)[...])
    rig.worker.socketReady(0, .readable)
    client.close()
    rig.worker.socketReady(0, .readable)
    #expect(rig.context.connectionCount == 1)
    #expect(rig.store.audit() == [])
  }
}
