import Synchronization

// A client whose keys nobody else writes. Of such a key it is known without any stamp what it must hold in the end: what the
// client was told last, and what a command without an answer may have made of it. So this verdict stands where stamps prove
// nothing: clocks step and stamps are given anew, caches are full, a third daemon comes and goes.
final class SoleWriter: Sendable {
  /// By key: every state that it may have; nil is absent.
  typealias States = [String: Set<String?>]

  struct Options {
    var keys = 400
    /// The value of each key has as many bytes more.
    var padding = 0
    /// A key may be missing at any time: its daemon evicts.
    var evicts = false
    /// Where its daemon takes datagrams, too.
    var datagrams: UInt16?
  }

  let operations = Atomic<Int>(0)
  private let shouldStop = Atomic<Bool>(false)
  private let work = Mutex<Background<States>?>(nil)

  static func start(_ name: String, _ endpoint: Endpoint, _ options: Options, seed: UInt64) -> SoleWriter {
    let writer = SoleWriter()
    writer.work.withLock { $0 = Background.start { writer.run(SoleConversation(name, options, seed: seed), endpoint) } }
    return writer
  }

  func askToStop() { shouldStop.store(true, ordering: .releasing) }

  func states() throws -> States {
    askToStop()
    guard let work = work.withLock({ $0 }) else { throw RigError("the writer was not started") }
    return try work.value()
  }

  private var mustStop: Bool { shouldStop.load(ordering: .acquiring) }

  private func run(_ start: SoleConversation, _ endpoint: Endpoint) -> States {
    var conversation = start
    while !mustStop {
      guard let commands = try? conversation.commands(endpoint) else {
        Kernel.sleep(microseconds: 2_000)
        continue
      }
      while !mustStop, (try? conversation.command(commands)) != nil { operations.add(1, ordering: .relaxed) }
    }
    return conversation.states
  }
}

/// One command after another, each on a key drawn at random, and what the answers say of the keys.
struct SoleConversation {
  private(set) var states: SoleWriter.States = [:]
  private let name: String
  private let options: SoleWriter.Options
  private var random: SeededRandom
  private var token = 0

  init(_ name: String, _ options: SoleWriter.Options, seed: UInt64) {
    (self.name, self.options) = (name, options)
    random = SeededRandom(seed: seed)
  }

  /// A new connection, in a protocol drawn at random.
  mutating func commands(_ endpoint: Endpoint) throws -> any KeyCommands {
    let choice = Int.random(in: 0..<4, using: &random)
    if choice == 0, let port = options.datagrams { return DatagramKeyCommands(client: try DatagramClient(to: port)) }
    let client = try Client(to: endpoint)
    return switch choice {
    case 0, 1: TextKeyCommands(client: client)
    case 2: MetaKeyCommands(client: client)
    default: BinaryKeyCommands(client: client)
    }
  }

  mutating func command(_ commands: any KeyCommands) throws {
    let key = "\(name).\(Int.random(in: 0..<options.keys, using: &random))"
    let before = states[key] ?? [nil]
    token += 1
    let piece = "\(name):\(token)+"
    let choice = Int.random(in: 0..<100, using: &random)
    switch choice {
    // What is not known must be written whole before anything is derived from it.
    case 0..<50,
      _ where before.count > 1:
      let value = piece + String(repeating: "x", count: options.padding)
      try change(key, before, to: value) { try commands.store("set", key, value) }
    case 50..<75:
      let verb = choice % 2 == 0 ? "append" : "prepend"
      let after = before.first.flatMap { $0 }.map { verb == "append" ? $0 + piece : piece + $0 }
      try change(key, before, to: after) { try commands.store(verb, key, piece) }
    case 75..<85: try commands.touch(key)
    default: try change(key, before, to: nil) { try commands.delete(key) }
    }
  }

  /// A command without an answer may have been done.
  private mutating func change(
    _ key: String, _ before: Set<String?>, to after: String?, _ ask: () throws -> String
  ) throws {
    states[key] = before.union([after])
    let answer = try ask()
    switch answer {
    case "STORED", "DELETED": states[key] = [after]
    // With evictions the peer may hold still what is missing here; without, nothing may be missing but what is known to be.
    case "NOT_STORED", "NOT_FOUND": states[key] = options.evicts ? before.union([nil]) : before.intersection([nil])
    // Kept nowhere: what was there before may be gone, too.
    case _ where answer.hasPrefix("SERVER_ERROR"): states[key] = before.union([after, nil])
    default: throw RigError("\(key): \(answer)")
    }
  }
}
