import ItemStore
import Testing

@testable import Replication

/// What a worker whose answers wait learns of its writes (docs/spec: `kept`).
@Suite struct KeptTests {
  /// What is known of a side's changes by one ring: the last position that is free, and the stamps that were rejected.
  static func outcomes(_ pair: Pair, _ index: Int = 0, ring: Int = 0) -> WriteOutcomes {
    pair.sides[index].rings[ring].outcomes
  }

  static func state(_ pair: Pair, _ index: Int = 0) -> WriteOutcomes.State {
    outcomes(pair, index).state(of: pair.sides[index].rings[0].position)
  }

  static func rejections(_ pair: Pair) -> [Stamp: WriteOutcomes.Rejection] {
    var found: [Stamp: WriteOutcomes.Rejection] = [:]
    outcomes(pair).takeRejections { found[$0] = $1 }
    return found
  }

  func joined(
    records: Int = 100_000, outputLimit: Int = Replicator.defaultOutputLimit, bucketsPerStep: Int = 32,
    memoryLimits: [Int] = [16 << 20, 16 << 20], _ configure: (inout StoreConfiguration) -> Void = { _ in },
    before: (Pair) -> Void = { _ in }
  ) -> Pair {
    let pair = Pair(
      records: records, outputLimit: outputLimit, bucketsPerStep: bucketsPerStep, memoryLimits: memoryLimits,
      configure: configure)
    for side in pair.sides { side.replicator.tracksOffsets = true }
    before(pair)
    pair.join()
    return pair
  }

  func round(_ pair: Pair) {
    for index in 0...1 { pair.send(index) }
    for index in 0...1 { _ = pair.receive(index) }
  }

  @Test("a write is acknowledged when the peer has processed it, not sooner")
  func plain() {
    let pair = joined()
    pair.settle()
    pair.set(0, "k", [1])
    pair.send(0)
    #expect(Self.state(pair) == .waiting)
    _ = pair.receive(1)
    pair.send(1)
    #expect(Self.state(pair) == .waiting)
    _ = pair.receive(0)
    #expect(Self.state(pair) == .acknowledged && Self.rejections(pair) == [:])
  }

  @Test("while a copy is under way a write does not wait for its end", arguments: [0, 1])
  func duringCopy(copier: Int) {
    let pair = joined(outputLimit: 1024, bucketsPerStep: 1) {
      $0.initialBucketPower = 12
    } before: { pair in
      for number in 0..<4_000 { pair.set(copier, "old\(number)", [UInt8](repeating: 1, count: 100)) }
    }
    round(pair)
    for number in 0..<10 {
      pair.set(0, "k\(number)", [1])
      for _ in 0..<3 { round(pair) }
      #expect(Self.state(pair) == .acknowledged && pair.live(1)["k\(number)"] != nil)
    }
    #expect(pair.sides[copier].replicator.ledger.copy != nil, "the copy must not have ended")
  }

  @Test("a value that the peer has forgotten a delete of is told to be refused before it is acknowledged")
  func refused() {
    let stamps = refusedAtHorizon(without: [])
    #expect(stamps.rejections == [stamps.written: .refused] && !stamps.isHeld)
  }

  @Test("without the rule it is acknowledged though neither side holds it")
  func isNeeded() {
    let stamps = refusedAtHorizon(without: .kept)
    #expect(stamps.rejections == [:] && !stamps.isHeld)
  }

  /// A writes k, unaware that B has just deleted it with a later stamp, and forgotten that.
  private func refusedAtHorizon(
    without rule: PairRules
  ) -> (written: Stamp, rejections: [Stamp: WriteOutcomes.Rejection], isHeld: Bool) {
    let pair = joined {
      $0.tombstoneLimit = 0
      $0.rules = PairRules.all.subtracting(rule)
    }
    pair.settle()
    pair.set(0, "k", [0])
    pair.settle()
    let written = pair.set(0, "k", [1])
    pair.delete(1, "k")
    pair.sides[1].store.trimTombstones()
    pair.send(0)
    _ = pair.receive(1)
    pair.send(1)
    #expect(Self.state(pair) == .waiting)
    _ = pair.receive(0)
    #expect(Self.state(pair) == .acknowledged)
    let rejections = Self.rejections(pair)
    pair.settle()
    return (written, rejections, pair.live(0)["k"] != nil || pair.live(1)["k"] != nil)
  }

