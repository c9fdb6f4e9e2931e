import Synchronization
import TestSupport

/// For the files of this target that draw at random.
typealias SeededRandom = TestSupport.SeededRandom

/// One client of a random test: mutates a set of keys by every command there is, until told to stop. It takes what
/// happens to its daemon (killed, frozen, restarted) as a client of the real world does: it connects again and goes on.
final class RandomWriter: Sendable {
  let operations = Atomic<Int>(0)
  private let shouldStop = Atomic<Bool>(false)
  private let endpoint: Endpoint
  private let keys: Int
  private let work = Mutex<Background<Bool>?>(nil)

  private init(_ endpoint: Endpoint, keys: Int) { (self.endpoint, self.keys) = (endpoint, keys) }

  static func start(_ endpoint: Endpoint, keys: Int, seed: UInt64) -> RandomWriter {
    let writer = RandomWriter(endpoint, keys: keys)
    writer.work.withLock { $0 = Background.start { writer.run(SeededRandom(seed: seed)) } }
    return writer
  }

  func stop() throws {
    shouldStop.store(true, ordering: .releasing)
    _ = try work.withLock { $0 }?.value()
  }

  private func run(_ seeded: SeededRandom) -> Bool {
    var random = seeded
    while !shouldStop.load(ordering: .acquiring) {
      guard let client = try? Client(to: endpoint, timeout: .seconds(20)) else {
        Kernel.sleep(microseconds: 2_000)
        continue
      }
      while !shouldStop.load(ordering: .acquiring), (try? mutate(client, &random)) != nil {
        operations.add(1, ordering: .relaxed)
      }
    }
    return true
  }

  private func mutate(_ client: Client, _ random: inout SeededRandom) throws {
    let key = "k\(Int.random(in: 0..<keys, using: &random))"
    let number = Int.random(in: 1...1_000, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<25: _ = try client.store("set", key, "\(number)", flags: UInt32(number))
    case 25..<30: _ = try client.store("set", key, "\(number)", exptime: 1 + number % 3)
    case 30..<32: _ = try client.store("set", key, [UInt8](repeating: 120, count: number * 100))
    case 32..<38: _ = try client.store("add", key, "\(number)")
    case 38..<44: _ = try client.store("replace", key, "\(number)")
    case 44..<48: _ = try client.store("append", key, "1")
    case 48..<52: _ = try client.store("prepend", key, "1")
    case 52..<60: _ = try client.command("incr \(key) \(number)")
    case 60..<66: _ = try client.command("decr \(key) \(number)")
    case 66..<72: _ = try client.command("touch \(key) \(number % 2 == 0 ? 0 : 100)")
    case 72..<76: _ = try client.ask("gat 100 \(key)\r\n", until: "END\r\n")
    case 76..<82:
      let cas = try client.fetch(key)?.cas ?? 1
      _ = try client.command("cas \(key) 1 0 3 \(cas)\r\ncas")
    case 99 where number < 10: _ = try client.command("flush_all")
    default: _ = try client.command("delete \(key)")
    }
  }
}
