import Testing

@testable import ItemStore
@testable import Replication

/// Rules that random runs show seldom or never: without them a schedule goes wrong that goes right with them.
@Suite struct PairSceneTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let tells: String
    let rule: PairRules
    let script: String
    var room: Int?
    var hasThird = false

    var testDescription: String { tells }
  }

  private static let linked = PairScene.linked

  static let examples = [
    Example(
      tells: "had at the fence: a watermark of B's waits for a change in its ring, meanwhile B takes A's delete",
      rule: .hadAtTheFence, script: linked + "Bset Bm Bset Adel As Am Ball Bs Bm Aall Bs Aall"),
    Example(
      tells: "evicted by settled: B's old change is in its ring, B takes A's newer one and acknowledges, A evicts it",
      rule: .evictedBySettled, script: linked + "Bset Aset As Am Ball Ba Aall Aevict Bs Aall"),
    Example(
      tells: "drained copy: B copies again while an old change is in its ring, A forgets its delete at the copy's end",
      rule: .drainedCopy, script: linked + "Bset Adel As Am Ball Agive Ac Ball Bc Aall Bs Aall", room: 0),
    Example(
      tells: "epoch: C gives A an older k1 than B's watermark of A, A's next copy must tell it to B", rule: .epoch,
      script: "Cset:1 " + linked + "Acut Cjoin Cc Aall Ccut Ajoin", hasThird: true),
    Example(
      tells: "other node: A and B have deleted and forgotten k0, C comes with an old one", rule: .otherNode,
      script: "Cset " + linked + "Adel As Am Ball Bm Aall Am Ball Acut Cjoin Cc Aall", hasThird: true),
    Example(
      tells: "other node: what was pushed out and has settled is forgotten too", rule: .otherNode,
      script: "Cset " + linked + "Adel As Am Ball Bm Aall Am Ball Acut Cjoin Cc Aall", room: 0, hasThird: true),
    Example(
      tells: "other epoch: B, booted again, meets C, which has an old k0, and then A", rule: .otherEpoch,
      script: "Cset " + linked + "Adel As Am Ball Bm Aall Am Ball Bcrash Ajoin Ball Ac Bc Aall Ball Bm Aall Am Ball "
        + "Acut Bjoin:C Cc Ball Bcut Ajoin Bc Aall", hasThird: true),
    Example(
      tells: "walked places: what B has been copied changes while the link is cut", rule: .walkedPlaces,
      script: "Aset Aset:1 Ajoin Awalk Ball Acut Aset Aset:1 Ajoin"),
    Example(
      tells: "from zero is not resumed: B's copy told k0 and was cut; apart, A deletes k0 and pushes it out",
      rule: .fromZeroIsNotResumed, script: linked + "Acut Bset Ajoin Ball Bwalk Aall Acut Adel Ajoin", room: 0),
  ]

  private func run(_ example: Example, without rule: PairRules = []) -> (fault: String?, live: [String: Pair.Held]) {
    var scene = PairScene(room: example.room, hasThird: example.hasThird, without: rule)
    scene.play(example.script)
    let fault = scene.finish()
    return (fault, scene.pair.live(0))
  }

  @Test("a schedule goes right with all rules, and wrong without its own", arguments: examples)
  func isNeeded(example: Example) {
    let whole = run(example)
    #expect(whole.fault == nil)
    let without = run(example, without: example.rule)
    #expect(without.fault != nil || without.live != whole.live)
    print("\(example.tells): \(without.fault ?? "\(without.live) instead of \(whole.live)")")
  }

  // MARK: What stands at a moment

  private func tombstonesOfA(_ script: String, without rule: PairRules = []) -> Int {
    var scene = PairScene(without: rule)
    scene.play(PairScene.linked + script)
    return scene.pair.sides[0].store.tombstoneCount
  }

  @Test(
    "fence: B's watermark has passed A's delete and B has it, but what B wrote before it took that may be on its way")
  func fence() {
    let script = "Adel Bset:1 Bs Bm Aall As Am Ball Ba Aall"
    #expect(tombstonesOfA(script) == 1 && tombstonesOfA(script, without: .fence) == 0)
    #expect(tombstonesOfA(script + " Bm Aall") == 0, "a watermark with a fence behind it")
  }

  /// k0 is deleted and pushed out on A; B's copy offers it, and B publishes a watermark.
  private func hasHorizon(_ script: String, without rule: PairRules = []) -> Bool {
    var scene = PairScene(room: 0, without: rule)
    scene.play(PairScene.linked + "Acut Adel Ajoin Ball Ac Ball Bc " + script)
    return scene.pair.sides[0].store.purgedThrough != .zero
  }

  @Test("a copy that was on its way when the link was cut is resumed where its receiver says, not where its sender was")
  func receiversCursor() {
    var scene = PairScene()
    scene.play("Aset Aset:1 Ajoin Awalk Awalk Acut Ajoin")
    let fault = scene.finish()
    #expect(fault == nil)
    #expect(scene.pair.live(1).keys.sorted() == ["k0", "k1"])
  }

  @Test("fenced refusals: an acknowledgement confirms none, a watermark does whose fence has seen it")
  func fencedRefusals() {
    let script = "Bm Aall Ball Ba Aall"
    #expect(hasHorizon(script))
    #expect(!hasHorizon(script + " Bm Aall"))
  }

  @Test(
    "refusals at the fence: one that B receives while its watermark waits for a ring is not confirmed by that watermark"
  )
  func refusalsAtTheFence() {
    let script = "Bset:1 Bm Aall Ball Bs:0 Bm Aall"
    #expect(hasHorizon(script) && !hasHorizon(script, without: .refusalsAtTheFence))
    #expect(!hasHorizon(script + " Bm Aall"))
  }

  // MARK: Quiet

  @Test("a pair that is left alone says no more, and has no tombstone and no horizon left")
  func quiet() {
    for room in [nil, 0] {
      var scene = PairScene(room: room)
      scene.play(PairScene.linked + "Acut Adel Bset:1 Ajoin")
      let fault = scene.finish()
      #expect(fault == nil)
      let said = scene.pair.sides.map(\.sentBytes)
      for index in [0, 1, 0, 1] {
        scene.pair.send(index)
        _ = scene.pair.receive(1 - index)
      }
      #expect(scene.pair.sides.map(\.sentBytes) == said)
    }
  }

  @Test("one write costs two watermarks and an acknowledgement each way, at most")
  func watermarksOfAWrite() {
    let pair = Pair()
    pair.join()
    pair.settle()
    let before = pair.sides.map(\.sentBytes)
    pair.set(0, "k", [1])
    pair.settle()
    let watermark = WireSamples.bytes { FrameEncoder.watermark(.none, into: &$0) }.count
    let acknowledgement = WireSamples.bytes {
      FrameEncoder.acknowledgement(receivedThrough: .zero, refusalsSeen: 0, into: &$0)
    }.count
    let record = FrameEncoder.recordCount(WireSamples.head, keyCount: 1, valueCount: 1)
    #expect(pair.sides[0].sentBytes - before[0] == record + 2 * watermark + acknowledgement)
    #expect(pair.sides[1].sentBytes - before[1] == watermark + acknowledgement)
  }
}
