import ItemStore
import TestSupport

@testable import ItemStore

/// Random operations on a store and on a dictionary; what differs is noted in `wrong`.
///
/// Where memory is small a key of the dictionary may be missing from the store, but what the store shows must be what
/// the dictionary holds; and what the dictionary does not hold must not be shown.
struct ReferenceRun {
  struct Entry {
    var value: [UInt8]
    var flags: UInt32
    var expiresAt: UInt32
    var version: Version
    var marks = ItemMarks.none

    var cas: UInt64 { marks.explicitCAS ?? version.changed.rawValue }
  }

  let store: TestStore
  let keyCount: Int
  let maxBytes: Int
  let evicts: Bool
  var random: SeededRandom
  var held: [[UInt8]: Entry] = [:]
  var milliseconds = 0
  var pendingFlush: UInt64?
  var crawl = Crawl()
  var ages = AgeSweep()
  var surplus = SurplusWatch()
  var wrong: [String] = []
  private let keys: [[UInt8]]

  init(store: TestStore, keys count: Int, maxBytes: Int, evicts: Bool, random: SeededRandom) {
    self.store = store
    keyCount = count
    self.maxBytes = maxBytes
    self.evicts = evicts
    var random = random
    keys = (0..<count).map { number in
      let length = max(1, [1 + number % 12, random.below(40), random.below(251)][number % 3])
      return Array((bytes("\(number)k") + random.value(250)).prefix(max(length, 5)))
    }
    self.random = random
  }

  var now: Moment { TestStore.moment(milliseconds) }

