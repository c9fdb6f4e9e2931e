import MemcacheProtocol
import Platform
import Testing

@testable import CacheServer

/// What meta commands leave in the counters, how they arrive, and what comes of them with options of the server. What they
/// answer is the table `Exchange.meta` of the end-to-end tests.
@Suite("Meta commands")
struct TextSessionMetaTests {
  @Test("are counted as memcached counts them") func counters() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let requests = [
      "ms a 1\r\n1\r\n", "mg a\r\n", "mg a v\r\n", "mg a T0\r\n", "mg b\r\n", "mg b N30\r\n", "ms a 1 C1\r\n1\r\n",
      "ms n 1 C1\r\n1\r\n", "ma n\r\n", "ma n N0 J5\r\n", "ma n\r\n", "ma n MD\r\n", "ma m MD\r\n", "md b I\r\n",
      "md b x\r\n", "md b C1\r\n", "md b\r\n", "md b\r\n", "me a\r\n", "me b\r\n", "mn\r\n",
    ]
    for request in requests { _ = client.ask(request) }
    let counters = rig.counters
    #expect(counters.sum(.cmdSet) == 3 && counters[.totalItems] == 3)
    #expect(counters.sum(.getHits) == 3 && counters[.getMisses] == 1 && counters.sum(.touchHits) == 1)
    #expect(counters.sum(.casBadval) == 1 && counters[.casMisses] == 1)
    #expect(counters.sum(.incrHits) == 1 && counters[.incrMisses] == 1)
    #expect(counters.sum(.decrHits) == 1 && counters[.decrMisses] == 1)
    #expect(counters.sum(.deleteHits) == 2 && counters[.deleteMisses] == 2)
    #expect(counters[.cmdMeta] == 2)
  }

  @Test("are not counted by prefix") func prefixes() throws {
    let rig = try WorkerRig { $0.countsPerPrefix = true }
    let client = try rig.client()
    _ = client.ask("ms p:a 1\r\n1\r\nmg p:a v\r\nmg p:b s\r\nmd p:a\r\nset q:a 0 0 1\r\n1\r\n")
    #expect(client.ask("stats detail dump\r\n") == "PREFIX q get 0 hit 0 set 1 del 0\r\nEND\r\n")
  }

  @Test("show no cas unique where there is none, as gets does not") func withoutCAS() throws {
    let rig = try WorkerRig { $0.isCASEnabled = false }
    let client = try rig.client()
    #expect(client.ask("ms a 1 c\r\n1\r\nmg a c\r\nma a c\r\n") == "HD c0\r\nHD c0\r\nHD c0\r\n")
    #expect(client.ask("me a\r\n").contains(" cas=0 "))
  }

  @Test("mn has sent what was answered before it when the next command is begun") func noop() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("ms a 1\r\n1\r\n")
    // What is not whole keeps the connection's turn from being the pass's last word.
    #expect(client.offer([UInt8]("mg a v\r\nmn\r\n".utf8)[...]) == 12)
    rig.worker.socketReady(0, .readable)
    client.read()
    #expect(client.takeText() == "VA 1\r\n1\r\nMN\r\n", "before the end of the pass")
    rig.worker.passEnded()
  }

  @Test("have keys in base64 that no other command can name") func binaryKeys() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    var random = SeededRandom(seed: 3)
    for count in [1, 2, 3, 100, 186] {
      let key = random.value(count)
      let text = Self.base64(key)
      let answer = client.ask("ms \(text) 2 b k\r\nhi\r\nmg \(text) b k v\r\nma \(text) k b\r\nmd \(text) k b O1\r\n")
      let numeric = "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"
      #expect(answer == "HD k\(text) b\r\nVA 2 k\(text) b\r\nhi\r\n\(numeric)HD k\(text) b O1\r\n")
    }
  }

  static func base64(_ bytes: [UInt8]) -> String {
    var buffer = ByteBuffer(capacity: 400)
    Base64.write(bytes.span, to: &buffer)
    let text = buffer.bytes
    return (0..<text.count).map { String(UnicodeScalar(text[$0])) }.joined()
  }

  @Test("may come in any pieces, between any others, and are answered in order") func pieces() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    var random = SeededRandom(seed: 9)
    let exchanges = [
      ("ms a 3 k\r\nabc\r\n", "HD ka\r\n"), ("mg a v\r\n", "VA 3\r\nabc\r\n"),
      ("mg a s v k q\r\n", "VA 3 s3 ka\r\nabc\r\n"),
      ("mg none v q\r\n", ""), ("mg none k\r\n", "EN knone\r\n"), ("get a\r\n", "VALUE a 0 3\r\nabc\r\nEND\r\n"),
      ("ms a 3 q\r\nabc\r\n", ""), ("md none q\r\n", "NF\r\n"), ("set a 0 0 3\r\nabc\r\n", "STORED\r\n"),
      ("mn\r\n", "MN\r\n"), ("mg YQ== b v\r\n", "VA 3\r\nabc\r\n"), ("mg a v v\r\n", "CLIENT_ERROR duplicate flag\r\n"),
    ]
    for _ in 0..<40 {
      let some = (0..<60).compactMap { _ in exchanges.randomElement(using: &random) }
      var input = [UInt8](some.map(\.0).joined().utf8)[...]
      // The first sees an item, whatever it is.
      #expect(client.ask("set a 0 0 3\r\nabc\r\n") == "STORED\r\n")
      while !input.isEmpty {
        let piece = input.prefix(Int.random(in: 1...90, using: &random))
        client.send(Array(piece))
        input = input.dropFirst(piece.count)
      }
      client.readAll()
      #expect(client.takeText() == some.map(\.1).joined())
    }
  }
}
