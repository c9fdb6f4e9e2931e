import Testing

@testable import ItemStore
@testable import Replication

/// The pair of docs/spec with the real store, stamps, tombstones, rings, ledger and replicator: clients on both sides,
/// frames that are carried one by one or lost, copies, cuts, crashes, evictions, streams given up, flushes, skewed
/// clocks, room for few tombstones. A seed repeats a run.
struct PairSimulation {
  struct Mode: Sendable, CustomTestStringConvertible {
    var name: String
    var steps = 400
    var keys = 6
    /// Changes that have room in a worker's ring.
    var ringRecords = 100_000
    /// Of what values have besides two bytes.
    var sizes: [Int] = []
    /// Pages of memory that the two have, where they are to be short.
    var pages: [Int] = []
    /// `-M`: who has no memory refuses.
    var refuses = false
    /// Tombstones that have room.
    var room = 1000
    /// Of the filters of forgotten keys; nil: as many as are usual.
    var filterBits: Int?
    /// Only the second side evicts.
    var isUnequal = false
    var evict = false
    /// What one side had no room for, the other may have.
    var mayLack: Bool { evict || refuses }
    var expire = false
    var flush = false
    /// Flushes of a time to come.
    var schedule = false
    var crash = false
    /// A third daemon, behind the two in time, is linked with either in the other's place.
    var third = false
    /// Most writes change what is held, or touch it.
    var derives = false
    /// Most of these are what meta commands do.
    var marks = false
    /// Most writes are adds whose clients wait for the peer.
    var adds = false
    /// What each side holds is looked at after each step.
    var isWatched: Bool { keys <= 30 && glitches == 0 }
    /// A's wall clock jumps far ahead or comes back, some times in a run; `together`: so does B's.
    var glitches = 0
    var together = false
    /// Of 1000 steps, how many evict, give a stream up, send, receive.
    var evictions = 20
    /// The maintenance thread comes round once in so many steps.
    var rest = 8
    var giveUps = 5
    var cuts = 10
    var sends = 330
    var receives = 337

    var testDescription: String { name }

    var memoryLimits: [Int] {
      (pages.isEmpty ? [sizes.isEmpty ? 1 : 8, sizes.isEmpty ? 1 : 8] : pages).map { $0 << 20 }
    }

