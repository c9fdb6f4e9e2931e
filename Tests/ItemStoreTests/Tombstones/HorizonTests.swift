import TestSupport
import Testing

@testable import ItemStore

@Suite("What was forgotten")
struct HorizonTests {
  private func hash(_ number: Int) -> UInt64 { BloomFilterTests.hash("\(number)") }
  private func stamp(_ value: Int) -> Stamp { Stamp(rawValue: UInt64(value)) }

  /// As of `-m 64`.
  private func usual(without rule: PairRules = []) throws -> Horizon {
    try Horizon(bitCount: 8 << 20, rules: PairRules.all.subtracting(rule))
  }

  private func small(without rule: PairRules = []) throws -> Horizon {
    try Horizon(bitCount: 32 * 160, rules: PairRules.all.subtracting(rule))
  }

  // MARK: Whom it covers

  @Test("Keys that were purged are covered up to the greatest stamp of all, others are not")
  func covered() throws {
    let horizon = try usual()
    #expect(
      horizon.purge(hash(1), stamp(10)) && !horizon.purge(hash(2), stamp(5)) && horizon.purgedThrough == stamp(10))
    #expect(horizon.covers(hash(1), stamp(10)) && horizon.covers(hash(2), stamp(10)))
    #expect(!horizon.covers(hash(1), stamp(11)) && !horizon.covers(hash(3), stamp(1)))
  }

  @Test("800,000 keys forgotten by 64 MB: all are covered, and of others at most 1%, whatever was purged before")
  func mistakes() throws {
    for before in [0, 20_000] {
      let horizon = try usual()
      for number in 0..<before { _ = horizon.purge(hash(-1 - number), stamp(1)) }
      if before > 0 { horizon.settle(upTo: .zero, refusalsConfirmed: 0) }
      for number in before..<800_000 { _ = horizon.purge(hash(number), stamp(number + 1)) }
      let covered = (before..<800_000).allSatisfy { horizon.covers(hash($0), stamp(1)) }
      let mistaken = (800_000..<1_000_000).count { horizon.covers(hash($0), stamp(1)) }
      print("horizon: \(Double(mistaken) / 2000)% of keys are covered by mistake")
      #expect(covered && mistaken <= 2000)
    }
  }

  @Test("Three times as many are covered as well, and others more often")
  func coarser() throws {
    let horizon = try usual()
    for number in 0..<2_400_000 { _ = horizon.purge(hash(number), stamp(number + 1)) }
    let covered = (0..<2_400_000).allSatisfy { horizon.covers(hash($0), stamp(1)) }
    let mistaken = (2_400_000..<2_500_000).count { horizon.covers(hash($0), stamp(1)) }
    #expect(covered && mistaken > 10_000)
  }

  @Test("Without the filter every key is covered")
  func isFilterAGain() throws {
    let horizon = try usual(without: .filter)
    _ = horizon.purge(hash(1), stamp(10))
    #expect(horizon.covers(hash(2), stamp(10)) && !horizon.covers(hash(2), stamp(11)))
  }

  // MARK: When it falls

  @Test("It falls when what has settled has passed it, not before")
  func settled() throws {
    for isRuled in [true, false] {
      let horizon = try small(without: isRuled ? [] : .settledHorizon)
      _ = horizon.purge(hash(1), stamp(10))
      horizon.settle(upTo: stamp(9), refusalsConfirmed: 0)
      #expect(horizon.covers(hash(1), stamp(10)) == isRuled)
      horizon.settle(upTo: stamp(10), refusalsConfirmed: 0)
      #expect(horizon.purgedThrough == .zero && !horizon.covers(hash(1), stamp(1)))
      _ = horizon.purge(hash(2), stamp(20))
      #expect(!horizon.covers(hash(1), stamp(10)) && horizon.covers(hash(2), stamp(10)))
    }
  }

  @Test("It stands until each refusal that it was a reason for is confirmed, and no longer for those of others")
  func refusals() throws {
    let horizon = try small()
    _ = horizon.purge(hash(1), stamp(10))
    horizon.noteRefusal(hash(1), stamp(4), number: 7)
    horizon.noteRefusal(hash(2), stamp(4), number: 8)
    horizon.noteRefusal(hash(1), stamp(11), number: 9)
    horizon.settle(upTo: stamp(10), refusalsConfirmed: 6)
    #expect(horizon.purgedThrough == stamp(10))
    horizon.settle(upTo: stamp(10), refusalsConfirmed: 7)
    #expect(horizon.purgedThrough == .zero)
    _ = horizon.purge(hash(1), stamp(20))
    horizon.noteRefusal(hash(1), stamp(4), number: 12)
    horizon.forgetRefusals()
    horizon.settle(upTo: stamp(20), refusalsConfirmed: 0)
    #expect(horizon.purgedThrough == .zero)
  }

  @Test("Keys purged all the time, each settled a little later: with two generations few are covered, with one all")
  func endless() throws {
    for isRuled in [true, false] {
      let horizon = try small(without: isRuled ? [] : .twoGenerations)
      var most = 0
      for number in 1...20_000 {
        _ = horizon.purge(hash(number), stamp(number))
        for recent in max(1, number - 3)...number { #expect(horizon.covers(hash(recent), stamp(recent))) }
        horizon.settle(upTo: stamp(max(0, number - 4)), refusalsConfirmed: 0)
        guard number % 1000 == 0 else { continue }
        most = max(most, (30_000..<31_000).count { horizon.covers(hash($0), stamp(1)) })
      }
      print("endless, \(isRuled ? "two generations" : "one"): \(most) of 1,000 covered by mistake")
      #expect(isRuled ? most < 30 : most > 900)
    }
  }

  @Test("What is covered stays covered until its generation has fallen, however they turn and fill", arguments: 0..<20)
  func steady(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let horizon = try Horizon(bitCount: 32 * (16 + random.below(200)), rules: .all)
    var pushed: [Int: Int] = [:]
    var settled = 0
    var (covered, confirmed): ([Int: Int], Int) = ([:], 0)
    for step in 1..<6000 {
      if random.below(step % 2000 < 1000 ? 2 : 20) == 0 {
        let key = random.below(1000)
        _ = horizon.purge(hash(key), stamp(step))
        pushed[key] = step
      }
      let key = random.below(1200)
      if horizon.covers(hash(key), stamp(1)) {
        horizon.noteRefusal(hash(key), stamp(1), number: UInt64(step))
        covered[key] = step
      } else {
        #expect(covered[key] ?? 0 <= confirmed, "seed \(seed), step \(step): a yes after a no")
        #expect(pushed[key] ?? 0 <= settled, "seed \(seed), step \(step): forgotten")
      }
      if random.below(50) == 0 { settled = max(settled, step - random.below(1000)) }
      if random.below(30) == 0 { confirmed = max(confirmed, step - random.below(200)) }
      horizon.settle(upTo: stamp(settled), refusalsConfirmed: UInt64(confirmed))
    }
  }

  // MARK: Another node

  @Test("At another node what had settled is covered, and its filter tells by key; it falls like the others")
  func another() throws {
    for isRuled in [true, false] {
      let horizon = try usual(without: isRuled ? [] : .settledFilter)
      horizon.noteSettled(hash(1), stamp(10))
      #expect(horizon.purgedThrough == .zero && !horizon.covers(hash(1), stamp(1)))
      #expect(horizon.meet(.numbered(1)).raised && horizon.purgedThrough == stamp(10))
      #expect(horizon.covers(hash(1), stamp(10)) && !horizon.covers(hash(1), stamp(11)))
      #expect(horizon.covers(hash(2), stamp(10)) != isRuled)
      horizon.noteRefusal(hash(1), stamp(4), number: 3)
      horizon.settle(upTo: stamp(10), refusalsConfirmed: 2)
      #expect(horizon.purgedThrough == stamp(10))
      horizon.settle(upTo: stamp(10), refusalsConfirmed: 3)
      #expect(horizon.purgedThrough == .zero)
      #expect(horizon.meet(.numbered(2)).raised && horizon.covers(hash(1), stamp(10)))
    }
  }

  @Test("So is what was purged, when its generation has fallen")
  func purged() throws {
    for isRuled in [true, false] {
      let horizon = try usual(without: isRuled ? [] : .pushedOutIsForgotten)
      _ = horizon.purge(hash(1), stamp(10))
      horizon.settle(upTo: stamp(10), refusalsConfirmed: 0)
      _ = horizon.meet(.numbered(3))
      #expect(horizon.covers(hash(1), stamp(10)) == isRuled)
    }
  }

  @Test("The filter of what has settled, full, covers every key and no stamp above")
  func settledIsFull() throws {
    let horizon = try small()
    for number in 1...1000 { horizon.noteSettled(hash(number), stamp(number)) }
    _ = horizon.meet(.numbered(4))
    #expect(
      (2000..<3000).allSatisfy { horizon.covers(hash($0), stamp(1000)) && !horizon.covers(hash($0), stamp(1001)) })
  }

  @Test(
    "What has settled with a partner is not covered when it is back under its name, but what settled with another is")
  func partnerAgain() throws {
    for isRuled in [true, false] {
      let horizon = try usual(without: isRuled ? [] : .settledWithPartner)
      #expect(!horizon.meet(.numbered(1)).raised)
      horizon.noteSettled(hash(1), stamp(10))
      #expect(horizon.meet(.numbered(2)).raised && horizon.covers(hash(1), stamp(10)))
      horizon.noteSettled(hash(2), stamp(20))
      #expect(horizon.meet(.numbered(1)).raised && horizon.purgedThrough == stamp(20))
      #expect(horizon.covers(hash(1), stamp(10)) != isRuled && horizon.covers(hash(2), stamp(20)))
    }
  }

  @Test("What was purged is covered whoever comes, and so is what settled with a partner that changed its name")
  func pushedOutForAll() throws {
    let horizon = try usual()
    _ = horizon.meet(.numbered(1))
    _ = horizon.purge(hash(1), stamp(10))
    horizon.noteSettled(hash(2), stamp(10))
    horizon.settle(upTo: stamp(10), refusalsConfirmed: 0)
    for partner: UInt64 in [2, 1] {
      #expect(horizon.meet(.numbered(partner)).isOther && horizon.covers(hash(1), stamp(10)))
    }
    #expect(!horizon.covers(hash(2), stamp(10)))
    #expect(horizon.meet(.numbered(1, epoch: 1)).isOther && horizon.covers(hash(2), stamp(10)))
  }

  @Test("Somebody without a name has settled nothing with anyone")
  func unnamed() throws {
    let horizon = try usual()
    _ = horizon.meet(.numbered(1))
    horizon.noteSettled(hash(1), stamp(10))
    horizon.meetUnknownPeer()
    horizon.noteSettled(hash(2), stamp(20))
    #expect(horizon.meet(.numbered(1)).raised)
    #expect(!horizon.covers(hash(1), stamp(10)) && horizon.covers(hash(2), stamp(20)))
  }
}
