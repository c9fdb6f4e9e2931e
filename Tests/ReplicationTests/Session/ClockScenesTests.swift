import Testing

@testable import ItemStore
@testable import Replication

/// Wall clocks that are wrong for a while, the whole pair with its link machines, in real times: in each scene it
/// streams within five seconds of the correction, with equal digests, and again when either side has been restarted.
@Suite struct ClockScenesTests {
  private static let second: UInt64 = 1_000_000
  private static let hour: Int64 = 3_600_000_000

  struct Run {
    var net: PairNet
    var random = SplitMix64(seed: 7)
    var pair: Pair { net.pair }

    init(without rule: PairRules = []) {
      net = PairNet(
        Pair {
          $0.expectsPeer = true
          $0.rules = PairRules.all.subtracting(rule)
        }, isFast: false)
    }

    /// Goes on for so long.
    mutating func pass(seconds: Double) { _ = pass(seconds: seconds, until: { _ in false }) }

    /// Until something is so; false where so long was not enough.
    mutating func pass(seconds: Double, until isSo: (Run) -> Bool) -> Bool {
      let end = pair.now + UInt64(seconds * 1_000_000)
      while pair.now < end {
        pair.now += 2_000
        pair.advance()
        net.tick()
        for index in 0...1 { net.send(index) }
        for _ in 0..<8 { net.deliver(&random) }
        if isSo(self) { return true }
      }
      return false
    }

    var streams: Bool {
      net.isQuiet && net.machines.allSatisfy { $0.state == .stream } && pair.digest(0) == pair.digest(1)
    }

    mutating func streamsAgain() -> Bool { pass(seconds: 5) { $0.streams } }
  }

  private func expectStreams(_ run: inout Run, _ what: String = "") {
    let streams = run.streamsAgain()
    let states = run.net.machines.map { "\($0.state)" }
    #expect(streams, "\(what): \(states), \(run.net.log.suffix(12))")
  }

  /// A pair that streams, with something in it.
  private func running(without rule: PairRules = []) -> Run {
    var run = Run(without: rule)
    for number in 0..<20 { run.pair.set(number % 2, "before\(number)", [1]) }
    expectStreams(&run)
    return run
  }

