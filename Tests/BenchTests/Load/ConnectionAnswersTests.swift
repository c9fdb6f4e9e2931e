import Platform
import SystemPackage
import Testing

@testable import repcached_bench

@Suite("Checking answers")
struct ConnectionAnswersTests {
  private struct Outcome: Equatable {
    var isInStep: Bool
    var counts: LoadCounts
    var left: Int
    var firstWrong: String?
  }

  /// Answers to one request of the kind for the keys 0, 1, 2, ….
  private func outcome(_ kind: RequestKind, keys: Int = 1, _ answer: [UInt8]) throws -> Outcome {
    let workload = try Workload.sample(keysPerGet: keys)
    let (socket, other) = try Socket.pair()
    defer { Socket.close(other) }
    var connection = Connection(socket, .active, lane: 0, workload)
    connection.pending.add(kind, start: 0)
    for key in 0..<keys { connection.pending.setKey(key, UInt32(key)) }
    var tally = Tally(counters: CounterTable(count: LoadCounter.allCases.count))
    var input = ByteBuffer.holding(answer)
    let isInStep = connection.read(&input, workload, &tally, at: 100)
    return Outcome(
      isInStep: isInStep, counts: LoadCounts([tally.counters]), left: input.count, firstWrong: tally.firstWrong)
  }

  private func block(_ key: UInt32, flags: Int = 0, change: Int? = nil) throws -> [UInt8] {
    let workload = try Workload.sample()
    var value = workload.values.bytes(key)
    if let change { value[change] ^= 1 }
    return Array("VALUE \(workload.keys.text(key)) \(flags) \(value.count)\r\n".utf8) + value + Array("\r\n".utf8)
  }

  private let end = Array("END\r\n".utf8)

  @Test("the right value is a hit")
  func hit() throws {
    let outcome = try outcome(.get, block(0) + end)
    #expect(outcome.counts == LoadCounts([.gets: 1, .hits: 1]))
    #expect(outcome.isInStep && outcome.left == 0)
  }

  @Test("nothing is a miss")
  func miss() throws {
    #expect(try outcome(.get, end).counts == LoadCounts([.gets: 1, .misses: 1]))
  }

  @Test("a wrong byte in a value is a wrong answer, and the connection goes on")
  func wrongByte() throws {
    let outcome = try outcome(.get, block(0, change: 13) + end)
    #expect(outcome.counts == LoadCounts([.gets: 1, .hits: 1, .wrong: 1]))
    #expect(outcome.isInStep)
    #expect(outcome.firstWrong?.hasSuffix("at 13") == true)
  }

  @Test("flags that nobody set are a wrong answer")
  func wrongFlags() throws {
    #expect(try outcome(.get, block(0, flags: 3) + end).counts[.wrong] == 1)
  }

  @Test("a key that was not asked for is a wrong answer")
  func wrongKey() throws {
    #expect(try outcome(.get, block(5) + end).counts[.wrong] == 1)
  }

  @Test("of many keys those left out are misses")
  func someMissing() throws {
    let outcome = try outcome(.get, keys: 4, block(1) + block(3) + end)
    #expect(outcome.counts == LoadCounts([.gets: 1, .hits: 2, .misses: 2]))
  }

  @Test("keys in another order than asked are a wrong answer")
  func order() throws {
    #expect(try outcome(.get, keys: 2, block(1) + block(0) + end).counts[.wrong] == 1)
  }

  @Test("the same key twice is a wrong answer")
  func twice() throws {
    #expect(try outcome(.get, keys: 2, block(0) + block(0) + end).counts[.wrong] == 1)
  }

  @Test("STORED answers a set")
  func stored() throws {
    #expect(try outcome(.set, Array("STORED\r\n".utf8)).counts == LoadCounts([.sets: 1]))
  }

  @Test("an answer of another kind is wrong and ends the connection", arguments: ["NOT_STORED", "END", "OK", "7"])
  func otherKind(answer: String) throws {
    let outcome = try outcome(.set, Array("\(answer)\r\n".utf8))
    #expect(outcome.counts == LoadCounts([.wrong: 1]))
    #expect(!outcome.isInStep)
  }

  @Test("an answer to nothing is wrong and ends the connection")
  func unasked() throws {
    let outcome = try outcome(.set, Array("STORED\r\nSTORED\r\n".utf8))
    #expect(outcome.counts == LoadCounts([.sets: 1, .wrong: 1]))
    #expect(!outcome.isInStep)
  }

  @Test("what no server says is wrong and ends the connection")
  func malformed() throws {
    let outcome = try outcome(.get, Array("HELLO\r\n".utf8))
    #expect(outcome.counts[.wrong] == 1)
    #expect(!outcome.isInStep)
  }

  @Test("a refusal in words is an error, not a wrong answer")
  func refused() throws {
    let outcome = try outcome(.set, Array("SERVER_ERROR out of memory storing object\r\n".utf8))
    #expect(outcome.counts == LoadCounts([.sets: 1, .errors: 1]))
    #expect(outcome.isInStep)
  }

  @Test("half an answer waits for the rest")
  func half() throws {
    let whole = try block(0) + end
    for count in 0..<whole.count {
      let outcome = try outcome(.get, Array(whole.prefix(count)))
      #expect(outcome.isInStep)
      #expect(outcome.counts[.gets] == 0 && outcome.counts[.wrong] == 0)
    }
  }
}
