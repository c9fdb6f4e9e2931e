@testable import ItemStore
@testable import Replication

/// What clients do to a pair in a simulation, and what they may expect of it when all faults are over.
struct PairClients {
  let mode: PairSimulation.Mode
  let pair: Pair
  var hasCrashed = false
  /// The last write of each key, and whether it was a value.
  private var last: [String: (stamp: Stamp, isValue: Bool)] = [:]

  init(_ mode: PairSimulation.Mode, _ pair: Pair) {
    self.mode = mode
    self.pair = pair
  }

  mutating func write(_ me: Int, _ key: String, step: Int, _ ring: Int, _ random: inout SplitMix64) {
    let now = pair.moment(me).seconds
    let dies = mode.expire && Bool.random(using: &random)
    var value = [UInt8(step & 255), UInt8(step >> 8)]
    if let size = mode.sizes.randomElement(using: &random) { value += [UInt8](repeating: 7, count: size) }
    let stamp = pair.set(me, key, value, ring: ring, expiresAt: dies ? now + 1 : 0)
    // What cannot be stored takes away what it was to replace.
    if stamp == .zero { return delete(me, key, ring) }
    if stamp > last[key]?.stamp ?? .zero { last[key] = (stamp, true) }
  }

  mutating func delete(_ me: Int, _ key: String, _ ring: Int) {
    let stamp = pair.delete(me, key, ring: ring)
    if stamp > last[key]?.stamp ?? .zero { last[key] = (stamp, false) }
  }

  func flush(_ me: Int, _ ring: Int, _ random: inout SplitMix64) {
    let delay = mode.schedule ? Int64.random(in: 0...5, using: &random) : 0
    pair.flush(me, delay: delay, ring: ring)
  }

  /// Until a daemon meets its peer it forgets what it evicts, and deletes that have no room: of the peer's something older
  /// may come.
  mutating func noteFirstLink() {
    if mode.evict || mode.room < 100 { last = [:] }
  }

  // MARK: The end

  func fault() -> String? {
    let floors = pair.sides.map(\.store.floor)
    if floors[0] != floors[1] { return "the floors differ: \(floors)" }
    if let what = difference() { return what }
    let left = pair.sides.map(\.store.tombstoneCount)
    if left != [0, 0] { return "\(left) tombstones never settled" }
    let horizons = pair.sides.map(\.store.horizon)
    return horizons == [.zero, .zero] ? nil : "the horizon stands: \(horizons)"
  }

  func pendingFault() -> String? {
    let states = pair.sides.map(\.store.flushState)
    // What the wire takes comes to what remains.
    let isSame = (states[0].due == 0) == (states[1].due == 0) && states[0].issued == states[1].issued
    return isSame ? nil : "flushes to come differ: \(states)"
  }

  private func difference() -> String? {
    let held = (pair.live(0), pair.live(1))
    for key in Set(held.0.keys).union(held.1.keys).sorted() where held.0[key] != held.1[key] {
      // A time to live ends at one side up to a second later.
      let mayLack = mode.mayLack || (held.0[key] ?? held.1[key])?.expiresAt ?? 0 != 0
      if mayLack, held.0[key] == nil || held.1[key] == nil { continue }
      return "\(key) differs: \(String(describing: held.0[key])) and \(String(describing: held.1[key]))"
    }
    if hasCrashed { return nil }
    for (key, write) in last {
      if let what = fault(key, write, held.0[key]) ?? fault(key, write, held.1[key]) { return what }
    }
    return nil
  }

  /// What a side holds under a key that was written last with this stamp.
  private func fault(_ key: String, _ write: (stamp: Stamp, isValue: Bool), _ value: Pair.Held?) -> String? {
    if let value, value.stamp < write.stamp || !write.isValue && value.stamp <= write.stamp {
      return "\(key) is \(value) where \(write) was written last"
    }
    let mayVanish = mode.mayLack || mode.expire || mode.room < 100 || write.stamp <= pair.sides[0].store.floor
    return value == nil && write.isValue && !mayVanish ? "\(key) \(write) is lost" : nil
  }
}
