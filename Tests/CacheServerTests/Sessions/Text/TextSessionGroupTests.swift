import TestSupport
import Testing

@testable import CacheServer

/// Requests that come together are executed together; nobody may be able to tell.
@Suite("Requests in groups")
struct TextSessionGroupTests {
  private static func rig() throws -> WorkerRig {
    // Stamps differ from run to run; without them gets shows 0.
    try WorkerRig {
      $0.isCASEnabled = false
      $0.maxItemSize = 64 << 10
    }
  }

  private static func key(_ random: inout SeededRandom, longest: Int = 250) -> String {
    let number = random.below(40)
    return number == 0 ? String(repeating: "k", count: longest - random.below(3)) : "key-\(number)"
  }

  private static func request(_ random: inout SeededRandom) -> [UInt8] {
    // Only alone: behind other keys it voids what is answered of its line, as far as that has not been sent.
    let key = key(&random, longest: 251)
    switch random.below(16) {
    case 0...4: return Array("get \(key)\r\n".utf8)
    case 5:
      let count = [2, 3, 31, 32, 33, 64, 127, 128, 129, 200][random.below(10)]
      return Array("get \((0..<count).map { _ in Self.key(&random) }.joined(separator: " "))\r\n".utf8)
    case 6: return Array("gets key-2 \(Self.key(&random))  key-1 \r\n".utf8)
    case 7...10: return storage("set", key, &random)
    case 11: return storage(["add", "replace", "append", "set"][random.below(4)], key, &random, noreply: true)
    case 12: return Array("delete \(key)\r\n".utf8)
    case 13: return Array("incr \(key) 1\r\nget \(key)\n".utf8)
    case 14:
      return Array(
        ["get\r\n", "\r\n", "get \r\n", "get a\tb c\r\n", "set k 0\r\n", "version\r\n"][random.below(6)].utf8)
    default: return Array("set \(key) 0 0 3\r\nabcde\r\n".utf8)
    }
  }

  private static func storage(
    _ verb: String, _ key: String, _ random: inout SeededRandom, noreply: Bool = false
  ) -> [UInt8] {
    let count = [0, 1, 9, 10, 99, 100, 999, 1_000, 8_192, 8_193, 9_999, 10_000, 100_000][random.below(13)]
    let flags = [0, 9, 10, 99, 999, 1_000, 4_294_967_295][random.below(7)]
    return Array("\(verb) \(key) \(flags) 0 \(count)\(noreply ? " noreply" : "")\r\n".utf8) + random.value(count) + [
      13, 10,
    ]
  }

  @Test("Requests of all kinds are answered alike one by one, all at once, and in random pieces") func alike() throws {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for _ in 0..<12 {
      let requests = (0..<(1 + random.below(150))).map { _ in Self.request(&random) }
      let (one, all, some) = (try Self.rig(), try Self.rig(), try Self.rig())
      let (single, whole, pieces) = (try one.client(), try all.client(), try some.client())
      let expected = requests.flatMap { single.ask($0) }
      let isAlike = whole.ask(Array(requests.joined())) == expected
      #expect(isAlike, "seed \(seed)")
      let bytes = Array(requests.joined())
      var position = 0
      var answer: [UInt8] = []
      while position < bytes.count {
        let end = min(bytes.count, position + 1 + random.below(random.below(3) == 0 ? 20 : 5_000))
        answer += pieces.ask(Array(bytes[position..<end]))
        position = end
      }
      let isAlikeInPieces = answer == expected
      #expect(isAlikeInPieces, "seed \(seed)")
      for rig in [one, all, some] {
        #expect(rig.counters.sum(.getHits) == one.counters.sum(.getHits), "seed \(seed)")
        #expect(rig.counters[.getMisses] == one.counters[.getMisses], "seed \(seed)")
        #expect(rig.counters.sum(.cmdSet) == one.counters.sum(.cmdSet), "seed \(seed)")
        #expect(rig.endAndAudit() == [], "seed \(seed)")
      }
    }
  }

  @Test("A pipeline goes on where its client stopped reading", arguments: [1, 7, 40]) func suspended(keys: Int) throws {
    let rig = try Self.rig()
    let writer = try rig.client()
    var random = SeededRandom(seed: 5)
    for number in 0..<40 { _ = writer.ask(Self.storage("set", "key-\(number)", &random)) }
    let line = "get \((0..<keys).map { "key-\($0) none" }.joined(separator: " "))\r\n"
    let requests = (0..<20).flatMap { number in
      Array(line.utf8) + Self.storage("set", "other-\(number)", &random) + Array("get other-\(number)\r\n".utf8)
    }
    let client = try rig.client(sendBuffer: 1)
    client.send(requests)
    while client.read(upTo: 3_000) > 0 { rig.pump() }
    let answer = client.take()
    let isAlike = answer == writer.ask(requests)
    #expect(isAlike)
    client.close()
    writer.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A connection's turn is as long in groups as it is alone") func turns() throws {
    let rig = try WorkerRig { $0.requestsPerTurn = 20 }
    let client = try rig.client()
    client.send(String(repeating: "get key\r\n", count: 100))
    client.readAll()
    #expect(client.takeText() == String(repeating: "END\r\n", count: 100))
    #expect(rig.counters[.connectionYields] == 4)
    #expect(rig.counters[.getMisses] == 100)
  }
}
