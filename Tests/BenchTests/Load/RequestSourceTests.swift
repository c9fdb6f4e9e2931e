import TestSupport
import Testing

@testable import repcached_bench

@Suite("What to ask next")
struct RequestSourceTests {
  @Test("a number of requests is given out exactly")
  func requests() throws {
    let workload = try Workload.sample()
    var source = RequestSource(goal: .requests(10), seed: 1)
    var given = 0
    while !source.isExhausted(at: 0) {
      let count = source.take(4, at: 0)
      for _ in 0..<count { _ = source.nextKind(workload) }
      given += count
    }
    #expect(given == 10)
    #expect(source.take(1, at: 0) == 0)
  }

  @Test("filling sets each key of the range once, in order")
  func fill() throws {
    let workload = try Workload.sample()
    var source = RequestSource(goal: .fill(10..<15), seed: 1)
    var keys: [UInt32] = []
    while source.take(1, at: 0) > 0 {
      #expect(source.nextKind(workload) == .set)
      keys.append(source.nextKey(workload))
    }
    #expect(keys == [10, 11, 12, 13, 14])
  }

  @Test("until a moment requests go out before it and not at it")
  func until() {
    let source = RequestSource(goal: .until(100), seed: 1)
    #expect(source.take(5, at: 99) == 5)
    #expect(source.take(5, at: 100) == 0)
    #expect(source.isExhausted(at: 100))
  }

  @Test("gets and sets come in the shares asked for")
  func mix() throws {
    let seed = TestSeeds.first
    print("seed \(seed)")
    let workload = try Workload.sample(getShare: UInt64(0.9 * 0x1p32))
    var source = RequestSource(goal: .until(1), seed: seed)
    let gets = (0..<100_000).reduce(0) { count, _ in count + (source.nextKind(workload) == .get ? 1 : 0) }
    #expect((89_400...90_600).contains(gets), "seed \(seed)")
  }
}
