import ItemStore
import Platform
import Replication
import Testing

@testable import CacheServer

/// `-o repl_ack`: what the answers say when it is known what the peer has made of the writes.
@Suite("Answers that wait for the peer's word")
struct AckGateTests {
  private let journal = CountingJournal()
  private let rig: WorkerRig

  private static let error = "SERVER_ERROR not stored: the peer refused it\r\n"

  init() throws {
    rig = try WorkerRig(journal: journal) { $0.peering.acknowledgementMilliseconds = 60_000 }
    journal.begin()
  }

  /// Says requests, whose answers wait, and what the peer makes of the changes.
  private func ask(
    _ requests: String, by client: RigClient? = nil, _ rejections: [(Int, WriteOutcomes.Rejection)] = []
  ) throws -> String {
    let client = try client ?? rig.client()
    let first = Int(journal.position)
    client.send(requests)
    client.readAll()
    #expect(client.takeText() == "", "nothing is answered before the peer's word")
    for (number, rejection) in rejections { journal.reject(first + number, rejection) }
    journal.acknowledge(in: rig)
    client.readAll()
    return client.takeText()
  }

  private func set(_ key: String, _ value: String = "1", noreply: Bool = false) -> String {
    "set \(key) 0 0 \(value.utf8.count)\(noreply ? " noreply" : "")\r\n\(value)\r\n"
  }

  @Test("A value that the peer refused is an error, one that it has no room for is stored and counted") func rejected()
    throws
  {
    #expect(try ask(set("a"), [(0, .refused)]) == Self.error)
    #expect(rig.context.acknowledgements.refusedCount == 0)
    #expect(try ask(set("b"), [(0, .outOfMemory)]) == "STORED\r\n")
    #expect(rig.context.acknowledgements.refusedCount == 1 && rig.context.acknowledgements.timeoutCount == 0)
    #expect(try ask(set("c")) == "STORED\r\n")
  }

  @Test("In a pipeline each answer keeps its place, and only what was refused is another") func pipeline() throws {
    let requests =
      "get none\r\n" + set("a") + set("b", noreply: true) + set("c") + "get c\r\n" + set("d") + "delete d\r\n"
      + "delete none\r\n" + set("e")
    let answers = try ask(requests, [(0, .refused), (1, .refused), (3, .refused), (6, .outOfMemory)])
    #expect(
      answers == "END\r\n" + Self.error + "STORED\r\nVALUE c 0 1\r\n1\r\nEND\r\n" + Self.error
        + "DELETED\r\nNOT_FOUND\r\nSTORED\r\n")
    #expect(rig.context.acknowledgements.refusedCount == 1)
  }

  @Test("Every command that writes a value is told; what gat has read was true") func commands() throws {
    _ = try ask(set("n", "5") + set("t"))
    let requests = [
      ("incr n 2\r\n", Self.error), ("decr n 1\r\n", Self.error), ("touch t 100\r\n", Self.error),
      ("append t 0 0 1\r\nx\r\n", Self.error), ("add new 0 0 1\r\nx\r\n", Self.error),
      ("replace n 0 0 1\r\n1\r\n", Self.error), ("gat 100 n\r\n", "VALUE n 0 1\r\n1\r\nEND\r\n"),
    ]
    for (request, answer) in requests { #expect(try ask(request, [(0, .refused)]) == answer, "\(request)") }
  }

  @Test("add and cas that were overtaken at the peer were not done; who asked for nothing is not told") func overtaken()
    throws
  {
    _ = try ask(set("n", "5"))
    let client = try rig.client()
    func cas() -> String {
      client.send("gets n\r\n")
      client.readAll()
      return client.takeText().split(separator: "\r\n")[0].split(separator: " ")[4].description
    }
    let requests = [
      ("add a 0 0 1\r\nx\r\n", "NOT_STORED\r\n"), ("cas n 0 0 1 \(cas())\r\n6\r\n", "EXISTS\r\n"),
      ("ms b 1 ME O7 k\r\nx\r\n", "NS O7 kb\r\n"), ("ms c 1 ME q\r\nx\r\n", ""), (set("d"), "STORED\r\n"),
      ("add e 0 0 1 noreply\r\nx\r\n", ""), ("incr n 1\r\n", "7\r\n"), ("replace d 0 0 1\r\ny\r\n", "STORED\r\n"),
    ]
    for (request, answer) in requests { #expect(try ask(request, [(0, .overtaken)]) == answer, "\(request)") }
    #expect(try ask("ms n 1 C\(cas()) O7\r\n8\r\n", [(0, .overtaken)]) == "EX O7\r\n")
    let pipeline = set("f") + "add g 0 0 1\r\nx\r\n" + set("h")
    #expect(try ask(pipeline, [(1, .overtaken)]) == "STORED\r\nNOT_STORED\r\nSTORED\r\n")
  }

  @Test("Values that go out from their items keep their place behind an answer that became another") func inserts()
    throws
  {
    let value = String(repeating: "v", count: 40_000)
    _ = try ask(set("large", value))
    let block = "VALUE large 0 40000\r\n\(value)\r\nEND\r\n"
    let requests = "get large\r\n" + set("a") + "get large\r\n" + set("b") + "get large\r\n"
    let answers = try ask(requests, [(0, .refused), (1, .refused)])
    #expect(answers == block + Self.error + block + Self.error + block)
    #expect(rig.endAndAudit() == [])
  }

  @Test("Answers to more than one buffer's worth of writes are each told of their own") func long() throws {
    let count = 12_000
    let client = try rig.client()
    let first = Int(journal.position)
    client.send((0..<count).map { set("k\($0 % 7)") }.joined())
    client.readAll()
    while Int(journal.position) - first < count {
      for number in Int(first)..<Int(journal.position) where (number - first) % 5 == 0 {
        journal.reject(number, .refused)
      }
      journal.acknowledge(in: rig)
      client.readAll()
    }
    for number in first..<Int(journal.position) where (number - first) % 5 == 0 { journal.reject(number, .refused) }
    journal.acknowledge(in: rig)
    client.readAll()
    let answers = client.takeText()
    #expect(answers == (0..<count).map { $0 % 5 == 0 ? Self.error : "STORED\r\n" }.joined())
  }

  @Test("Of several that wait each is told of its own") func several() throws {
    let clients = try (0..<8).map { _ in try rig.client() }
    for (number, client) in clients.enumerated() { client.send(set("k\(number)") + set("l\(number)")) }
    clients[3].close()
    rig.pump()
    for number in [2, 5, 9, 15] { journal.reject(number, .refused) }
    journal.outcomes.noteStreamed(upTo: 10)
    rig.context.acknowledgements.wake(0)
    rig.pump()
    for (number, client) in clients.enumerated() where number != 3 {
      client.readAll()
      let one = "STORED\r\n"
      let expected = [1: Self.error + one, 2: one + Self.error, 4: one + Self.error]
      #expect(client.takeText() == (number >= 5 ? "" : expected[number] ?? one + one), "\(number)")
    }
    journal.acknowledge(in: rig)
    clients[7].readAll()
    #expect(clients[7].takeText() == "STORED\r\n" + Self.error)
  }

  @Test("An answer given because the link broke is counted among those that came too soon") func released() throws {
    let client = try rig.client()
    client.send(set("a"))
    client.readAll()
    journal.release(in: rig)
    client.readAll()
    #expect(client.takeText() == "STORED\r\n")
    #expect(rig.context.acknowledgements.timeoutCount == 1)
  }
}