    static let all = [
      Mode(name: "plain"), Mode(name: "evict", evict: true), Mode(name: "expire", expire: true),
      Mode(name: "flush", flush: true), Mode(name: "crash", crash: true), Mode(name: "few keys", steps: 900, keys: 2),
      Mode(name: "overflow", room: 2), Mode(name: "tight", steps: 900, keys: 3, room: 1),
      Mode(name: "tight evict flush", room: 1, evict: true, flush: true),
      Mode(name: "tight crash", steps: 900, keys: 4, room: 1, crash: true),
      Mode(name: "all", steps: 900, keys: 4, room: 1, evict: true, expire: true, flush: true, crash: true),
      Mode(name: "tight asks", steps: 900, keys: 4, room: 1, giveUps: 30),
      Mode(name: "tight slow", steps: 900, keys: 3, room: 1, evict: true, giveUps: 15, sends: 120, receives: 250),
      Mode(name: "tight evict", steps: 900, keys: 3, room: 1, evict: true, evictions: 90, sends: 150, receives: 250),
      Mode(name: "copy loss", steps: 300, keys: 12, room: 1, evict: true, evictions: 90, rest: 60, sends: 250),
      Mode(name: "trimmed", room: 2, rest: 1),
      Mode(name: "trimmed slow", steps: 900, keys: 3, room: 1, evict: true, rest: 1, giveUps: 15, sends: 120),
      Mode(name: "schedule", flush: true, schedule: true),
      Mode(name: "schedule crash", room: 2, evict: true, flush: true, schedule: true, crash: true),
      Mode(name: "glitch", glitches: 4),
      Mode(name: "glitch tight", steps: 900, keys: 4, room: 1, evict: true, glitches: 4),
      Mode(name: "glitch all", steps: 900, expire: true, flush: true, schedule: true, glitches: 8),
      Mode(name: "both ahead", steps: 600, glitches: 12, together: true),
      Mode(name: "both ahead tight", steps: 900, keys: 4, room: 1, evict: true, glitches: 8, together: true),
      Mode(name: "sizes", sizes: [0, 600, 5000, 70_000], evict: true, evictions: 60, sends: 200),
      Mode(name: "chained", keys: 4, sizes: [0, 70_000, 600_000], pages: [6, 5], evict: true, sends: 400),
      // A class has its first page whatever the limit: two chunks of 400 KB, seventeen of 60 KB.
      Mode(
        name: "no room", steps: 500, keys: 6, sizes: [0, 400_000, 600_000], pages: [16, 1], refuses: true,
        evictions: 90,
        sends: 100),
      Mode(
        name: "no room small", steps: 900, keys: 25, sizes: [0, 60_000, 60_000, 60_000, 400_000], pages: [8, 1],
        refuses: true,
        evictions: 115, sends: 60),
      Mode(
        name: "no room tight", steps: 900, keys: 5, sizes: [0, 400_000], pages: [12, 1], refuses: true, room: 1,
        evictions: 80, sends: 200),
      Mode(name: "smaller", keys: 8, room: 1, isUnequal: true, evict: true, evictions: 100),
      Mode(
        name: "smaller crash", steps: 900, keys: 12, room: 1, isUnequal: true, evict: true, crash: true,
        evictions: 100, sends: 200),
      Mode(
        name: "smaller memory", keys: 25, sizes: [0, 60_000, 60_000, 400_000], pages: [8, 1], room: 1, evict: true,
        evictions: 0, sends: 200),
      Mode(
        name: "smaller slow", steps: 900, keys: 3, room: 1, isUnequal: true, evict: true, evictions: 90, giveUps: 15,
        sends: 120, receives: 250),
      // A part of two bits, and one of sixty.
      Mode(
        name: "tiny filter", steps: 900, keys: 12, room: 1, filterBits: 64, evict: true, crash: true, evictions: 60),
      Mode(name: "no filter", steps: 900, keys: 4, room: 1, filterBits: 0, evict: true, crash: true),
      Mode(name: "short ring", keys: 12, ringRecords: 3, sends: 200),
      Mode(
        name: "short ring tight", steps: 900, keys: 4, ringRecords: 2, sizes: [0, 70_000], room: 1, evict: true,
        crash: true, sends: 200),
      Mode(name: "long copies", steps: 600, keys: 30, cuts: 30),
      Mode(name: "long tight", steps: 600, keys: 20, room: 2, cuts: 30),
      Mode(name: "long large", steps: 600, keys: 20, sizes: [0, 5_000, 70_000], cuts: 30),
      Mode(name: "long evict", steps: 600, keys: 20, room: 2, evict: true, evictions: 60, giveUps: 15, cuts: 30),
      Mode(name: "third", steps: 900, keys: 10, third: true),
      Mode(name: "third tight", steps: 900, keys: 4, room: 1, third: true),
      Mode(name: "third evict", steps: 900, evict: true, third: true),
      Mode(
        name: "smaller third", steps: 900, keys: 8, room: 1, isUnequal: true, evict: true, third: true, evictions: 100),
      Mode(name: "third crash", steps: 900, keys: 4, evict: true, crash: true, third: true, cuts: 20),
    ]
    /// Room for hundreds of tombstones, and more of them; takes long.
    static let large = Mode(name: "large", steps: 8000, keys: 500, room: 200, evict: true, flush: true, crash: true)
  }

  let mode: Mode
  let pair: Pair
  var random: SplitMix64
  var isLinked = false
  var clients: PairClients
  static let tick: UInt64 = 65_536
  /// What the wall clocks are wrong by when they are right.
  private var rightSkews: [Int64] = []
  private var fault: String?

  init(_ mode: Mode, seed: UInt64, without rule: PairRules = []) {
    self.mode = mode
    random = SplitMix64(seed: seed)
    pair = mode.pair(seed: seed, without: rule, &random)
    clients = PairClients(mode, pair)
    // A daemon that never had a peer leaves no tombstones.
    pair.join()
    pair.settle()
    pair.cut()
    pair.sides[1].skew = [0, 5, -5, 50][Int.random(in: 0..<4, using: &random)] * Int64(Self.tick)
    if mode.third { pair.sides[2].skew = [0, -10, -50, 20][Int.random(in: 0..<4, using: &random)] * Int64(Self.tick) }
    rightSkews = pair.sides.map(\.skew)
  }

  /// What is wrong at the end, if anything.
  mutating func run() -> String? {
    for step in 0..<mode.steps { self.step(step) }
    if mode.glitches > 0 { endGlitches() }
    if let fault = fault ?? pair.turned.map({ "new stamps of \($0) turned an order round" }) { return fault }
    if pair.ends != [0, 1] { cut() }
    if !isLinked { join(0, 1) }
    if !isLinked { return "they do not join" }
    for _ in 0..<20_000 {
      let index = Int.random(in: 0...1, using: &random)
      let before = pair.sides[0].sentBytes + pair.sides[1].sentBytes
      pair.send(index)
      if let fault = pair.receive(1 - index) { return fault.text }
      clients.watch()
      let isQuiet = before == pair.sides[0].sentBytes + pair.sides[1].sentBytes
      if isQuiet, pair.sides.allSatisfy({ $0.input.isEmpty && $0.output.isEmpty && $0.replicator.isDrained }) { break }
    }
    pair.settle()
    if mode.schedule {
      pair.advance()
      pair.settle()
      if let what = clients.pendingFault() { return what }
      // Those that are still to come.
      pair.now += 20_000_000
      pair.advance()
      pair.settle()
    }
    return clients.fault() ?? newWritesFault()
  }

