import Testing

@testable import Replication

@Suite struct StreamRestTests {
  private let nap: UInt64 = 1_000_000

  /// How many naps are taken before it sleeps.
  private func naps(_ rest: inout StreamRest) -> Int {
    var count = 0
    while rest.takeNap() { count += 1 }
    return count
  }

  @Test("changes that come one by one let it sleep after each: no nap")
  func oneByOne() {
    var rest = StreamRest(nap: nap)
    for time in stride(from: UInt64(1_000_000_000), to: 3_000_000_000, by: 20_000_000) {
      rest.noteStreamed(now: time)
      #expect(naps(&rest) == 0)
    }
  }

  @Test("changes that follow closely are taken in by naps, and after two in vain it sleeps")
  func closely() {
    var rest = StreamRest(nap: nap)
    var time: UInt64 = 1_000_000_000
    rest.noteStreamed(now: time)
    for _ in 0..<100 {
      time += nap
      rest.noteStreamed(now: time)
      let naps = rest.takeNap()
      #expect(naps)
    }
    #expect(naps(&rest) == 1)
    // One that comes late finds it asleep, and does not keep it awake.
    rest.noteStreamed(now: time + 3 * nap)
    #expect(naps(&rest) == 0)
  }

  @Test("without a link it sleeps")
  func reset() {
    var rest = StreamRest(nap: nap)
    rest.noteStreamed(now: 1_000_000_000)
    rest.noteStreamed(now: 1_000_000_001)
    rest.reset()
    #expect(naps(&rest) == 0)
  }
}
