import Testing

@testable import Replication

@Suite struct AdaptivePollingTests {
  private let nap: UInt64 = 1_000_000

  /// How many naps are taken before it sleeps.
  private func naps(_ rest: inout AdaptivePolling) -> Int {
    var count = 0
    while rest.takePoll() { count += 1 }
    return count
  }

  @Test("changes that come one by one let it sleep after each: no nap")
  func oneByOne() {
    var rest = AdaptivePolling(interval: nap)
    for time in stride(from: UInt64(1_000_000_000), to: 3_000_000_000, by: 20_000_000) {
      rest.noteStreamed(now: time)
      #expect(naps(&rest) == 0)
    }
  }

  @Test("changes that follow closely are taken in by naps, and after two in vain it sleeps")
  func closely() {
    var rest = AdaptivePolling(interval: nap)
    var time: UInt64 = 1_000_000_000
    rest.noteStreamed(now: time)
    for _ in 0..<100 {
      time += nap
      rest.noteStreamed(now: time)
      let naps = rest.takePoll()
      #expect(naps)
    }
    #expect(naps(&rest) == 1)
    // One that comes late finds it asleep, and does not keep it awake.
    rest.noteStreamed(now: time + 3 * nap)
    #expect(naps(&rest) == 0)
  }

  @Test("without a link it sleeps")
  func reset() {
    var rest = AdaptivePolling(interval: nap)
    rest.noteStreamed(now: 1_000_000_000)
    rest.noteStreamed(now: 1_000_000_001)
    rest.reset()
    #expect(naps(&rest) == 0)
  }
}
