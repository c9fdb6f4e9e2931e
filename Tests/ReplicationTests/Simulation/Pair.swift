import Platform
import TestSupport

@testable import ItemStore
@testable import Replication

/// Two stores with their replicators and a wire of bytes between them, carried by hand: whole, in bits, or cut. There
/// may be a third, for either to be linked with in the other's place.
final class Pair {
  final class Side {
    let store: ItemStore
    let rings: [MutationRing]
    let replicator: Replicator
    let identity: PeerIdentity
    var output = ByteBuffer(capacity: 0)
    var input = ByteBuffer(capacity: 0)
    var events: [LinkEvent] = []
    var sentBytes = 0

    /// Microseconds that this side's clock is ahead.
    var skew: Int64 = 0

    init(
      node: UInt64, boot: UInt64, ringCount: Int, configuration: StoreConfiguration, ringBytes: Int, records: Int,
      outputLimit: Int, bucketsPerStep: Int
    ) {
      let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: Pair.start)
      identity = PeerIdentity(node: node, boot: boot)
      do {
        store = try ItemStore(configuration, processClock: clock)
        rings = try (0..<ringCount).map { _ in
          try MutationRing(byteCount: ringBytes, recordCount: records, waker: LinkWaker {})
        }
      } catch { fatalError("\(error)") }
      replicator = Replicator(
        store: store, rings: rings, identity: identity, outputLimit: outputLimit, bucketsPerStep: bucketsPerStep)
    }

