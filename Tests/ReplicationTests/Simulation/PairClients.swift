@testable import ItemStore
@testable import Replication

/// What clients do to a pair in a simulation, and what they may expect of it: that no side ever stores a value older
/// than one that it had since its boot, and that both hold the greatest state there was when all faults are over.
struct PairClients {
  let mode: PairSimulation.Mode
  let pair: Pair
  private(set) var hasCrashed = false
  /// The greatest state of each key that a client has made.
  private var greatest: [String: Pair.State] = [:]
  /// The greatest state that each side has had since its boot.
  private var seen: [[String: Pair.State]] = [[:], [:]]
  /// Whether each side had met its peer since its boot when it was looked at last.
  private var hadPaired = [false, false]
  private var fallback: String?
  private(set) var adds: PairAdds

  init(_ mode: PairSimulation.Mode, _ pair: Pair) {
    self.mode = mode
    self.pair = pair
    adds = PairAdds(pair)
  }

  mutating func write(_ side: Int, _ key: String, step: Int, _ ring: Int, _ random: inout SplitMix64) {
    if mode.adds, Int.random(in: 0..<9, using: &random) > 1 { return add(side, key, step: step, ring) }
    if mode.marks, Int.random(in: 0..<3, using: &random) > 0 { return mark(side, key, step, ring, &random) }
    if mode.derives, Int.random(in: 0..<5, using: &random) > 0 { return derive(side, key, step, ring, &random) }
    let now = pair.moment(side).seconds
    let dies = mode.expire && Bool.random(using: &random)
    var value = mode.derives ? [UInt8]("\(step)".utf8) : [UInt8(step & 255), UInt8(step >> 8)]
    if let size = mode.sizes.randomElement(using: &random) { value += [UInt8](repeating: 7, count: size) }
    let stamp = pair.set(side, key, value, ring: ring, expiresAt: dies ? now + 1 : 0)
    // What cannot be stored takes away what it was to replace.
    if stamp == .zero { return delete(side, key, ring) }
    note(side, key, Pair.State(version: Version(stamp), isValue: true))
  }

  private mutating func add(_ side: Int, _ key: String, step: Int, _ ring: Int) {
    let state = adds.add(side, key, [UInt8]("\(step)".utf8), ring: ring, known: seen[side][key])
    if let state { note(side, key, state) }
  }