  /// Where the clocks were wrong, which state was the greatest is not known. But what is written when they are right again
  /// is newer than all there is: no stamp has stayed above it.
  private mutating func newWritesFault() -> String? {
    if mode.glitches == 0 { return nil }
    let written = (0..<mode.keys).map { number in (key: "k\(number)", value: [UInt8(truncatingIfNeeded: number), 0xee])
    }
    for (key, value) in written { pair.set(Int.random(in: 0...1, using: &random), key, value) }
    pair.settle()
    let held = (pair.live(0), pair.live(1))
    let lost = written.first { held.0[$0.key]?.value != $0.value || held.1[$0.key]?.value != $0.value }
    return lost.map { "\($0.key), written last, is \(String(describing: (held.0[$0.key], held.1[$0.key])))" }
  }

  private mutating func step(_ step: Int) {
    pair.now += UInt64([0, 0, 1, 1, 2][Int.random(in: 0..<5, using: &random)]) * Self.tick
    let side = Int.random(in: 0..<pair.sides.count, using: &random)
    let key = "k\(Int.random(in: 0..<mode.keys, using: &random))"
    let ring = Int.random(in: 0..<3, using: &random)
    switch Int.random(in: 0..<1000, using: &random) {
    case ..<mode.glitches: glitch()
    case ..<150: clients.write(side, key, step: step, ring, &random)
    case ..<(270 - mode.evictions): clients.delete(side, key, ring)
    case ..<270: if mode.evict { pair.evict(mode.isUnequal ? 1 : side, key) }
    case ..<275: if mode.flush { clients.flush(side, ring, &random) }
    case ..<278: if mode.crash { crash(side) }
    case ..<(278 + mode.cuts): cut()
    case ..<(318 + mode.cuts): join(side)
    case let step: carry(side, step - 318 - mode.cuts)
    }
    noteClock()
    // The maintenance thread comes round now and then.
    if Int.random(in: 0..<mode.rest, using: &random) == 0 { for side in pair.sides { side.store.trimTombstones() } }
    if mode.schedule { pair.advance() }
    clients.watch()
  }

  private mutating func carry(_ side: Int, _ step: Int) {
    guard isLinked, pair.ends.contains(side) else { return }
    switch step {
    case ..<mode.giveUps: pair.sides[side].replicator.giveUpStream()
    case ..<(mode.giveUps + mode.sends): pair.send(side)
    case ..<(mode.giveUps + mode.sends + mode.receives): receive(side)
    default: break
    }
  }

  private mutating func cut() {
    pair.cut()
    isLinked = false
  }

  private mutating func join(_ side: Int) {
    if !mode.third { return join(0, 1) }
    let others = pair.sides.indices.filter { $0 != side }
    join(side, others[Int.random(in: 0..<others.count, using: &random)])
  }

  private mutating func join(_ one: Int, _ other: Int) {
    if isLinked { return }
    isLinked = pair.join(one, other)
  }

  private mutating func receive(_ index: Int) {
    guard let what = pair.receive(index, limit: 1) else { return }
    if case .future = what { return cut() }
    fault = fault ?? what.text
  }

  // MARK: Clocks

  private mutating func glitch() {
    clients.noteGlitch()
    let index = mode.together ? Int.random(in: 0...1, using: &random) : 0
    let seconds: Int64 = mode.together || Bool.random(using: &random) ? 100_000 : 100
    let right = rightSkews[index]
    pair.sides[index].skew = pair.sides[index].skew == right ? right + seconds * 1_000_000 : right
  }

  /// B's clock is never wrong, unless both may be: and then nobody moves it further than the tolerance.
  private mutating func noteClock() {
    if mode.glitches == 0 || mode.together { return }
    let limit = pair.moment(1).unixMicroseconds + Replicator.clockTolerance + 1_000_000
    if pair.sides[1].store.stampClock.fence().unixMicroseconds > limit { fault = fault ?? "another moved B's clock" }
  }

  /// Both clocks are right again, and time has passed.
  private mutating func endGlitches() {
    for index in 0...1 { pair.sides[index].skew = rightSkews[index] }
    pair.now += 3 * Replicator.clockTolerance
    cut()
  }

  private mutating func crash(_ index: Int) {
    pair.crash(index)
    isLinked = false
    clients.noteCrash(index)
  }
}
