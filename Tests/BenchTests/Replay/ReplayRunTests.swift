import Platform
import Testing

@testable import repcached_bench

@Suite("Replays against memcached", .serialized)
struct ReplayRunTests {
  private static let shape = TraceShape(
    keyCount: 500, skew: 0.8, requestCount: 5000, scanEvery: 1700, shiftEvery: nil, seed: 3)

  private func plan(
    trace: Trace = .synthetic(shape), depth: Int = 64, lifetimes: [UInt32] = [0], warmup: UInt64 = 0,
    sizes: String = "0:300"
  ) throws
    -> ReplayPlan
  {
    ReplayPlan(
      trace: trace, keys: KeyMaker(length: 12, prefix: "t"), values: ValueMaker(sizes: try ValueSizes(sizes)),
      lifetimes: lifetimes, warmup: warmup, rate: nil, depth: depth)
  }

  private func replay(_ plan: ReplayPlan, _ server: Memcached) throws -> ReplayCounts {
    var run = try ReplayRun.make(plan, over: try Socket.connect(to: server.address))
    return try run.run { _ in }
  }

  @Test("where everything fits each key misses once, however many are asked for at once", arguments: [1, 7, 64, 6000])
  func everythingFits(depth: Int) throws {
    var source = TraceSource(Self.shape)
    var keys: Set<UInt32> = []
    while let key = source.next() { keys.insert(key) }
    let counts = try replay(try plan(depth: depth), try Memcached())
    #expect(counts.requests == 5000 && counts.misses == UInt64(keys.count) && counts.sets <= counts.misses)
    #expect(counts.wrong == 0 && counts.refused == 0)
  }

  @Test("of a recorded trace every request is made, by the numbers that it has")
  func recorded() throws {
    let trace: [UInt32] = [7, 9, 7, .max, 9, 0, 7]
    let counts = try replay(try plan(trace: .recorded(trace), depth: 2, warmup: 1), try Memcached())
    #expect(counts.requests == 6 && counts.misses == 3 && counts.sets == 4 && counts.wrong == 0)
  }

  @Test("what comes before the warm-up has ended is not counted")
  func warmup() throws {
    let counts = try replay(try plan(warmup: 3500), try Memcached())
    #expect(counts.requests == 1500 && counts.misses == 0)
  }

  @Test("a server that refuses to store is asked on, and every refusal is counted")
  func refused() throws {
    var shape = Self.shape
    shape.requestCount = 50
    let counts = try replay(try plan(trace: .synthetic(shape), depth: 1, sizes: "1100k"), try Memcached())
    #expect(counts.requests == 50 && counts.misses == 50 && counts.sets == 49 && counts.refused == 49, "\(counts)")
  }

  @Test("each key has one of the lifetimes, as many keys each")
  func lifetimes() throws {
    let plan = try plan(lifetimes: [0, 5, 60])
    let drawn = (0..<3000).map { plan.lifetime($0) }
    for lifetime: UInt32 in [0, 5, 60] { #expect(abs(drawn.count { $0 == lifetime } - 1000) < 100) }
    #expect(drawn == (0..<3000).map { plan.lifetime($0) })
  }
}
