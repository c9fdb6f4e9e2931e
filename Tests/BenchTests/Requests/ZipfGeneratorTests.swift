import Glibc
import TestSupport
import Testing

@testable import repcached_bench

@Suite("Zipf ranks")
struct ZipfGeneratorTests {
  @Test("each rank comes as often as its weight says", arguments: [0.0, 0.6, 0.99, 1.0, 1.01, 1.4, 2.0])
  func frequencies(skew: Double) {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SplitMix(seed: seed)
    let (ranks, draws) = (50, 200_000)
    let generator = ZipfGenerator(count: UInt32(ranks), skew: skew)
    var counts = Array(repeating: 0, count: ranks + 1)
    for _ in 0..<draws { counts[Int(generator.next(&random))] += 1 }
    let total = (1...ranks).reduce(0.0) { $0 + pow(Double($1), -skew) }
    #expect(counts[0] == 0)
    for rank in 1...ranks {
      let expected = Double(draws) * pow(Double(rank), -skew) / total
      // Six standard deviations: a right generator fails once in millions of runs.
      #expect(abs(Double(counts[rank]) - expected) < 6 * expected.squareRoot() + 1, "rank \(rank), seed \(seed)")
    }
  }

  @Test("one rank is always the first")
  func single() {
    var random = SplitMix(seed: 1)
    let generator = ZipfGenerator(count: 1, skew: 1)
    #expect((0..<1000).allSatisfy { _ in generator.next(&random) == 1 })
  }

  @Test("among a hundred million keys no rank is out of range, and the first is asked most")
  func many() {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SplitMix(seed: seed)
    let generator = ZipfGenerator(count: 100_000_000, skew: 1)
    var firsts = 0
    for _ in 0..<100_000 {
      let rank = generator.next(&random)
      #expect((1...100_000_000).contains(rank), "seed \(seed)")
      if rank == 1 { firsts += 1 }
    }
    // 1 of H(100 million) = 19.0
    #expect((4500...6100).contains(firsts), "seed \(seed)")
  }
}
