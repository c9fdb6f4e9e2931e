import TestSupport
import Testing

@testable import Replication

/// A store and a repcached 2.x, both written, over a wire that delivers some bytes now and some later and is cut: when
/// all is quiet both hold the same, and no line has crashed the old one.
@Suite struct OldPairSimulationTests {
  private struct Run {
    let pair: OldPair
    var random: SplitMix64
    var values = 0

    init(seed: UInt64) {
      random = SplitMix64(seed: seed)
      pair = OldPair(
        itemLimit: 2_000, ringBytes: 1 << 19, records: Int.random(in: 5...300, using: &random),
        outputLimit: Int.random(in: 200...4_000, using: &random)
      ) {
        $0.memoryLimit = 4 << 20
        $0.maxItemSize = 1 << 16
      }
      for number in 0..<Int.random(in: 0...20, using: &random) { write("k\(number)") }
      join()
    }

    mutating func write(_ key: String) {
      values += 1
      let count = Int.random(in: 0..<100, using: &random) == 0 ? 3_000 : 4
      pair.set(key, "\(values)" + String(repeating: "\nget x", count: count / 6), ring: values & 1)
    }

    mutating func join() {
      let role: Role = Bool.random(using: &random) ? .master : .slave
      // One that connects has just been started.
      if role == .master { pair.old = OldCache() }
      pair.old.itemLimit = 2_000
      pair.join(role)
    }

    mutating func step() {
      let key = "k\(Int.random(in: 0..<12, using: &random))"
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<20: write(key)
      case 20..<26: pair.delete(key, ring: Int.random(in: 0...1, using: &random))
      case 26..<28: pair.flush(ring: Int.random(in: 0...1, using: &random))
      case 28..<48:
        values += 1
        pair.oldSet(key, "\(values)")
      case 48..<54: pair.oldDelete(key)
      case 54..<73: pair.send(limit: Int.random(in: 0...300, using: &random))
      case 73..<92: pair.receive(limit: Int.random(in: 0...300, using: &random))
      case 92..<97: pair.advance(milliseconds: UInt64.random(in: 0...150, using: &random))
      case 97:
        pair.settle()
        pair.advance(milliseconds: 15_000)
      case 98: pair.settle()
      default:
        if Int.random(in: 0..<4, using: &random) == 0 {
          pair.cut()
          join()
        }
      }
    }
  }

  @Test("300 random runs end with both sides equal", arguments: [TestSeeds.first])
  func runs(first: UInt64) {
    print("first seed \(first)")
    for seed in first..<first + 300 {
      var run = Run(seed: seed)
      for _ in 0..<Int.random(in: 50...400, using: &run.random) { run.step() }
      for _ in 0..<5 {
        run.pair.settle()
        run.pair.advance(milliseconds: 300)
      }
      // What it cannot take it does not hold.
      let local = run.pair.live.filter { $0.value.count < 1_500 }
      let remote = run.pair.old.items.mapValues(\.value)
      if local != remote || run.pair.old.crash != nil || run.pair.old.isClosed {
        Issue.record("seed \(seed): \(local.count) here, \(remote.count) there, crash \(run.pair.old.crash ?? "none")")
        return
      }
    }
  }
}
