import ItemStore
import Platform
import TestSupport

@testable import ItemStore

/// A store with a clock that the test turns, asked with arrays for keys and values.
final class TestStore: Sendable {
  let store: ItemStore

  /// A moment in 2024, process seconds 100.
  static func moment(_ milliseconds: Int = 0) -> Moment {
    Moment(
      seconds: UInt32(100 + milliseconds / 1000), unixMicroseconds: 1_700_000_000_000_000 + UInt64(milliseconds) * 1000,
      milliseconds: 100_000 + UInt64(milliseconds))
  }

  init(
    megabytes: Int = 64, maxItemSize: Int = 1 << 20, refusesWhenFull: Bool = false, bucketPower: Int = 12,
    growthFactor: Double = 1.2, expectsPeer: Bool = false, readyOverflow: Int = IndexTable.readyOverflow,
    stripePower: Int = 12, maxChunkSize: Int = ChunkMemory.pageSize / 2, minChunkSize: Int = 40
  ) throws {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = megabytes << 20
    configuration.maxItemSize = maxItemSize
    configuration.refusesWhenFull = refusesWhenFull
    configuration.initialBucketPower = bucketPower
    configuration.growthFactor = growthFactor
    configuration.expectsPeer = expectsPeer
    configuration.readyOverflow = readyOverflow
    configuration.stripePower = stripePower
    configuration.maxChunkSize = maxChunkSize
    configuration.minChunkSize = minChunkSize
    // Which keys share a bucket, a stripe, a ghost is the same in each run.
    configuration.hashSeed = TestSeeds.first
    let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 1_700_000_000_000_000 - 98_000_000)
    store = try ItemStore(configuration, processClock: clock)
  }

  @discardableResult
  func store(
    _ key: [UInt8], _ value: [UInt8], mode: StoreMode = .set, flags: UInt32 = 0, expiresAt: UInt32 = 0,
    at moment: Moment = TestStore.moment(), journal: (any MutationJournal)? = nil
  ) -> StoreOutcome {
    store.store(
      key.span, hash: store.hash(key.span), mode: mode, clientFlags: flags, expiresAt: expiresAt, value: value.span,
      at: moment, journal: journal)
  }

  /// The way of a value that comes in parts: into a chunk of its own, whatever is held under the key.
  @discardableResult
  func storeApart(
    _ key: [UInt8], _ value: [UInt8], mode: StoreMode = .set, flags: UInt32 = 0, expiresAt: UInt32 = 0,
    at moment: Moment = TestStore.moment()
  ) -> StoreOutcome {
    switch store.reserve(
      key.span, clientFlags: flags, expiresAt: expiresAt, valueCount: value.count,
      version: mode.isDerived ? .derived : .zero, now: moment.seconds)
    {
    case .tooLarge: return .tooLarge
    case .outOfMemory: return .outOfMemory
    case .pending(var pending):
      _ = store.write(value.span, to: &pending, now: moment.seconds)
      return store.commit(pending, mode: mode, hash: store.hash(key.span), at: moment, journal: nil)
    }
  }

  /// As if its tombstone had had no space.
  func purge(_ key: [UInt8], _ stamp: UInt64) {
    store.tombstones.purge(store.hash(key.span), Stamp(rawValue: stamp))
  }

  func get(_ key: [UInt8], at moment: Moment = TestStore.moment()) -> HeldItem? {
    var found: HeldItem?
    store.view(key.span, hash: store.hash(key.span), now: moment.seconds) { found = HeldItem($0) }
    return found
  }

  /// Whatever stands in the index under the key.
  func getAny(_ key: [UInt8]) -> HeldItem? {
    var found: HeldItem?
    store.viewAny(key.span, hash: store.hash(key.span)) { found = HeldItem($0) }
    return found
  }

  @discardableResult
  func delete(
    _ key: [UInt8], unique: UInt64? = nil, at moment: Moment = TestStore.moment(),
    journal: (any MutationJournal)? = nil
  ) -> StoreOutcome {
    store.delete(key.span, hash: store.hash(key.span), unique: unique, at: moment, journal: journal)
  }

  @discardableResult
  func touch(
    _ key: [UInt8], expiresAt: UInt32, at moment: Moment = TestStore.moment(), journal: (any MutationJournal)? = nil
  ) -> Lookup {
    store.touch(key.span, hash: store.hash(key.span), expiresAt: expiresAt, at: moment, journal: journal)
  }

  @discardableResult
  func increment(
    _ key: [UInt8], by delta: UInt64, isDecrement: Bool = false, at moment: Moment = TestStore.moment()
  ) -> ArithmeticOutcome {
    store.increment(
      key.span, hash: store.hash(key.span), by: delta, isDecrement: isDecrement, at: moment, journal: nil)
  }

  /// - Parameters:
  ///   - changed: where it is not the stamp.
  ///   - fresh: where it is not the stamp of the change.
  @discardableResult
  func apply(
    _ key: [UInt8], _ value: [UInt8], stamp: UInt64, changed: UInt64? = nil, fresh: UInt64? = nil, flags: UInt32 = 0,
    expiresAt: UInt32 = 0, at moment: Moment = TestStore.moment()
  ) -> ApplyOutcome {
    store.apply(
      key.span, hash: store.hash(key.span), version: Version(stamp, changed: changed, fresh: fresh),
      clientFlags: flags, expiresAt: expiresAt, value: value.span, now: moment.seconds)
  }

  @discardableResult
  func applyDelete(_ key: [UInt8], stamp: UInt64, changed: UInt64? = nil, fresh: UInt64? = nil) -> ApplyOutcome {
    store.applyDelete(
      key.span, hash: store.hash(key.span), version: Version(stamp, changed: changed, fresh: fresh))
  }

  /// Evicts the key's item, as the hand of the clock does that comes by it.
  func evict(_ key: [UInt8]) {
    let hash = store.hash(key.span)
    store.index.lock(hash)
    defer { store.index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe store.index.find($0, hash) }) else { return }
    let slabClass = store.memory.item(slot.reference).slabClass
    store.slabs.lock(slabClass)
    let owned = store.keyspace.evict(slot, hash, leaving: .none)
    store.slabs.unlock(slabClass)
    if let owned { store.keyspace.release(owned) }
  }

  /// Which chunk the key's item has.
  func reference(_ key: [UInt8]) -> UInt32? {
    var reference: UInt32?
    store.viewAny(key.span, hash: store.hash(key.span)) { reference = $0.reference }
    return reference
  }

  /// All that a walk shows.
  func walk() -> [HeldItem] {
    var items: [HeldItem] = []
    var cursor = WalkCursor()
    while store.walk(&cursor, buckets: 16, { items.append(HeldItem($0)) }) {}
    return items
  }

  /// Every class's counters added up.
  var evicted: UInt64 { store.slabStatistics.reduce(0) { $0 + $1.counters.evicted } }

  /// As the maintenance thread does in a round: on while there is more to do.
  func movePages() {
    var steps = 0
    while steps < 2000, store.balance(now: 100) { steps += 1 }
  }
}

