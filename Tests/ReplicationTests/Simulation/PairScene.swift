import Testing

@testable import ItemStore
@testable import Replication

/// Rare schedules of docs/spec/scenes.py, played step by step with the real stores, rings and replicators.
///
/// A word is a side, a step, and perhaps `:` and a number: `Aset:1` sets k1 on A (without a number k0). Steps of
/// clients: set, del, evict. Of the link: join (A with B, C with A; `Bjoin:C`), cut, crash, s (send a record of the
/// stream; `s:1` of that ring: 0 sets, 1 deletes), m (watermark), a (acknowledge), c (the copy to its end), walk (one
/// item of it), r (receive one frame), all (receive all), give (the stream up). Refusals and asks are on their way at
/// once. Time moves on by one tick at each word.
struct PairScene {
  let pair: Pair
  private let hasRoom: Bool
  /// Something was evicted: one side may lack what the other has.
  private var mayLack = false
  private var isLinked = false

  /// - Parameter room: tombstones that have room.
  init(room: Int? = nil, hasThird: Bool = false, without rule: PairRules = []) {
    hasRoom = room == nil
    pair = Pair(ringCount: 3, outputLimit: 1, bucketsPerStep: 1, hasThird: hasThird) {
      $0.initialBucketPower = 4
      $0.stripePower = 4
      $0.hashSeed = 1
      $0.tombstoneLimit = room
      $0.rules = PairRules.all.subtracting(rule)
    }
  }

  /// Both hold k0, and all is settled.
  static let linked = "Aset Ajoin Ac Ball Bc Aall Am Aa Ball Bm Ba Aall "

  mutating func play(_ script: String) {
    for word in script.split(separator: " ") {
      pair.now += PairSimulation.tick
      act(word)
      if hasRoom { continue }
      for side in pair.sides { side.store.trimTombstones() }
    }
  }

  /// A and B are linked until all is settled: what is wrong then, or nil.
  mutating func finish() -> String? {
    if pair.ends != [0, 1] { cut() }
    if !isLinked { pair.join() }
    for index in 0...1 { tellAnswers(index) }
    pair.settle()
    // The third is not waited for any more.
    for side in pair.sides[..<2] where pair.sides.count > 2 {
      side.store.forgetAbsentPartner()
      side.replicator.settle()
    }
    let left = pair.sides[..<2].map(\.store.tombstoneCount)
    let (a, b) = (pair.live(0), pair.live(1))
    let differ = Set(a.keys).union(b.keys).filter { a[$0] != b[$0] && !(mayLack && (a[$0] == nil || b[$0] == nil)) }
    if !differ.isEmpty { return "\(differ.sorted()) differ: \(a) and \(b)" }
    if left != [0, 0] { return "\(left) tombstones never settled" }
    let horizons = pair.sides[..<2].map(\.store.purgedThrough)
    return horizons == [.zero, .zero] ? nil : "the horizon stands: \(horizons)"
  }

  private mutating func act(_ word: Substring) {
    guard let index = ["A", "B", "C"].firstIndex(of: String(word.prefix(1))) else { return }
    let parts = word.dropFirst().split(separator: ":")
    let (step, number) = (parts[0], parts.count > 1 ? String(parts[1]) : "0")
    let key = "k" + number
    switch step {
    case "set": pair.set(index, key, [UInt8]("\(pair.now)".utf8), ring: 0)
    case "del": pair.delete(index, key, ring: 1)
    case "evict":
      pair.evict(index, key)
      mayLack = true
    case "cut": cut()
    case "crash":
      cut()
      pair.restart(index)
    case "join": join(index, with: number == "C" ? 2 : index == 0 ? 1 : 0)
    default: carry(index, step, parts.count > 1 ? Int(number) : nil)
    }
  }

  private mutating func cut() {
    pair.cut()
    isLinked = false
  }

  private mutating func join(_ index: Int, with other: Int) {
    if isLinked { return }
    pair.join(index, other)
    isLinked = true
    for end in pair.ends { tellAnswers(end) }
  }

  private func carry(_ index: Int, _ step: Substring, _ ring: Int?) {
    let side = pair.sides[index]
    let replicator = side.replicator
    replicator.now = .microseconds(Int64(pair.now))
    switch step {
    case "s":
      let number = ring ?? side.rings.firstIndex { !$0.bytes.isEmpty }
      if let number { _ = replicator.drain(number, &side.output) }
    case "m": replicator.publishWatermark(&side.output)
    case "a":
      replicator.link.isAcknowledgementDue = true
      replicator.sendAcknowledgement(&side.output)
    case "c": endCopy(side)
    case "give": giveUp(index)
    case "walk": walk(side)
    case "r", "all": receive(index, step == "r" ? 1 : .max)
    default: Issue.record("no such step: \(step)")
    }
    pair.carry(index)
  }

  /// The stream is given up, and the copy begins at once.
  private func giveUp(_ index: Int) {
    let replicator = pair.sides[index].replicator
    replicator.giveUpStream()
    replicator.takeStreamUp(above: replicator.ledger.copy?.above ?? replicator.ackedThrough)
    tellAnswers(index)
  }

  private func endCopy(_ side: Pair.Side) {
    for _ in 0..<1_000 where side.replicator.ledger.copy != nil {
      if side.replicator.copyStep(&side.output) { continue }
      for ring in side.rings.indices { _ = side.replicator.drain(ring, &side.output) }
    }
  }

  /// Up to the frame that says how far it has come.
  private func walk(_ side: Pair.Side) {
    while side.replicator.state.walk?.unreportedBytes == 0, side.replicator.copyStep(&side.output) {}
    _ = side.replicator.copyStep(&side.output)
  }

  private func receive(_ index: Int, _ limit: Int) {
    let fault = pair.receive(index, limit: limit)
    if let fault { Issue.record("\(fault.text)") }
    tellAnswers(index)
  }

  private func tellAnswers(_ index: Int) {
    let side = pair.sides[index]
    side.replicator.sendAnswers(&side.output)
    pair.carry(index)
  }
}