  @Test("a value that is overwritten here before its refusal comes counts as overtaken: only an add is told")
  func overwritten() {
    let pair = joined { $0.tombstoneLimit = 0 }
    pair.settle()
    let stamp = pair.set(0, "k", [1])
    pair.delete(1, "k")
    pair.sides[1].store.trimTombstones()
    pair.send(0)
    _ = pair.receive(1)
    pair.now += 100
    pair.set(0, "k", [2])
    pair.settle()
    #expect(Self.state(pair) == .acknowledged && Self.rejections(pair) == [stamp: .overtaken])
    #expect(pair.live(0)["k"]?.value == [2] && pair.live(1)["k"]?.value == [2])
  }

  @Test("a value for which the peer has no room, or that is too large for it, is told to be here alone")
  func outOfMemory() {
    let pair = joined(memoryLimits: [16 << 20, 2 << 20]) { $0.refusesWhenFull = true }
    pair.settle()
    var written: [Stamp: String] = [:]
    for number in 0..<100 {
      written[pair.set(0, "k\(number)", [UInt8](repeating: 1, count: 50_000))] = "k\(number)"
      pair.settle()
    }
    #expect(Self.state(pair) == .acknowledged)
    let rejections = Self.rejections(pair)
    #expect(rejections.values.allSatisfy { $0 == .outOfMemory } && rejections.count > 30)
    let there = pair.live(1)
    for (stamp, key) in written { #expect((there[key] == nil) == (rejections[stamp] != nil), "\(key)") }
    #expect(pair.live(0).count == 100)
  }

  @Test("a large value counts when it is whole, and what comes between its fragments need not wait for it")
  func large() {
    let pair = joined(outputLimit: 40_000)
    pair.settle()
    pair.set(0, "large", [UInt8](repeating: 1, count: 900_000), ring: 1)
    pair.set(0, "k", [1])
    func isFree(_ ring: Int) -> Bool {
      Self.outcomes(pair, ring: ring).state(of: pair.sides[0].rings[ring].position) == .acknowledged
    }
    var rounds = 0
    while !isFree(1), rounds < 1_000 {
      #expect(pair.live(1)["large"] == nil)
      pair.send(0)
      _ = pair.receive(1)
      let isThere = pair.live(1)["large"] != nil
      pair.send(1)
      _ = pair.receive(0)
      #expect(isFree(1) == isThere)
      rounds += 1
      if rounds == 3 { #expect(isFree(0) && !isFree(1)) }
    }
    #expect(rounds > 5 && isFree(1))
  }

  @Test("what a given up stream has lost waits for the copy that makes up for it, what comes after it does not")
  func givenUp() {
    let pair = joined(records: 8, outputLimit: 1024, bucketsPerStep: 1) { $0.initialBucketPower = 12 }
    pair.settle()
    let ring = pair.sides[0].rings[0]
    for number in 0..<200 { pair.set(0, "lost\(number)", [UInt8](repeating: 1, count: 100)) }
    let lost = ring.position
    #expect(ring.hasOverflowed && lost == 200)
    var rounds = 0
    while Self.outcomes(pair).state(of: lost) != .acknowledged, rounds < 10_000 {
      pair.now += 20_000
      round(pair)
      rounds += 1
      guard pair.sides[0].replicator.state.walk != nil, ring.isOn, rounds.isMultiple(of: 50) else { continue }
      pair.set(0, "after\(rounds)", [1])
      for _ in 0..<3 { round(pair) }
      #expect(Self.state(pair) == .acknowledged)
    }
    #expect(pair.live(1).keys.filter { $0.hasPrefix("lost") }.count == 200)
  }

  @Test("what a replaced link has lost waits for the copy of the new one")
  func replaced() {
    let pair = joined()
    pair.settle()
    pair.set(0, "k", [1])
    pair.send(0)
    pair.cut()
    #expect(Self.state(pair) == .waiting)
    pair.join()
    #expect(Self.state(pair) == .awaitsCopy)
    pair.settle()
    #expect(Self.state(pair) == .acknowledged && pair.live(1)["k"] != nil)
  }

  @Test("whose workers wait for nothing says no places, and is told of no room") func silent() {
    let pair = joined { $0.refusesWhenFull = true }
    for side in pair.sides { side.replicator.tracksOffsets = false }
    pair.settle()
    pair.set(0, "k", [1])
    pair.settle()
    #expect(Self.state(pair) == .waiting && pair.sides[1].replicator.link.processedOffset <= 1)
  }
}
