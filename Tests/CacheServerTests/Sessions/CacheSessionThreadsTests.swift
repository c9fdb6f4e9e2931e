import ConnectionServer
import Platform
import TestSupport
import Testing

@testable import CacheServer
@testable import ItemStore

/// Workers on their threads.
@Suite("Workers")
struct CacheSessionThreadsTests {
  private static func worker(_ number: Int, _ context: ServerContext) throws -> Worker {
    try Worker(number: number, CacheSession.makeWorker(context: context, journal: nil).thread)
  }

  @Test("Clients handed over from another thread are served, and a stop closes them all") func threads() throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    let workers = try (0..<3).map { try Self.worker($0, context) }
    var clients: [WireClient] = []
    for number in 0..<60 {
      let (near, far) = try Socket.pair()
      context.serving.connectionOpened()
      workers[number % 3].adopt(.plain(far))
      clients.append(try WireClient(near))
    }
    for (number, client) in clients.enumerated() {
      #expect(try client.ask("incr n \(number)\r\n", until: "\r\n") == "NOT_FOUND\r\n")
    }
    #expect(try clients[0].ask("set n 0 0 1\r\n0\r\n", until: "\r\n") == "STORED\r\n")
    for client in clients { _ = try client.ask("incr n 1\r\n", until: "\r\n") }
    #expect(try clients[0].ask("get n\r\n", until: "END\r\n") == "VALUE n 0 2\r\n60\r\nEND\r\n")
    // One in the middle of a value, one that does not read.
    try clients[1].send("set half 0 0 900000\r\nhalf")
    try clients[2].send(String(repeating: "get n\r\n", count: 5_000))
    for worker in workers { worker.stop() }
    #expect(context.connectionCount == 0)
    #expect(context.store.audit() == [])
  }

  @Test("Many clients on several workers, with maintenance beside them, each get their own answers") func many() throws
  {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var settings = Settings()
    settings.maxItemSize = 2 << 20
    settings.memoryLimit = 256 << 20
    settings.hashPower = 12
    let context = try ServerContext(settings: settings) { _ in }
    let workers = try (0..<2).map { try Self.worker($0, context) }
    let maintenance = try Maintenance(context: context)
    let failures = LogLines()
    let threads = try (0..<6).map { number in
      let (near, far) = try Socket.pair()
      context.serving.connectionOpened()
      workers[number % 2].adopt(.plain(far))
      return try Thread.start(name: "client \(number)") {
        do {
          let client = try WireClient(near)
          var random = SeededRandom(seed: seed + UInt64(number))
          var script = Script(prefix: "c\(number)")
          for _ in 0..<150 { script.add(&random) }
          let answer = try client.exchange(script.input, expecting: script.expected.count, &random)
          if answer != script.expected { failures.add("client \(number)'s answers differ") }
        } catch {
          failures.add("client \(number): \(error)")
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all == [], "seed \(seed)")
    for worker in workers { worker.stop() }
    maintenance.stop()
    #expect(context.store.audit() == [])
  }

  @Test("A worker stops at once when nobody ever came") func idle() throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    for number in 0..<20 { try Self.worker(number, context).stop() }
  }
}