  /// Where nothing is held nothing is done.
  private mutating func derive(_ side: Int, _ key: String, _ step: Int, _ ring: Int, _ random: inout SplitMix64) {
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: pair.increment(side, key, ring: ring)
    case 2: pair.append(side, key, [UInt8(ascii: "1")], ring: ring)
    case 3: pair.compareAndSwap(side, key, [UInt8]("\(step)".utf8), ring: ring)
    default: pair.touch(side, key, ring: ring, expiresAt: mode.expire ? pair.moment(side).seconds + 1 : 0)
    }
    if let state = pair.state(side, key), state.isValue { note(side, key, state) }
  }

  private mutating func mark(_ side: Int, _ key: String, _ step: Int, _ ring: Int, _ random: inout SplitMix64) {
    let now = pair.moment(side).seconds
    let end = mode.expire ? now + 1 : 0
    let cas: UInt64? = Bool.random(using: &random) ? UInt64(step) : nil
    let held = pair.cas(side, key) ?? 1
    let value = [UInt8]("\(step)".utf8)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: pair.metaGet(side, key, MetaGetOptions(vivifiesUntil: end, explicitCAS: cas), ring: ring)
    case 1:
      pair.metaGet(
        side, key, MetaGetOptions(expiresAt: now + 1000, recachesBefore: now + 2000, touchesFirst: true), ring: ring)
    case 2: pair.delete(side, key, DeleteConditions(marksStale: true, explicitCAS: cas), ring: ring)
    case 3: pair.delete(side, key, DeleteConditions(marksStale: step % 2 == 0, dropsValue: true), ring: ring)
    case 4:
      let conditions = StoreConditions(takesStale: true, explicitCAS: cas)
      pair.store(side, key, value, .compareAndSwap(held &- UInt64(step % 2)), conditions, expiresAt: end, ring: ring)
    case 5:
      pair.increment(side, key, IncrementConditions(initial: 9, initialExpiresAt: end, explicitCAS: cas), ring: ring)
    default:
      pair.store(
        side, key, value, step % 2 == 0 ? .append : .set, StoreConditions(explicitCAS: cas, vivifies: true),
        expiresAt: end, ring: ring)
    }
    if let state = pair.state(side, key), state.isValue { note(side, key, state) }
  }

  mutating func delete(_ side: Int, _ key: String, _ ring: Int) {
    let stamp = pair.delete(side, key, ring: ring)
    adds.noteDelete(side, key, stamp)
    note(side, key, Pair.State(version: Version(stamp), isValue: false))
  }

  /// What was written on a third is known to the two only if it has been linked with one of them since.
  private mutating func note(_ side: Int, _ key: String, _ state: Pair.State) {
    if side < 2 { greatest[key] = max(greatest[key] ?? state, state) }
  }

  func flush(_ side: Int, _ ring: Int, _ random: inout SplitMix64) {
    let delay = mode.schedule ? Int64.random(in: 0...5, using: &random) : 0
    pair.flush(side, delay: delay, ring: ring)
  }

  /// Until a daemon meets its peer it forgets what it evicts, and deletes that have no room: of the peer's something
  /// older may come.
  mutating func noteFirstLink() {
    if mode.evict || mode.room < 100 { (greatest, seen) = ([:], [[:], [:]]) }
  }

  /// What was written then may get other stamps.
  mutating func noteGlitch() { hasCrashed = true }

  mutating func noteCrash(_ side: Int) {
    hasCrashed = true
    guard seen.indices.contains(side) else { return }
    (seen[side], hadPaired[side]) = ([:], false)
    // What the other side has dropped, since this one had it, nobody holds any more: whatever is written from now on is
    // newer, also where the clock of who begins again lies behind.
    let other = 1 - side
    seen[other] = seen[other].filter { pair.state(other, $0.key) != nil }
  }

  // MARK: All the time

  /// Looks at both sides, after each step.
  mutating func watch() {
    adds.watch()
    if fallback != nil || !mode.isWatched { return }
    for side in 0...1 {
      // Who has not met its peer since its boot forgets what it evicts, and may be given an older state of it: also by the
      // first frames of a link that was made since the last look.
      if !hadPaired[side] { seen[side] = [:] }
      hadPaired[side] = pair.sides[side].store.hasEverPaired
      for number in 0..<mode.keys { watch(side, "k\(number)") }
    }
  }

  private mutating func watch(_ side: Int, _ key: String) {
    guard let state = pair.state(side, key) else { return }
    guard let before = seen[side][key] else { return seen[side][key] = state }
    if state.isValue, state < before { fallback = "\(key) goes back on side \(side) from \(before) to \(state)" }
    if state > before { seen[side][key] = state }
  }

  // MARK: The end

  func fault() -> String? {
    if let fault = fallback ?? adds.fault { return fault }
    let floors = pair.sides.map(\.store.floor)
    if floors[0] != floors[1] { return "the floors differ: \(floors)" }
    if let what = difference() { return what }
    for side in pair.sides[..<2] where mode.third {
      side.store.forgetAbsentPartner()
      side.replicator.settle()
    }
    let left = pair.sides[..<2].map(\.store.tombstoneCount)
    if left != [0, 0] { return "\(left) tombstones never settled" }
    let horizons = pair.sides[..<2].map(\.store.purgedThrough)
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
    for (key, write) in greatest {
      if let what = fault(key, write, held.0[key]) ?? fault(key, write, held.1[key]) { return what }
    }
    return nil
  }

  /// What a side holds under a key whose greatest state was this.
  private func fault(_ key: String, _ write: Pair.State, _ value: Pair.Held?) -> String? {
    // Two of three may have given the same stamp, and then the value counts.
    let mayStand = write.isValue || mode.third
    if let value, Pair.State(version: value.version, isValue: true) < write || !mayStand {
      return "\(key) is \(value) where \(write) was the greatest"
    }
    let isFlushed = write.version.fresh <= pair.sides[0].store.floor
    let mayVanish = mode.mayLack || mode.third || mode.expire || mode.room < 100 || isFlushed
    return value == nil && write.isValue && !mayVanish ? "\(key) \(write) is lost" : nil
  }
}
