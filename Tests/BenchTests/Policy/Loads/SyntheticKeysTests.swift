import Testing

@testable import repcached_bench

@Suite("Synthetic sequences of keys")
struct SyntheticKeysTests {
  private func keys(seed: UInt64 = 1, _ fill: (inout SyntheticKeys) -> Void) -> [Int32] {
    SyntheticKeys.make(seed: seed, fill)
  }

  @Test("are the same for the same seed, and others for another")
  func repeatable() {
    let few = ZipfGenerator(count: 100, skew: 1)
    let fills: [(inout SyntheticKeys) -> Void] = [
      { $0.zipf(few, requests: 900) }, { $0.shifts(few, keyCount: 100, every: 300, times: 3) },
      { $0.recency(requests: 900) }, { $0.files(few, requests: 900) }, { $0.blocks(few, requests: 900) },
      { $0.twiceAtOnce(requests: 900) }, { $0.news(requests: 900) }, { $0.bigLoop(few, requests: 900) },
      { $0.phases(few, keyCount: 4000, requests: 900) },
    ]
    for (number, fill) in fills.enumerated() {
      #expect(keys(fill).count >= 900 && keys(fill) == keys(fill), "\(number)")
      #expect(keys(fill) != keys(seed: 2, fill), "\(number)")
    }
  }

  @Test("a scan asks for every key once")
  func scan() {
    let keys = keys { $0.scan(1000) }
    #expect(keys.sorted() == Array(0..<1000))
  }

  @Test("of those that come twice at once none comes again")
  func twice() {
    let keys = keys { $0.twiceAtOnce(requests: 1000) }
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 == $1 || $0 + 1 == $1 })
    let twice = zip(keys, keys.dropFirst()).count { $0 == $1 }
    #expect(twice > 250 && twice < 420)
  }

  @Test("a loop goes round in its order, beside what is popular")
  func loop() {
    let all = keys { $0.bigLoop(ZipfGenerator(count: 30_000, skew: 0.8), requests: 60_000) }
    let loop = all.filter { $0 >= 30_000 }
    #expect(loop.count > 22_000 && loop.enumerated().allSatisfy { $1 == Int32(30_000 + $0 % 20_000) })
  }
}