  /// It streams within five seconds, what is written then crosses, and so it is after either side is restarted.
  private func expectHealed(_ run: Run, holding keys: [String], _ what: String) {
    var run = run
    expectStreams(&run, "\(what)")
    #expect(run.net.fault == nil)
    for index in 0...1 { #expect(Set(run.pair.live(index).keys).isSuperset(of: keys), "\(what)") }
    for restarted in [0, 1, 0] {
      run.net.crash(restarted)
      expectStreams(&run, "\(what), \(restarted) restarted")
      for index in 0...1 {
        run.pair.set(index, "new\(restarted)\(index)", [3])
        expectStreams(&run, "\(what)")
        #expect(run.pair.live(1 - index)["new\(restarted)\(index)"]?.value == [3], "\(what)")
      }
      for index in 0...1 { #expect(Set(run.pair.live(index).keys).isSuperset(of: keys), "\(what)") }
    }
    for index in 0...1 {
      let limit = run.pair.moment(index).unixMicroseconds + 2 * Replicator.clockTolerance
      #expect(run.pair.clock(index).highestStamp.unixMicroseconds < limit, "\(what)")
    }
  }

  enum Action: String, CaseIterable { case idle, written, flushed, flushedLater, deleted }

  private func act(_ run: Run, _ index: Int, _ action: Action) {
    switch action {
    case .idle: break
    case .written: for number in 0..<20 { run.pair.set(index, "glitch\(number)", [2]) }
    case .flushed:
      run.pair.flush(index)
      run.pair.set(index, "glitch0", [2])
    case .flushedLater: run.pair.flush(index, delay: 2)
    case .deleted: run.pair.delete(index, "before0")
    }
  }

  private func kept(_ action: Action) -> [String] {
    switch action {
    case .idle: (0..<20).map { "before\($0)" }
    case .written: (0..<20).flatMap { ["before\($0)", "glitch\($0)"] }
    case .flushed: ["glitch0"]
    case .flushedLater: []
    case .deleted: (1..<20).map { "before\($0)" }
    }
  }

  @Test("an hour ahead for 0.3 s on one side", arguments: Action.allCases)
  func glitch(action: Action) {
    for index in 0...1 {
      var run = running()
      run.pair.sides[index].skew = Self.hour
      run.pass(seconds: 0.1)
      act(run, index, action)
      run.pass(seconds: 0.2)
      run.pair.sides[index].skew = 0
      expectHealed(run, holding: kept(action), "\(action) on \(index)")
    }
  }

  @Test("a later flush_all 2 does not put stamps ahead after an hour ahead for 0.3 s, and comes on both")
  func flushAfterwards() {
    var run = running()
    run.pair.sides[0].skew = Self.hour
    run.pass(seconds: 0.3)
    run.pair.sides[0].skew = 0
    expectStreams(&run)
    run.pair.flush(1, delay: 2)
    expectStreams(&run)
    run.pass(seconds: 1.5)
    for index in 0...1 { #expect(run.pair.live(index).count == 20) }
    run.pass(seconds: 1)
    for index in 0...1 {
      #expect(run.pair.live(index).isEmpty)
      #expect(run.pair.clock(index).lead < Self.second)
    }
    expectHealed(run, holding: [], "flush_all 2")
  }

  @Test("a day ahead on both for a moment, one a little after the other", arguments: Action.allCases)
  func bothAhead(action: Action) {
    var run = running()
    for index in 0...1 {
      run.pair.sides[index].skew = 24 * Self.hour
      run.pass(seconds: 0.01)
    }
    for index in 0...1 { act(run, index, action) }
    run.pass(seconds: 3)
    for index in 0...1 {
      run.pair.sides[index].skew = 0
      run.pass(seconds: 0.01)
      act(run, index, action)
    }
    // Both are ahead together, and join with their stamps as they are, before either is restarted.
    expectHealed(run, holding: kept(action), "\(action)")
  }

  @Test("started an hour behind and corrected")
  func startedBehind() {
    var run = Run()
    run.pair.sides[1].skew = -Self.hour
    for number in 0..<20 { run.pair.set(number % 2, "before\(number)", [1]) }
    run.pass(seconds: 2)
    #expect(!run.net.isPaired)
    run.pair.sides[1].skew = 0
    expectHealed(run, holding: (0..<20).map { "before\($0)" }, "behind")
  }

  @Test(
    "ahead and set back for good, while there was no peer",
    arguments: [Self.hour, 24 * Self.hour, 365 * 24 * Self.hour])
  func aheadAlone(by microseconds: Int64) {
    for index in 0...1 {
      var run = Run()
      run.net.isCut = true
      run.pair.sides[index].skew = microseconds
      for number in 0..<200 { run.pair.set(number % 2, "k\(number)", [1]) }
      for number in 0..<100 { run.pair.set(number % 2, "both", [UInt8(number)]) }
      run.pass(seconds: 2)
      run.pair.sides[index].skew = 0
      run.net.isCut = false
      expectHealed(run, holding: (0..<200).map { "k\($0)" }, "\(index)")
    }
  }

  @Test("clients write while stamps are given anew: nothing of it is lost")
  func writtenMeanwhile() {
    var run = Run()
    run.net.isCut = true
    run.pair.sides[0].skew = Self.hour
    for number in 0..<200 { run.pair.set(0, "k\(number)", [1]) }
    run.pass(seconds: 0.1)
    run.pair.sides[0].skew = 0
    run.net.isCut = false
    var number = 0
    let isLinked = run.pass(seconds: 5) { run in
      run.pair.set(0, "k\(number % 200)", [2])
      run.pair.set(1, "l\(number % 50)", [2])
      number += 1
      return run.net.isPaired
    }
    #expect(isLinked && number > 100)
    expectHealed(run, holding: (0..<200).map { "k\($0)" } + ["l0"], "written")
    for key in 0..<100 { #expect(run.pair.live(1)["k\(key)"]?.value == [2]) }
  }

  @Test(
    "without a rule it does not heal",
    arguments: [("tolerance", PairRules.tolerance), ("restamp", .restamp), ("ahead together", .aheadTogether)])
  func without(name: String, rule: PairRules) {
    var run = running(without: rule)
    for index in 0...1 where rule == .aheadTogether || index == 0 { run.pair.sides[index].skew = 24 * Self.hour }
    act(run, 0, .written)
    run.pass(seconds: 1)
    for index in 0...1 { run.pair.sides[index].skew = 0 }
    act(run, 0, .written)
    let streams = run.streamsAgain()
    let leads = (0...1).map { run.pair.clock($0).lead }
    // Without the tolerance B's clock goes where A's was.
    #expect(!streams || leads[1] > Replicator.clockTolerance, "\(name)")
  }
}