/// A copy of what a view showed.
struct HeldItem: Hashable {
  let key: [UInt8]
  let value: [UInt8]
  let flags: UInt32
  let expiresAt: UInt32
  let version: Version
  let cas: UInt64
  let marks: ItemMarks
  let wasFetched: Bool
  let isTombstone: Bool

  /// Whether it was read is no part of a state.
  static func == (one: HeldItem, other: HeldItem) -> Bool {
    one.key == other.key && one.value == other.value && one.flags == other.flags && one.expiresAt == other.expiresAt
      && one.version == other.version && one.marks == other.marks && one.isTombstone == other.isTombstone
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(version)
  }

  /// Of the last change of any kind.
  var stamp: Stamp { version.touched }
  /// Of the last change of the value.
  var changed: Stamp { version.changed }

  init(_ view: borrowing ItemView) {
    key = bytes(view.key)
    var value: [UInt8] = []
    value.reserveCapacity(view.valueCount)
    view.forEachPiece {
      value += bytes($0); return true
    }
    self.value = value
    flags = view.clientFlags
    expiresAt = view.expiresAt
    version = view.version
    cas = view.cas
    marks = view.marks
    wasFetched = view.wasFetched
    isTombstone = view.isTombstone
  }
}

extension Version {
  init(_ stamp: UInt64, changed: UInt64? = nil, fresh: UInt64? = nil) {
    let changed = changed ?? stamp
    self.init(
      ordered: Stamp(rawValue: fresh ?? changed), Stamp(rawValue: changed), Stamp(rawValue: stamp))
  }
}

func bytes(_ span: Span<UInt8>) -> [UInt8] { unsafe span.withUnsafeBytes { unsafe [UInt8]($0) } }
func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

extension SeededRandom {
  /// A value that differs at every position and for every start.
  mutating func value(_ count: Int) -> [UInt8] {
    let start = next()
    let block = (0..<min(count, 4096)).map { index in
      UInt8(truncatingIfNeeded: start >> (UInt64(index & 7) * 8) &+ UInt64(index / 8))
    }
    var value: [UInt8] = []
    value.reserveCapacity(count)
    while value.count + block.count <= count, !block.isEmpty {
      value += block
      value[value.count - 1] = UInt8(truncatingIfNeeded: value.count >> 12)
    }
    return value + block.prefix(count - value.count)
  }
}
