import ItemStore
import Testing

@testable import Replication

/// `spec/pair.py` with the real store, stamps, tombstones, rings, ledger and replicator: clients on both sides, frames that
/// are carried one by one or lost, copies, cuts, crashes, streams given up, flushes, skewed clocks, room for few tombstones.
struct PairSimulation {
  struct Mode: Sendable, CustomTestStringConvertible {
    var name: String
    var steps = 400
    var keys = 6
    var expire = false
    var flush = false
    var crash = false
    /// Of 1000 steps, how many cut and how many join.
    var cuts = 10
    var joins = 40
    /// Tombstones have room in 1/32 of it: with keys of 250 bytes, 200 a 2 MB.
    var memoryLimit = 16 << 20
    var keyLength = 3

    var testDescription: String { name }

    static let all = [
      Mode(name: "plain"), Mode(name: "expire", expire: true), Mode(name: "flush", flush: true),
      Mode(name: "crash", crash: true), Mode(name: "few keys", steps: 900, keys: 2),
      Mode(name: "overflow", steps: 8000, keys: 500, cuts: 3, joins: 2, memoryLimit: 2 << 20, keyLength: 250),
      Mode(
        name: "all", steps: 8000, keys: 500, flush: true, crash: true, cuts: 3, joins: 2, memoryLimit: 2 << 20,
        keyLength: 250),
    ]
  }

  let mode: Mode
  let pair: Pair
  var random: SplitMix64
  var isLinked = false
  var hasCrashed = false
  /// The last write of each key: its stamp, or one below it for a deletion, and whether a value.
  var last: [String: (stamp: Stamp, isValue: Bool)] = [:]
  static let tick: UInt64 = 65_536

  init(_ mode: Mode, seed: UInt64) {
    self.mode = mode
    random = SplitMix64(seed: seed)
    pair = Pair(ringCount: 3, highWater: 40, bucketsPerStep: 1) {
      $0.initialBucketPower = 4
      $0.memoryLimit = mode.memoryLimit
    }
    // A daemon that never had a peer leaves no tombstones.
    pair.join()
    pair.settle()
    pair.cut()
    pair.sides[1].skew = [0, 5, -5, 50][Int.random(in: 0..<4, using: &random)] * Int64(Self.tick)
  }

  /// What is wrong at the end, if anything.
  mutating func run() -> String? {
    for step in 0..<mode.steps { self.step(step) }
    if !isLinked { join() }
    for _ in 0..<20_000 {
      let index = Int.random(in: 0...1, using: &random)
      let before = pair.sides[0].sentBytes + pair.sides[1].sentBytes
      pair.send(index)
      if let fault = pair.receive(1 - index) { return fault.text }
      let isQuiet = before == pair.sides[0].sentBytes + pair.sides[1].sentBytes
      if isQuiet, pair.sides.allSatisfy({ $0.input.isEmpty && $0.output.isEmpty && $0.replicator.isDrained }) { break }
    }
    pair.settle()
    return fault()
  }

  private mutating func step(_ step: Int) {
    pair.now += UInt64([0, 0, 1, 1, 2][Int.random(in: 0..<5, using: &random)]) * Self.tick
    let me = Int.random(in: 0...1, using: &random)
    let name = String(Int.random(in: 0..<mode.keys, using: &random))
    let key = String(repeating: "k", count: mode.keyLength - name.count) + name
    let ring = Int.random(in: 0..<3, using: &random)
    switch Int.random(in: 0..<1000, using: &random) {
    case ..<150: write(me, key, [UInt8(step & 255), UInt8(step >> 8)], ring)
    case ..<250: delete(me, key, ring)
    case ..<255: if mode.flush { pair.flush(me) }
    case ..<260: if isLinked { pair.sides[me].replicator.giveUpStream() }
    case ..<263: if mode.crash { crash(me) }
    case ..<(263 + mode.cuts): cut()
    case ..<(263 + mode.cuts + mode.joins): join()
    case ..<656: if isLinked { pair.send(me) }
    default: if isLinked { _ = pair.receive(me, limit: 1) }
    }
  }

  private mutating func write(_ me: Int, _ key: String, _ value: [UInt8], _ ring: Int) {
    let now = pair.moment(me).seconds
    let dies = mode.expire && Bool.random(using: &random)
    let stamp = pair.set(me, key, value, ring: ring, expiresAt: dies ? now + 1 : 0)
    if stamp > last[key]?.stamp ?? .zero { last[key] = (stamp, true) }
  }

  private mutating func delete(_ me: Int, _ key: String, _ ring: Int) {
    let stamp = pair.delete(me, key, ring: ring)
    if stamp > last[key]?.stamp ?? .zero { last[key] = (stamp, false) }
  }

  private mutating func cut() {
    pair.cut()
    isLinked = false
  }

  private mutating func join() {
    if isLinked { return }
    pair.join()
    isLinked = true
  }

  private mutating func crash(_ index: Int) {
    pair.crash(index)
    isLinked = false
    hasCrashed = true
  }

  private func fault() -> String? {
    let held = (pair.live(0), pair.live(1))
    for key in Set(held.0.keys).union(held.1.keys).sorted() where held.0[key] != held.1[key] {
      return "\(key) differs: \(String(describing: held.0[key])) and \(String(describing: held.1[key]))"
    }
    if !hasCrashed {
      for (key, write) in last {
        guard let value = held.0[key] else { continue }
        if value.stamp < write.stamp || !write.isValue && value.stamp <= write.stamp {
          return "\(key) is \(value) where \(write) was written last"
        }
      }
    }
    let left = pair.sides.map(\.store.tombstoneCount)
    if left != [0, 0] { return "\(left) tombstones never settled" }
    let horizons = pair.sides.map(\.store.horizon)
    return horizons == [.zero, .zero] ? nil : "the horizon stands: \(horizons)"
  }
}
