import TestSupport
import Testing

@testable import ItemStore

@Suite("What flush_all has left behind")
struct FlushStateTests {
  private func stamp(_ value: Int) -> Stamp { Stamp(endOfTick: UInt64(value) * 1_000_000) }

  private func moment(_ seconds: Int, wall: Int = 0) -> Moment {
    Moment(seconds: UInt32(seconds), unixMicroseconds: UInt64(wall) * 1_000_000)
  }

  /// Flushes asked for on two sides that observe of each other at any time, in any order, more than once, while time
  /// goes on.
  @Test("Two states agree after any order of flushes, news and times, as soon as each has told the other")
  func agreement() {
    let seed = TestSeeds.first
    print("FlushStateTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    for run in 0..<2000 {
      var sides = [FlushState(), FlushState()]
      var told: [FlushState] = []
      for second in 1..<30 {
        let side = random.below(2)
        switch random.below(4) {
        case 0: sides[side].flush(stamp(second), delay: Int64(random.below(9)), at: moment(second))
        case 1: told.append(sides[side])
        case 2: if !told.isEmpty { sides[side].merge(told[random.below(told.count)]) }
        default: if sides[side].isDue(at: moment(second)) { sides[side].fire(stamp(second)) }
        }
      }
      let (local, remote) = (sides[0], sides[1])
      sides[0].merge(remote)
      sides[1].merge(local)
      #expect(sides[0] == sides[1], "seed \(seed), run \(run): \(local), \(remote)")
      let whole = sides[0]
      for state in told { sides[0].merge(state) }
      #expect(sides[0] == whole, "seed \(seed), run \(run): old news changes nothing")
    }
  }

  @Test("A later flush_all takes the place of one to come, and one of now takes it back")
  func later() {
    var state = FlushState()
    state.flush(stamp(1), delay: 10, at: moment(1))
    #expect(state.due == 11_000 && state.floor == .zero)
    state.flush(stamp(2), delay: 5, at: moment(2))
    #expect(state.due == 7000 && state.floor == .zero)
    state.flush(stamp(3), delay: 0, at: moment(3))
    #expect(state.due == 0 && state.floor == stamp(3))
    #expect(!state.isDue(at: moment(100)))
  }

  @Test("It fires when its time has come, whatever the wall clock shows, and is not fired again for who has not")
  func firing() {
    var state = FlushState()
    state.flush(stamp(1), delay: 10, at: moment(1, wall: 500))
    let told = state
    #expect(!state.isDue(at: moment(10, wall: 100_000)) && state.isDue(at: moment(11, wall: 0)))
    state.fire(stamp(12))
    #expect(state.floor == stamp(12) && state.due == 0)
    let fired = state
    state.merge(told)
    #expect(state == fired)
    var other = told
    other.merge(fired)
    #expect(other == fired)
  }

  @Test("What crosses is what remains: at least a millisecond, and no end of time is passed")
  func crossing() {
    let state = FlushState(floor: .zero, issued: stamp(1), due: 9000)
    #expect(state.leaving(at: moment(5)).due == 4000)
    #expect(state.leaving(at: moment(50)).due == 1)
    #expect(state.leaving(at: moment(5)).arrived(at: moment(700)).due == 704_000)
    #expect(FlushState().leaving(at: moment(5)) == FlushState() && FlushState().arrived(at: moment(5)) == FlushState())
    let endless = FlushState(floor: .zero, issued: stamp(1), due: .max)
    #expect(!endless.arrived(at: moment(5)).isDue(at: moment(.init(UInt32.max))))
  }

  @Test("Without the rule it would be a time of the sender's wall clock")
  func byWallClock() {
    let rules = PairRules.all.subtracting(.flushByWhatRemains)
    let state = FlushState(floor: .zero, issued: stamp(1), due: 9000)
    let sent = state.leaving(at: moment(5, wall: 1000), rules: rules)
    #expect(sent.arrived(at: moment(5, wall: 1000), rules: rules).due == 9000)
    #expect(sent.arrived(at: moment(5, wall: 1003), rules: rules).due == 6000)
  }
}
