import TestSupport
import Testing

@testable import repcached_bench

@Suite("Value sizes")
struct ValueSizesTests {
  @Test("a plain number is the size of every value")
  func plain() throws {
    let sizes = try ValueSizes("100")
    #expect(sizes.size(of: 0) == 100 && sizes.size(of: .max) == 100)
    #expect(sizes.largest == 100)
  }

  @Test("a range is used from end to end")
  func range() throws {
    let sizes = try ValueSizes("50:20k")
    #expect(sizes.largest == 20_480)
    #expect(sizes.size(of: 0) == 50)
    #expect(sizes.size(of: 0xffff_ffff) == 20_480)
  }

  @Test("weights decide how often a size is taken")
  func weights() throws {
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SplitMix(seed: seed)
    let sizes = try ValueSizes("100=70,1k=25,5k:10k=5")
    var counts = [0, 0, 0]
    for _ in 0..<100_000 {
      let size = sizes.size(of: random.next())
      counts[size == 100 ? 0 : size == 1024 ? 1 : 2] += 1
    }
    #expect((69_000...71_000).contains(counts[0]), "seed \(seed)")
    #expect((24_000...26_000).contains(counts[1]), "seed \(seed)")
    #expect((4_500...5_500).contains(counts[2]), "seed \(seed)")
  }

  @Test(
    "what is no size is refused",
    arguments: [
      "", "x", "-1", "10:5", "10=", "10=0", "10=-1", "10=inf", "10,", "2000m", "99999999999999999999", "1.5k",
    ])
  func refused(text: String) {
    #expect(throws: OptionError.self) { try ValueSizes(text) }
  }

  @Test("k and m are powers of 1024")
  func scales() throws {
    #expect(try ByteCount.read("20k") == 20_480)
    #expect(try ByteCount.read("1M") == 1_048_576)
  }
}
