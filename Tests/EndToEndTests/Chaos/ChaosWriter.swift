import Synchronization

// One client of a random run. It mutates keys by every command there is, asks after each what the key holds now, and keeps
// what it was shown. Every value it writes bears a token of its own (writer.number), so what survives names who wrote it.
//
// It takes what happens to its daemon (killed, frozen, restarted) as a client of the real world does: it connects again and
// goes on. What was not answered may or may not have been done.
//
// The stamps of removals: greater than any that this daemon has shown before, for a daemon's stamps only rise and it has
// heard of all that it shows; less than that of a write of its own which came after on the same connection.
final class ChaosWriter: Sendable {
  struct Notes {
    var sightings: [Sighting] = []
    var removals: [Removal] = []
    /// Of the tokens written, in their order.
    var kinds: [ChaosToken.Kind] = []
  }

  struct Options {
    var keys: ChaosKeys
    var hasFlushes = true
    var hasDelayedFlushes = false
    /// Items that die of themselves while the run lasts: at one moment on both sides only where their clocks agree.
    var hasShortLives = true
  }

  let operations = Atomic<Int>(0)
  let number: Int
  let side: ChaosSide
  private let shouldStop = Atomic<Bool>(false)
  private let endpoint: Endpoint
  private let options: Options
  private let kills: Kills
  private let work = Mutex<Background<Notes>?>(nil)

  private init(
    _ number: Int, _ side: ChaosSide, _ endpoint: Endpoint, _ options: Options, _ kills: Kills
  ) {
    (self.number, self.side, self.endpoint, self.options, self.kills) = (
      number, side, endpoint, options, kills
    )
  }

  static func start(
    _ number: Int, _ side: ChaosSide, _ endpoint: Endpoint, _ options: Options, _ kills: Kills,
    seed: UInt64
  ) -> ChaosWriter {
    let writer = ChaosWriter(number, side, endpoint, options, kills)
    writer.work.withLock { $0 = Background.start { writer.run(seed) } }
    return writer
  }

  func askToStop() { shouldStop.store(true, ordering: .releasing) }

  func notes() throws -> Notes {
    askToStop()
    guard let work = work.withLock({ $0 }) else { throw RigError("the writer was not started") }
    return try work.value()
  }

  private var mustStop: Bool { shouldStop.load(ordering: .acquiring) }

  private func run(_ seed: UInt64) -> Notes {
    var conversation = ChaosConversation(number, side, options, seed: seed)
    while !mustStop {
      guard let client = try? Client(to: endpoint, timeout: .seconds(30)) else {
        Kernel.sleep(microseconds: 2_000)
        continue
      }
      conversation.begin()
      while !mustStop, (try? conversation.batch(client, killsBefore: kills.count)) != nil {
        operations.store(conversation.operations, ordering: .relaxed)
      }
    }
    return conversation.notes
  }
}
