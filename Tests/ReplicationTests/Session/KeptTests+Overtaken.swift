import ItemStore
import Testing

@testable import Replication

/// What both sides have written at the same moment (docs/spec: `overtaken`).
extension KeptTests {
  /// Each writes the key, and neither can know of the other.
  private func crossed(_ pair: Pair) -> (first: Stamp, second: Stamp) {
    let stamps = (pair.set(0, "k", [1]), pair.set(1, "k", [2]))
    round(pair)
    round(pair)
    return stamps
  }

  @Test("of two written at the same moment the one that counts on neither side is told before it is acknowledged")
  func overtaken() {
    let pair = joined()
    pair.settle()
    let stamps = crossed(pair)
    #expect(Self.state(pair) == .acknowledged && Self.rejections(pair) == [stamps.first: .overtaken])
    pair.settle()
    #expect(pair.live(0)["k"]?.value == [2] && pair.live(1)["k"]?.value == [2])
    var other: [Stamp] = []
    Self.outcomes(pair, 1).takeRejections { stamp, _ in other.append(stamp) }
    #expect(other.isEmpty, "what counts is not told to be overtaken")
  }

  @Test("an add is overtaken as soon as the other one comes, though what it wrote was never sent")
  func overtakenUnsent() {
    let pair = joined()
    pair.settle()
    let stamp = pair.add(0, "k", [1])
    #expect(pair.add(1, "k", [2]) != nil)
    pair.send(1)
    _ = pair.receive(0)
    #expect(Self.rejections(pair) == stamp.map { [$0: .overtaken] })
  }

  @Test("so is an add that was touched and counted before it was sent: one frame stands for all three")
  func overtakenDerived() throws {
    let pair = joined()
    pair.settle()
    let stamp = try #require(pair.add(0, "k", [UInt8(ascii: "1")]))
    pair.increment(0, "k")
    pair.touch(0, "k")
    #expect(pair.add(1, "k", [2]) != nil)
    round(pair)
    round(pair)
    let rejections = Self.rejections(pair)
    #expect(rejections[stamp] == .overtaken && rejections.count == 3)
  }

  @Test(
    "so is a large one that another worker has touched, and whose own record was passed over for that of the touch",
    arguments: [0, 1])
  func overtakenTouched(ring: Int) throws {
    let pair = joined(outputLimit: 1024)
    pair.settle()
    let large = [UInt8](repeating: 1, count: FrameLimits.value + 1)
    let stamp = try #require(pair.add(0, "k", large, ring: ring))
    pair.set(0, "before it", large, ring: 1 - ring)
    pair.touch(0, "k", ring: 1 - ring)
    #expect(pair.add(1, "k", [2]) != nil)
    pair.send(0)
    pair.send(1)
    _ = pair.receive(0)
    #expect(Self.rejections(pair) == [stamp: .overtaken])
  }

  @Test("so is one whose record was lost with a stream that was given up, until the copy has told of it")
  func overtakenLost() throws {
    let pair = joined()
    pair.settle()
    let stamp = try #require(pair.add(0, "k", [1]))
    pair.sides[0].replicator.giveUpStream()
    #expect(pair.add(1, "k", [2]) != nil)
    pair.send(1)
    _ = pair.receive(0)
    #expect(Self.rejections(pair) == [stamp: .overtaken])
  }

  @Test("an add that the peer refuses is overtaken, whatever has taken its place here: who deleted it knew nothing")
  func overtakenRefused() throws {
    let pair = joined { $0.tombstoneLimit = 24 }
    pair.settle()
    let stamp = try #require(pair.add(0, "k", [1]))
    #expect(pair.add(1, "k", [2]) != nil)
    pair.delete(1, "k")
    // It pushes the tombstone out.
    pair.delete(1, "a")
    pair.delete(1, "b")
    pair.send(0)
    pair.send(1)
    _ = pair.receive(0)
    _ = pair.receive(1)
    pair.settle()
    #expect(Self.rejections(pair)[stamp] == .overtaken)
  }

  @Test("without the rule both of two adds are answered as done")
  func overtakenUnruled() {
    let pair = joined { $0.rules = .all.subtracting(.overtaken) }
    pair.settle()
    _ = crossed(pair)
    pair.settle()
    #expect(Self.rejections(pair) == [:])
  }

  @Test("what is written over a value that is known has overtaken nothing")
  func known() {
    let pair = joined()
    pair.settle()
    pair.set(0, "k", [1])
    pair.send(0)
    _ = pair.receive(1)
    pair.set(1, "k", [2])
    pair.set(0, "other", [1])
    pair.settle()
    #expect(Self.rejections(pair) == [:])
  }

  @Test("however adds and frames of both sides follow each other, of all who added a key one was not overtaken")
  func adds() {
    var races = 0
    for seed in 0..<40 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let pair = joined()
      pair.settle()
      var added: [String: [Stamp]] = [:]
      for _ in 0..<400 {
        let index = Int(random.next() % 2)
        switch random.next() % 4 {
        case 0: pair.send(index)
        case 1: _ = pair.receive(index)
        default:
          let key = "k\(random.next() % 60)"
          let stamp = pair.add(index, key, [UInt8(index)], ring: Int(random.next() % 2))
          if let stamp { added[key, default: []].append(stamp) }
        }
      }
      pair.settle()
      var overtaken: Set<Stamp> = []
      for index in 0...1 {
        for ring in 0...1 {
          Self.outcomes(pair, index, ring: ring).takeRejections { stamp, _ in overtaken.insert(stamp) }
        }
      }
      for (key, stamps) in added {
        #expect(stamps.filter { !overtaken.contains($0) }.count == 1, "seed \(seed): \(key), \(stamps)")
      }
      races += added.count { $0.value.count == 2 }
    }
    #expect(races > 50)
  }

  @Test("a peer that does not know of it, or asks for nothing, is not told")
  func overtakenUntold() {
    let pair = joined()
    pair.cut()
    pair.join(without: .overtaken)
    pair.settle()
    _ = crossed(pair)
    #expect(Self.state(pair) == .acknowledged && Self.rejections(pair) == [:])
  }
}