    var hello: Hello {
      replicator.completed(Hello(identity: identity, unixMicroseconds: 0, nonce: Nonce(high: 0, low: 0)))
    }
  }

  static let start: UInt64 = 1_700_000_000_000_000
  var sides: [Side]
  var now: UInt64 = Pair.start
  var boots: UInt64 = 3
  /// The two that are linked, or were last.
  private(set) var ends = [0, 1]
  let make: (UInt64, UInt64) -> Side
  /// A key of which new stamps have made the older state the newer one.
  var turned: String?

  init(
    ringCount: Int = 2, ringBytes: Int = 1 << 20, records: Int = 100_000,
    outputLimit: Int = Replicator.defaultOutputLimit, bucketsPerStep: Int = 32,
    memoryLimits: [Int] = [16 << 20, 16 << 20], hasThird: Bool = false,
    configure: (inout StoreConfiguration) -> Void = { _ in }
  ) {
    var configuration = StoreConfiguration()
    configuration.initialBucketPower = 8
    configuration.hashSeed = TestSeeds.first
    configure(&configuration)
    make = { [configuration] node, boot in
      var configuration = configuration
      configuration.memoryLimit = memoryLimits[min(Int(node), 1)]
      return Side(
        node: node, boot: boot, ringCount: ringCount, configuration: configuration, ringBytes: ringBytes,
        records: records, outputLimit: outputLimit, bucketsPerStep: bucketsPerStep)
    }
    sides = [make(0, 1), make(1, 2)]
    if hasThird { sides.append(make(2, 3)) }
  }

  /// Time as a side's clocks show it: the wall clock may be wrong, seconds pass alike.
  func moment(_ index: Int) -> Moment {
    let wall = now &+ UInt64(bitPattern: sides[index].skew)
    let clock = sides[index].store.processClock
    return clock.moment(monotonicNanoseconds: (now - Pair.start) * 1000, unixMicroseconds: wall)
  }

  /// False where their clocks do not allow it.
  ///
  /// - Parameter features: that neither says it has.
  @discardableResult func join(_ one: Int = 0, _ other: Int = 1, without features: HelloFeatures = []) -> Bool {
    ends = [min(one, other), max(one, other)]
    guard agree() else { return false }
    let hellos = ends.map { index in
      var hello = sides[index].hello
      hello.features.subtract(features)
      return hello
    }
    for (place, index) in ends.enumerated() {
      let side = sides[index]
      side.replicator.now = .microseconds(Int64(now))
      side.replicator.moment = moment(index)
      side.replicator.beginSession(
        hellos[1 - place], nodeBit: UInt64(place), askedInHello: hellos[place].wantsCopyFromZero,
        ahead: agreement(index).ahead)
    }
    return true
  }

  func peer(of index: Int) -> Int { ends[0] == index ? ends[1] : ends[0] }

  // MARK: Cuts

  func cut() {
    for side in sides {
      side.replicator.endSession()
      side.output.clear()
      side.input.clear()
    }
  }

  func crash(_ index: Int) {
    cut()
    restart(index)
  }

  /// It begins again, empty.
  func restart(_ index: Int) {
    boots += 1
    let skew = sides[index].skew
    sides[index] = make(UInt64(index), boots)
    sides[index].skew = skew
  }

  /// One side says what it has to say, up to `limit` bytes of it.
  func send(_ index: Int, limit: Int = .max) {
    now += 1
    sides[index].replicator.now = .microseconds(Int64(now))
    sides[index].replicator.moment = moment(index)
    _ = sides[index].replicator.fill(&sides[index].output)
    carry(index, limit: limit)
  }

  /// What stands in its output is on its way.
  func carry(_ index: Int, limit: Int = .max) {
    let (side, peer) = (sides[index], sides[peer(of: index)])
    side.events += side.replicator.events
    side.replicator.events = []
    let count = min(side.output.count, limit)
    Self.move(count, from: &side.output, to: &peer.input)
    side.sentBytes += count
  }

  private static func move(_ count: Int, from source: inout ByteBuffer, to target: inout ByteBuffer) {
    target.reserve(count)
    target.append(source.bytes.extracting(first: count))
    source.consume(count)
  }

  /// One side hears up to `limit` frames. Nil, or what is wrong with them.
  func receive(_ index: Int, limit: Int = .max) -> MalformedFrame? {
    let side = sides[index]
    side.replicator.now = .microseconds(Int64(now))
    for _ in 0..<limit {
      switch FrameDecoder.decode(side.input.bytes) {
      case .incomplete: return nil
      case .malformed(let what): return what
      case .frame(let frame, let count):
        if let what = side.replicator.receive(frame, in: side.input.bytes, at: moment(index)) { return what }
        side.input.consume(count)
      }
    }
    side.events += side.replicator.events
    side.replicator.events = []
    return nil
  }

  /// Until neither has anything to say.
  func settle() {
    for _ in 0..<10_000 {
      let before = sides.map(\.sentBytes)
      for index in ends { send(index) }
      for index in ends { _ = receive(index) }
      if sides.map(\.sentBytes) != before || sides.contains(where: { !$0.input.isEmpty }) { continue }
      if sides.allSatisfy({ !$0.replicator.state.awaitsDrain }) { return }
      // It rests before it copies again.
      now += 100_000
    }
  }

  // MARK: Clients

  @discardableResult func set(_ index: Int, _ key: String, _ value: [UInt8], ring: Int = 0, expiresAt: UInt32 = 0)
    -> Stamp
  {
    store(index, .set, key, value, ring: ring, expiresAt: expiresAt) ?? .zero
  }

  /// Nil where there is one.
  func add(_ index: Int, _ key: String, _ value: [UInt8], ring: Int = 0) -> Stamp? {
    store(index, .add, key, value, ring: ring)
  }

  private func store(
    _ index: Int, _ mode: StoreMode, _ key: String, _ value: [UInt8], ring: Int, expiresAt: UInt32 = 0
  ) -> Stamp? {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    let outcome = side.store.store(
      bytes.span, hash: side.store.hash(bytes.span), mode: mode, clientFlags: 5, expiresAt: expiresAt,
      value: value.span, at: moment(index), journal: side.rings[ring])
    guard case .stored(let stamp) = outcome else { return nil }
    return stamp
  }

  func touch(_ index: Int, _ key: String, ring: Int = 0, expiresAt: UInt32 = 0) {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    side.store.touch(
      bytes.span, hash: side.store.hash(bytes.span), expiresAt: expiresAt, at: moment(index), journal: side.rings[ring])
  }

  /// Returns the deletion's stamp, if this side ever had a peer.
  @discardableResult func delete(_ index: Int, _ key: String, ring: Int = 0) -> Stamp {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    _ = side.store.delete(bytes.span, hash: side.store.hash(bytes.span), at: moment(index), journal: side.rings[ring])
    let clock = side.store.stampClock
    return Stamp(rawValue: clock.fence().rawValue & ~1 | clock.nodeBit)
  }

  /// What the hand of the clock does when it finds the item.
  func evict(_ index: Int, _ key: String) { sides[index].store.evict([UInt8](key.utf8)) }

  func flush(_ index: Int, delay: Int64 = 0, ring: Int = 0) {
    now += 1
    sides[index].store.flush(delay: delay, at: moment(index), journal: sides[index].rings[ring])
  }

  /// What every batch of requests begins with: a flush whose time has come takes effect.
  func advance() {
    for (index, side) in sides.enumerated() { side.store.advance(to: moment(index)) }
  }

  struct Held: Equatable {
    let version: Version
    let marks: ItemMarks
    let value: [UInt8]
    let flags: UInt32
    let expiresAt: UInt32

    /// Of the last change of any kind.
    var stamp: Stamp { version.touched }
    /// Of the last change of the value.
    var changed: Stamp { version.changed }
    /// The cas unique.
    var cas: UInt64 { marks.explicitCAS ?? version.changed.rawValue }

    /// Not when it expires, which is no part of a state.
    static func == (one: Held, other: Held) -> Bool {
      (one.version, one.marks, one.flags) == (other.version, other.marks, other.flags) && one.value == other.value
    }
  }

  /// What clients of a side see, by key.
  func live(_ index: Int) -> [String: Held] {
    let side = sides[index]
    var found: [String: Held] = [:]
    var cursor = WalkCursor()
    while side.store.walk(
      &cursor, buckets: 64,
      { view in
        if view.isTombstone || side.store.isFlushed(view) { return }
        if view.expiresAt != 0, view.expiresAt <= moment(index).seconds { return }
        var value: [UInt8] = []
        view.forEachPiece { piece in
          value += [UInt8](copying: piece)
          return true
        }
        let key = String(decoding: [UInt8](copying: view.key), as: UTF8.self)
        found[key] = Held(
          version: view.version, marks: view.marks, value: value, flags: view.clientFlags, expiresAt: view.expiresAt)
      })
    {}
    return found
  }
}
