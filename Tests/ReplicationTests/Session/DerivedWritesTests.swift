import Testing

@testable import ItemStore
@testable import Replication

/// Why the order of states needs three stamps: each schedule goes right by the rules, and wrong without one of them.
/// The rules are those of docs/spec/rules.py of the same names.
@Suite struct DerivedWritesTests {
  /// Two that hold the number 5 under k, freshly written on the first.
  private func pair(without rule: PairRules, room: Int? = nil) -> Pair {
    let pair = Pair {
      $0.tombstoneLimit = room
      $0.rules = PairRules.all.subtracting(rule)
    }
    pair.join()
    pair.settle()
    pair.set(0, "k", [UInt8(ascii: "5")])
    pair.settle()
    #expect(pair.live(1)["k"] == pair.live(0)["k"] && pair.live(0).count == 1)
    return pair
  }

  private func later(_ pair: Pair) { pair.now += 2 * PairSimulation.tick }

  private func values(_ pair: Pair) -> [[UInt8]?] { [0, 1].map { pair.live($0)["k"]?.value } }

  /// What is derived from a value, on the second side.
  struct Derived: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable (Pair) -> Void
  }

  static let derived = [
    Derived(testDescription: "incr") { $0.increment(1, "k") },
    Derived(testDescription: "append") { $0.append(1, "k", [1]) },
    Derived(testDescription: "prepend") { $0.append(1, "k", [1], mode: .prepend) },
    Derived(testDescription: "append of a large value") {
      $0.append(1, "k", [UInt8](repeating: 1, count: 100_000))
    },
    Derived(testDescription: "cas") { $0.compareAndSwap(1, "k", [1]) },
    Derived(testDescription: "touch") { $0.touch(1, "k") },
  ]

  @Test(
    "order: a delete that the other side has not heard of is not undone by what that derives",
    arguments: derived)
  func deleted(command: Derived) {
    for rule in [[], PairRules.order] {
      let pair = pair(without: rule)
      pair.delete(0, "k")
      later(pair)
      command.run(pair)
      pair.settle()
      #expect(pair.live(0) == pair.live(1) && pair.live(0).isEmpty == (rule == []))
    }
  }

  @Test(
    "order: nor is a set lost to what is derived from the value that it replaced",
    arguments: derived)
  func replaced(command: Derived) {
    for rule in [[], PairRules.order] {
      let pair = pair(without: rule)
      pair.set(0, "k", [9])
      later(pair)
      command.run(pair)
      pair.settle()
      #expect(pair.live(0) == pair.live(1) && (pair.live(0)["k"]?.value == [9]) == (rule == []))
    }
  }

  @Test(
    "floor by fresh: what a flush has removed does not live on by what is derived from it",
    arguments: derived)
  func flushed(command: Derived) {
    for rule in [[], PairRules.floorByFresh] {
      let pair = pair(without: rule)
      pair.flush(0)
      later(pair)
      command.run(pair)
      pair.settle()
      #expect(pair.live(0) == pair.live(1) && pair.live(0).isEmpty == (rule == []))
    }
  }

  @Test("refused by fresh: nor does a delete that was pushed out", arguments: derived)
  func pushedOut(command: Derived) {
    for rule in [[], PairRules.refusedByFresh] {
      let pair = pair(without: rule, room: 0)
      pair.cut()
      pair.delete(0, "k")
      pair.sides[0].store.trimTombstones()
      later(pair)
      command.run(pair)
      pair.join()
      pair.settle()
      #expect(pair.live(0) == pair.live(1) && pair.live(0).isEmpty == (rule == []))
    }
  }

  @Test(
    "tombstone by fresh: a counter that is written faster than refusals come back is not refused for ever"
  )
  func refusedAgain() {
    for rule in [[], PairRules.tombstoneByFresh] {
      let pair = pair(without: rule, room: 0)
      pair.cut()
      pair.delete(0, "k")
      pair.sides[0].store.trimTombstones()
      pair.join()
      for _ in 0..<50 {
        later(pair)
        pair.increment(1, "k")
        pair.send(1)
        _ = pair.receive(0)
        later(pair)
        pair.increment(1, "k")
        pair.send(0)
        _ = pair.receive(1)
      }
      let refusals = pair.sides[0].replicator.counters.refusals
      #expect(rule == [] ? refusals <= 3 : refusals >= 50, "\(refusals) refusals")
      pair.settle()
      #expect(values(pair) == [nil, nil] || rule != [])
    }
  }

  @Test(
    "evicted keeps its three: an older change of what was evicted, on its way, does not take its place"
  )
  func evicted() throws {
    for rule in [[], PairRules.evictedKeepsItsThree] {
      let pair = pair(without: rule)
      pair.increment(1, "k")
      later(pair)
      pair.append(0, "k", [UInt8(ascii: "0")])
      pair.evict(0, "k")
      pair.settle()
      let there = try #require(pair.live(1)["k"])
      #expect(there.value == [UInt8]("50".utf8))
      let here = pair.live(0)["k"]
      #expect(rule == [] ? here == nil : here?.value == [UInt8]("6".utf8))
    }
  }

  @Test(
    "both show the same cas unique of what was derived and touched, and a cas by it succeeds on either",
    arguments: 0...1)
  func uniques(side: Int) throws {
    let pair = pair(without: [])
    for step in 0..<20 {
      later(pair)
      switch step % 4 {
      case 0: pair.increment(side, "k")
      case 1: pair.touch(1 - side, "k", expiresAt: 5000)
      case 2: pair.append(1 - side, "k", [UInt8(ascii: "1")])
      default: pair.compareAndSwap(side, "k", [UInt8]("\(step)".utf8))
      }
      pair.settle()
      let held = try #require(pair.live(0)["k"])
      #expect(held == pair.live(1)["k"])
      #expect(step % 4 == 1 ? held.changed < held.stamp : held.changed == held.stamp)
    }
  }
}
