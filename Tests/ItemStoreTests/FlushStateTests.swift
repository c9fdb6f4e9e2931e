import Testing

@testable import ItemStore

@Suite("What flush_all has left behind")
struct FlushStateTests {
  private func stamp(_ value: Int) -> Stamp { Stamp(endOfTick: UInt64(value) * 1_000_000) }

  /// Flushes asked for on two sides that hear of each other at any time, in any order, more than once, while time goes on.
  @Test("Two states agree after any order of flushes, news and times, as soon as each has told the other")
  func agreement() {
    let seed = SeededRandom.freshSeed()
    print("FlushStateTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    for run in 0..<2000 {
      var sides = [FlushState(), FlushState()]
      var told: [FlushState] = []
      for second in 1..<30 {
        let side = random.below(2)
        switch random.below(4) {
        case 0:
          sides[side].flush(stamp(second), delay: Int64(random.below(9)), unixMicroseconds: UInt64(second) * 1_000_000)
        case 1: told.append(sides[side])
        case 2: if !told.isEmpty { sides[side].merge(told[random.below(told.count)]) }
        default: sides[side].advance(to: UInt64(second) * 1_000_000)
        }
      }
      let (mine, theirs) = (sides[0], sides[1])
      sides[0].merge(theirs)
      sides[1].merge(mine)
      #expect(sides[0] == sides[1], "seed \(seed), run \(run): \(mine), \(theirs)")
      let whole = sides[0]
      for state in told { sides[0].merge(state) }
      #expect(sides[0] == whole, "seed \(seed), run \(run): old news changes nothing")
    }
  }

  @Test("A later flush_all takes the place of one pending, and one of now takes it back")
  func later() {
    var state = FlushState()
    state.flush(stamp(1), delay: 10, unixMicroseconds: 1_000_000)
    #expect(state.pending == stamp(11) && state.due == 11_000_000)
    state.flush(stamp(2), delay: 5, unixMicroseconds: 2_000_000)
    #expect(state.pending == stamp(7) && state.floor == .zero)
    state.flush(stamp(3), delay: 0, unixMicroseconds: 3_000_000)
    #expect(state.pending == .zero && state.floor == stamp(3))
    state.advance(to: 100_000_000)
    #expect(state.floor == stamp(3))
  }

  @Test("It fires when its time has come, and then is known by its floor")
  func firing() {
    var state = FlushState()
    state.flush(stamp(1), delay: 10, unixMicroseconds: 1_000_000)
    let told = state
    state.advance(to: 10_999_999)
    #expect(state == told)
    state.advance(to: 11_000_000)
    #expect(state.floor == stamp(11) && state.pending == .zero)
    let fired = state
    state.merge(told)
    #expect(state == fired)
  }

  @Test("By another clock only the time it is due at differs; beyond all time it stays there")
  func clocks() {
    let state = FlushState(floor: .zero, issued: stamp(1), pending: stamp(9), due: 9_000_000)
    #expect(state.byClock(behind: 2_000_000).due == 7_000_000)
    #expect(state.byClock(behind: -2_000_000).due == 11_000_000)
    #expect(state.byClock(behind: 20_000_000).due == 0)
    #expect(state.byClock(behind: .min).due == 9_000_000)
    #expect(FlushState().byClock(behind: 5) == FlushState())
  }
}
