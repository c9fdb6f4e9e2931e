import Testing

@testable import ItemStore
@testable import Replication

/// `PairSimulation` with the link machines in it, too: hellos that are said some time before the link is made and grow
/// old on their way, links of which one end is gone and the other still speaks, two at once, silence, reboots.
struct NetSimulation {
  let mode: PairSimulation.Mode
  let pair: Pair
  var net: PairNet
  var clients: PairClients
  var random: SplitMix64
  private var hasLinked = false

  init(_ mode: PairSimulation.Mode, seed: UInt64, without rule: PairRules = []) {
    self.mode = mode
    random = SplitMix64(seed: seed)
    pair = mode.pair(seed: seed, without: rule, &random) { $0.expectsPeer = true }
    pair.sides[1].skew = [0, 5, -5, 50][Int.random(in: 0..<4, using: &random)] * Int64(PairSimulation.tick)
    clients = PairClients(mode, pair)
    net = PairNet(pair)
  }

  /// What is wrong at the end, if anything.
  mutating func run() -> String? {
    for step in 0..<2 * mode.steps where net.fault == nil { self.step(step) }
    net.isCut = false
    settle()
    if let fault = net.fault { return fault }
    if !net.isQuiet { return net.isPaired ? "there is no end of it" : "no link" }
    return clients.fault()
  }

  /// Until for a while nothing is left to be said, not even an ask or an acknowledgement, or more has been said than
  /// there is any reason for.
  private mutating func settle() {
    let limit = sentBytes + maxBytes
    // After a copy whose stream was lost a side rests for a second at most: less than 40,000 passes.
    var (quiet, silent) = (0, 0)
    while net.fault == nil, quiet < 100, silent < 50_000, sentBytes < limit {
      let before = sentBytes
      pass()
      quiet = net.isQuiet ? quiet + 1 : 0
      silent = sentBytes == before ? silent + 1 : 0
    }
  }

  private var maxValue: Int { mode.sizes.max() ?? 0 }

  /// Of a link's bytes, at most so many arrive at once.
  private var piece: Int { max(300, maxValue / 20) }

  /// Ten copies of all there can be, for each side: a link needs one or two.
  private var maxBytes: Int { 2 * 10 * mode.keys * (maxValue + 300) }

  private var sentBytes: Int { pair.sides.map(\.sentBytes).reduce(0, +) }

  /// What goes on without anybody's doing.
  private mutating func pass() {
    pair.now += UInt64([0, 0, 1, 1, 2][Int.random(in: 0..<5, using: &random)]) * 33
    net.tick()
    net.send(Int.random(in: 0...1, using: &random), limit: Int.random(in: 1...piece, using: &random))
    for _ in 0..<2 { net.deliver(&random) }
    clients.watch()
    if hasLinked || pair.sides.contains(where: { !$0.store.hasEverPaired }) { return }
    hasLinked = true
    clients.noteFirstLink()
  }

  private mutating func step(_ step: Int) {
    let side = Int.random(in: 0...1, using: &random)
    let key = "k\(Int.random(in: 0..<mode.keys, using: &random))"
    let ring = Int.random(in: 0..<3, using: &random)
    switch Int.random(in: 0..<1000, using: &random) {
    case ..<100: clients.write(side, key, step: step, ring, &random)
    case ..<(180 - mode.evictions): clients.delete(side, key, ring)
    case ..<180: if mode.evict { pair.evict(side, key) }
    case ..<184: if mode.flush { clients.flush(side, ring, &random) }
    case ..<186: if mode.crash { crash(side) }
    case ..<190: net.lose(&random)
    case ..<194: net.close(&random)
    case ..<196: net.isCut.toggle()
    case ..<(196 + mode.giveUps): giveUpStream(of: pair.sides[side].replicator)
    default: pass()
    }
    if Int.random(in: 0..<mode.rest, using: &random) == 0 { for side in pair.sides { side.store.trimTombstones() } }
  }

  private func giveUpStream(of replicator: Replicator) {
    if replicator.state.isLinked { replicator.giveUpStream() }
  }

  private mutating func crash(_ index: Int) {
    net.crash(index)
    clients.noteCrash(index)
  }
}