  mutating func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds, wrong.count < 5 { wrong.append(what()) }
  }

  /// What lives now of the dictionary.
  func live(_ key: [UInt8]) -> Entry? {
    guard let entry = held[key], entry.expiresAt == 0 || entry.expiresAt > now.seconds else { return nil }
    return entry
  }

  mutating func randomSize() -> Int {
    switch random.below(100) {
    case 0..<60: random.below(200)
    case 60..<95: random.below(5000)
    case 95..<99: random.below(min(maxBytes, 100_000))
    default: random.below(maxBytes)
    }
  }

  mutating func step() {
    milliseconds += random.below(200)
    store.store.advance(to: now)
    if let due = pendingFlush, due <= now.milliseconds {
      held = [:]
      pendingFlush = nil
    }
    let key = keys[random.below(keyCount)]
    if random.below(4) == 0 { return metaStep(key) }
    switch random.below(1000) {
    case 0..<300: view(key)
    case 300..<500: put(key, .set)
    case 500..<550: put(key, .add)
    case 550..<600: put(key, .replace)
    case 600..<660: put(key, .append)
    case 660..<720: put(key, .prepend)
    case 720..<780: put(key, .compareAndSwap(unique(key)))
    case 780..<840: remove(key)
    case 840..<900: countUp(key)
    case 900..<940: touch(key)
    case 940..<941: flush()
    case 941..<960: maintain()
    default: number(key)
    }
  }

  mutating func unique(_ key: [UInt8]) -> UInt64 {
    random.below(3) == 0 ? random.next() : held[key]?.cas ?? 0
  }

  mutating func randomExpiry() -> UInt32 {
    switch random.below(10) {
    case 0: 1
    case 1, 2: now.seconds + UInt32(random.below(60))
    default: 0
    }
  }

  // MARK: Operations

  private mutating func view(_ key: [UInt8]) {
    let found = store.get(key, at: now)
    compare(key, found)
  }

  mutating func compare(_ key: [UInt8], _ found: HeldItem?) {
    guard let entry = live(key) else {
      expect(found == nil, "key \(key.prefix(8)) is found and should be dead")
      return
    }
    guard let found else {
      expect(evicts, "key \(key.prefix(8)) is lost")
      held[key] = nil
      return
    }
    expect(found.key == key && found.value == entry.value, "key \(key.prefix(8)) has another value")
    expect(found.flags == entry.flags && found.expiresAt == entry.expiresAt, "key \(key.prefix(8)) has other flags")
    expect(found.version == entry.version && !found.isTombstone, "key \(key.prefix(8)) has other stamps")
    expect(found.marks == entry.marks && found.cas == entry.cas, "key \(key.prefix(8)) has other marks")
  }

  /// Aligns the dictionary with evictions, so that the conditions of the next command are judged alike.
  mutating func forgetEvicted(_ key: [UInt8]) {
    guard evicts, live(key) != nil else { return }
    if store.get(key, at: now) == nil { held[key] = nil }
  }

  private mutating func put(_ key: [UInt8], _ mode: StoreMode) {
    forgetEvicted(key)
    let before = live(key)
    var entry = Entry(
      value: random.value(randomSize()), flags: UInt32(random.below(4)), expiresAt: randomExpiry(), version: .zero)
    let (value, flags, expiresAt) = (entry.value, entry.flags, entry.expiresAt)
    let outcome =
      Bool.random(using: &random)
      ? store.store(key, value, mode: mode, flags: flags, expiresAt: expiresAt, at: now)
      : store.storeApart(key, value, mode: mode, flags: flags, expiresAt: expiresAt, at: now)
    switch mode {
    case .append:
      entry =
        before.map { extended($0, to: $0.value + entry.value) } ?? entry
    case .prepend:
      entry =
        before.map { extended($0, to: entry.value + $0.value) } ?? entry
    default: break
    }
    if case .stored(let stamp) = outcome {
      let base = held[key]?.version ?? .zero
      entry.version = mode.isDerived ? base.changed(at: stamp) : Version(stamp)
      expect(stamp > base.touched && entry.version > base, "the stamp went back")
      held[key] = entry
    }
    // Freeing memory may have evicted the very key that a condition was about to find.
    if evicts, store.get(key, at: now) == nil, live(key) != nil { held[key] = nil }
    check(outcome, mode, before, entry)
  }

  private func extended(_ entry: Entry, to value: [UInt8]) -> Entry {
    Entry(value: value, flags: entry.flags, expiresAt: entry.expiresAt, version: .zero)
  }

  private mutating func check(_ outcome: StoreOutcome, _ mode: StoreMode, _ before: Entry?, _ entry: Entry) {
    if case .outOfMemory = outcome {
      expect(evicts, "out of memory")
      return
    }
    if case .tooLarge = outcome {
      expect(entry.value.count + 300 > store.store.keyspace.maxItemSize, "\(entry.value.count) bytes are too large")
      return
    }
    let stored: Bool = if case .stored = outcome { true } else { false }
    if evicts, !stored || mode.isAdd { return }
    switch mode {
    case .set: expect(stored, "set answered \(outcome)")
    case .add: expect(stored == (before == nil), "add answered \(outcome)")
    case .replace, .append, .prepend: expect(stored == (before != nil), "\(mode) answered \(outcome)")
    case .compareAndSwap(let unique):
      let wanted: StoreOutcome? = before == nil ? .notFound : before?.cas == unique && unique != 0 ? nil : .exists
      expect(wanted == nil ? stored : outcome == wanted, "cas answered \(outcome)")
    }
  }

  private mutating func remove(_ key: [UInt8]) {
    forgetEvicted(key)
    let lives = live(key) != nil
    let outcome = store.delete(key, at: now)
    expect(outcome == (lives ? .stored(.zero) : .notFound), "delete answered \(outcome)")
    held[key] = nil
  }

  private mutating func number(_ key: [UInt8]) {
    let text = bytes("\(random.next() >> UInt64(random.below(64)))")
    guard case .stored(let stamp) = store.store(key, text, at: now) else { return }
    held[key] = Entry(value: text, flags: 0, expiresAt: 0, version: Version(stamp))
  }

  private mutating func countUp(_ key: [UInt8]) {
    forgetEvicted(key)
    let up = random.below(2) == 0
    let delta = random.next() >> UInt64(random.below(64))
    let isChained = store.reference(key).map { store.store.memory.item($0).state.isChained } ?? false
    let outcome = store.increment(key, by: delta, isDecrement: !up, at: now)
    guard var entry = live(key) else {
      expect(outcome == .notFound, "incr answered \(outcome)")
      return
    }
    guard !isChained, let before = StoredNumber.value(of: entry.value.span) else {
      expect(outcome == .nonNumeric, "incr of text answered \(outcome)")
      return
    }
    let after = up ? before &+ delta : before - min(before, delta)
    if evicts, outcome == .outOfMemory { return }
    expect(outcome == .value(after), "incr answered \(outcome), not \(after)")
    let isAsLong = bytes("\(after)").count <= entry.value.count
    entry.marks = isAsLong ? entry.marks.with(explicitCAS: nil) : .none
    entry.value = bytes("\(after)")
    entry.version = entry.version.changed(at: store.getAny(key)?.stamp ?? .zero)
    held[key] = entry
  }

  private mutating func touch(_ key: [UInt8]) {
    forgetEvicted(key)
    let expiresAt = randomExpiry()
    let outcome = store.touch(key, expiresAt: expiresAt, at: now)
    expect((outcome == .hit) == (live(key) != nil), "touch answered \(outcome)")
    guard outcome == .hit else { return }
    held[key]?.expiresAt = expiresAt
    let base = held[key]?.version ?? .zero
    held[key]?.version = base.touched(at: store.getAny(key)?.stamp ?? .zero)
  }

  private mutating func flush() {
    if random.below(2) == 0 {
      store.store.flush(delay: 0, at: now, journal: nil)
      held = [:]
      pendingFlush = nil
    } else {
      store.store.flush(delay: 5, at: now, journal: nil)
      pendingFlush = now.milliseconds + 5000
    }
  }

  private mutating func maintain() {
    _ = try? store.store.growIndex(buckets: 64)
    _ = store.store.crawl(&crawl, now: now.seconds)
    store.store.sweepAges(&ages, now: now.seconds)
    store.store.compactIdle(&surplus, now: now.seconds)
    _ = store.store.balance(now: now.seconds)
    store.store.trimTombstones()
    _ = store.store.settleTombstones(upTo: Stamp(endOfTick: now.unixMicroseconds &- 5_000_000))
  }

  mutating func compareAll() {
    for key in keys { compare(key, store.get(key, at: now)) }
    let shown = Set(store.walk().filter { !$0.isTombstone }.map(\.key))
    for key in held.keys where live(key) != nil { expect(shown.contains(key), "the walk misses \(key.prefix(8))") }
  }
}

extension StoreMode {
  var isAdd: Bool { if case .add = self { true } else { false } }
}
