import ItemStore
import Platform
import TestSupport

@testable import Replication

/// A store with its `LegacyReplicator` and an `OldCache`, and a wire of bytes between them, carried by hand.
final class OldPair {
  let store: ItemStore
  let rings: [MutationRing]
  let replicator: LegacyReplicator
  var old = OldCache()
  var events: [LinkEvent] = []
  /// On their way to it, and to this side.
  var there = ByteBuffer(capacity: 0)
  var back: [UInt8] = []
  /// Microseconds.
  var now = OldPair.start
  private(set) var said = ""

  static let start: UInt64 = 1_700_000_000_000_000

  init(
    itemLimit: Int = 1 << 20, ringBytes: Int = 1 << 20, records: Int = 100_000, outputLimit: Int = 256 << 10,
    configure: (inout StoreConfiguration) -> Void = { _ in }
  ) {
    var configuration = StoreConfiguration()
    configuration.memoryLimit = 64 << 20
    configuration.initialBucketPower = 8
    configuration.hashSeed = TestSeeds.first
    configuration.maxItemSize = 8 << 20
    configuration.expectsPeer = true
    configure(&configuration)
    let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: Self.start)
    do {
      store = try ItemStore(configuration, processClock: clock)
      rings = try (0..<2).map { _ in
        try MutationRing(byteCount: ringBytes, recordCount: records, waker: LinkWaker {})
      }
    } catch { fatalError("\(error)") }
    replicator = LegacyReplicator(
      store: store, rings: rings, itemLimit: itemLimit, outputLimit: outputLimit, bucketsPerStep: 2)
    old.itemLimit = itemLimit
  }

  var moment: Moment {
    store.processClock.moment(monotonicNanoseconds: (now - Self.start) * 1000, unixMicroseconds: now)
  }

  func advance(milliseconds: UInt64) {
    now += milliseconds * 1000
    old.advance(to: Int64(now / 1_000_000))
    store.advance(to: moment)
  }

  // MARK: The link

  /// This side accepts, it connects; or the other way round, and then it says its copy first.
  func join(_ role: Role, settles: Bool = true) {
    replicator.now = .microseconds(Int64(now))
    replicator.beginSession(role, hasSpoken: role == .slave, settles: settles)
    if role == .slave { back += old.copy }
  }

  func cut() {
    replicator.now = .microseconds(Int64(now))
    replicator.endSession()
    there.clear()
    back = []
    input = []
    old.disconnect()
  }

  /// Up to so many bytes of this side's reach it.
  func send(limit: Int = .max) {
    now += 1
    replicator.now = .microseconds(Int64(now))
    replicator.moment = moment
    _ = replicator.fill(&there)
    takeEvents()
    let count = min(there.count, limit)
    let bytes = [UInt8](copying: there.bytes.extracting(first: count))
    if bytes.count < 4096 { said += String(decoding: bytes, as: UTF8.self) }
    old.receive(bytes)
    there.consume(count)
  }

  /// Up to so many bytes of its reach this side, in pieces of this size. Nil, or what ends the link.
  @discardableResult func receive(limit: Int = .max, piece: Int = .max) -> LegacyReceiving? {
    replicator.now = .microseconds(Int64(now))
    var left = min(limit, back.count)
    while left > 0 {
      let count = min(piece, left)
      input += back.prefix(count)
      back.removeFirst(count)
      left -= count
      if let fault = parse() { return fault }
    }
    takeEvents()
    return nil
  }

  private var input: [UInt8] = []

  private func parse() -> LegacyReceiving? {
    while true {
      switch replicator.receive(input.span, at: moment) {
      case .consumed(let count): input.removeFirst(count)
      case .incomplete: return nil
      case let fault: return fault
      }
    }
  }

  private func takeEvents() {
    events += replicator.events
    replicator.events = []
  }

  /// Until neither has anything to say.
  func settle() {
    for _ in 0..<10_000 {
      let before = replicator.link.produced
      send()
      receive()
      if replicator.link.produced != before || !back.isEmpty || !there.isEmpty { continue }
      if replicator.state.awaitsDrain || !replicator.link.writeConflicts.due.isEmpty {
        advance(milliseconds: 100)
        continue
      }
      if replicator.isDrained || replicator.link.awaitsCopy { return }
    }
  }

  // MARK: Clients

  func set(_ key: String, _ value: [UInt8], ring: Int = 0, expiresAt: UInt32 = 0) {
    now += 1
    let bytes = [UInt8](key.utf8)
    _ = store.store(
      bytes.span, hash: store.hash(bytes.span), mode: .set, clientFlags: 5, expiresAt: expiresAt, value: value.span,
      at: moment, journal: rings[ring])
  }

  func set(_ key: String, _ text: String, ring: Int = 0) { set(key, [UInt8](text.utf8), ring: ring) }

  func delete(_ key: String, ring: Int = 0) {
    now += 1
    let bytes = [UInt8](key.utf8)
    _ = store.delete(bytes.span, hash: store.hash(bytes.span), at: moment, journal: rings[ring])
  }

  func touch(_ key: String, expiresAt: UInt32) {
    let bytes = [UInt8](key.utf8)
    store.touch(bytes.span, hash: store.hash(bytes.span), expiresAt: expiresAt, at: moment, journal: rings[0])
  }

  func flush(delay: Int64 = 0, ring: Int = 0) { store.flush(delay: delay, at: moment, journal: rings[ring]) }

  func oldSet(_ key: String, _ text: String) { back += old.set(key, [UInt8](text.utf8)) }
  func oldDelete(_ key: String) { back += old.delete(key) }

  func bytes(_ key: String) -> [UInt8]? { store.value(of: key, at: moment) }

  func text(_ key: String) -> String? { bytes(key).map { String(decoding: $0, as: UTF8.self) } }

  /// What clients of this side see, by key.
  var live: [String: [UInt8]] {
    var keys: [String] = []
    var cursor = WalkCursor()
    while store.walk(&cursor, buckets: 64, { keys.append(String(decoding: [UInt8](copying: $0.key), as: UTF8.self)) }) {
    }
    var found: [String: [UInt8]] = [:]
    for key in keys { if let value = bytes(key) { found[key] = value } }
    return found
  }

  /// Both hold the same, and it lives.
  var agrees: Bool {
    old.crash == nil && !old.isClosed && live == old.items.mapValues(\.value).filter { old.text(of: $0.key) != nil }
  }
}
