import TestSupport
import Testing

@testable import repcached_bench

@Suite("Choosing keys")
struct KeyChooserTests {
  @Test("without skew every key comes about equally often")
  func uniform() {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SplitMix(seed: seed)
    let chooser = KeyChooser(count: 10, skew: 0)
    var counts = Array(repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[Int(chooser.next(&random))] += 1 }
    #expect(counts.allSatisfy { (9400...10_600).contains($0) }, "seed \(seed)")
  }

  @Test("with skew the keys begin at 0")
  func zipf() {
    var random = SplitMix(seed: 3)
    let chooser = KeyChooser(count: 3, skew: 1)
    let chosen = Set((0..<1000).map { _ in chooser.next(&random) })
    #expect(chosen == [0, 1, 2])
  }

  @Test("the same seed gives the same keys")
  func repeatable() {
    var (a, b) = (SplitMix(seed: 9), SplitMix(seed: 9))
    let chooser = KeyChooser(count: 1_000_000, skew: 0.9)
    #expect((0..<1000).allSatisfy { _ in chooser.next(&a) == chooser.next(&b) })
  }
}
