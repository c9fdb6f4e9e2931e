import ItemStore
import Platform
import Synchronization
import Testing

@testable import Replication

@Suite struct MutationRingTests {
  private let store: ItemStore
  private let clock = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 1_700_000_000_000_000)

  init() throws {
    var configuration = StoreConfiguration()
    configuration.maxItemSize = 4 << 20
    store = try ItemStore(configuration, processClock: clock)
    store.notePairing()
  }

  private func ring(bytes: Int = 1 << 20, records: Int = 1000, waker: LinkWaker = LinkWaker {}) throws -> MutationRing {
    try MutationRing(byteCount: bytes, recordCount: records, waker: waker)
  }

  private let moment = Moment(seconds: 5, unixMicroseconds: 1_700_000_003_000_000)

  private func set(_ key: String, _ value: [UInt8], _ ring: MutationRing, expiresAt: UInt32 = 0) {
    let bytes = [UInt8](key.utf8)
    _ = store.store(
      bytes.span, hash: store.hash(bytes.span), mode: .set, clientFlags: 9, expiresAt: expiresAt, value: value.span,
      at: moment, journal: ring)
  }

  @Test("off or full it still knows its newest change: the answer to that must wait until it is copied")
  func newestWithoutRoom() throws {
    let ring = try ring(records: 2)
    set("before", [1], ring)
    let before = ring.newestStamp
    #expect(before == stamp(of: "before") && ring.queuedRecords == 0)
    ring.turnOn()
    for key in ["a", "b", "c"] { set(key, [1], ring) }
    #expect(ring.hasOverflowed && ring.newestStamp == stamp(of: "c") && ring.newestStamp > before)
    #expect(frames(ring).count == 2 && ring.mayHold(stamp(of: "c")), "nor is what is in none sent")
  }

  @Test("its position counts what was changed while there is a peer, recorded or not")
  func positions() throws {
    let ring = try ring(records: 2)
    set("before", [1], ring)
    #expect(ring.position == 0)
    ring.turnOn()
    for key in ["a", "b", "c"] { set(key, [1], ring) }
    ring.giveUp()
    set("d", [1], ring)
    #expect(ring.position == 4 && ring.queuedRecords == 0)
    ring.turnOn()
    #expect(ring.copiedPosition == 4 && ring.drainedPosition == 4)
    set("e", [1], ring)
    #expect(ring.position == 5 && frames(ring).count == 1 && ring.drainedPosition == 5)
    ring.turnOff()
    set("f", [1], ring)
    #expect(ring.position == 5)
  }

  private func stamp(of key: String) -> Stamp {
    let bytes = [UInt8](key.utf8)
    var stamp = Stamp.zero
    store.viewAny(bytes.span, hash: store.hash(bytes.span)) { stamp = $0.touched }
    return stamp
  }

  private func frames(_ ring: MutationRing) -> [Frame] {
    var found: [Frame] = []
    while let frame = takeOne(ring.bytes) {
      found.append(frame)
      ring.noteDrained(1)
    }
    return found
  }

  @discardableResult private func takeOne(_ ring: borrowing ByteRing) -> Frame? {
    guard case .frame(let frame, let count) = FrameDecoder.decode(ring.readable) else { return nil }
    ring.consume(count)
    return frame
  }

  @Test("a ring that is off records nothing; one that is on, frames as they go to the peer")
  func records() throws {
    let ring = try ring()
    set("before", [1], ring)
    #expect(ring.queuedRecords == 0)
    ring.turnOn()
    set("key", [1, 2], ring, expiresAt: 12)
    store.flush(delay: 0, at: moment, journal: ring)
    let key = [UInt8]("key".utf8)
    _ = store.delete(key.span, hash: store.hash(key.span), at: moment, journal: ring)
    let found = frames(ring)
    guard case .record(let head, let range, let value) = found.first else { return #expect(Bool(false), "no record") }
    #expect(range.count == 3 && value.count == 2 && head.clientFlags == 9 && head.remaining == 12)
    guard case .flush(store.flushState) = found[1], case .delete(let version, _) = found[2] else {
      return #expect(Bool(false), "\(found)")
    }
    #expect(version > head.version && ring.newestStamp == version.touched && ring.queuedRecords == 0)
  }

  @Test("what is derived or touched is recorded with its three stamps, whatever its size")
  func derived() throws {
    let ring = try ring()
    for (key, count) in [("small", 1), ("large", FrameLimits.value + 1)] {
      set(key, [UInt8](repeating: 49, count: count), ring)
    }
    ring.turnOn()
    var expected: [Version] = []
    for key in ["small", "large"] {
      let bytes = [UInt8](key.utf8)
      let hash = store.hash(bytes.span)
      let note = { store.viewAny(bytes.span, hash: hash) { expected.append($0.version) } }
      _ = store.store(
        bytes.span, hash: hash, mode: .append, clientFlags: 0, expiresAt: 0, value: [50].span, at: moment, journal: ring
      )
      _ = note()
      store.touch(bytes.span, hash: hash, expiresAt: 50, at: moment, journal: ring)
      _ = note()
      #expect(ring.newestStamp == expected.last?.touched)
    }
    let found = frames(ring).map { frame -> Version? in
      switch frame {
      case .record(let head, _, _): head.version
      case .reference(let version, _): version
      default: nil
      }
    }
    #expect(found == expected && Set(expected.map(\.fresh)).count == 2 && Set(expected).count == 4)
  }

  @Test("a value above 64 KB leaves its key and stamps only")
  func references() throws {
    let ring = try ring()
    ring.turnOn()
    set("large", [UInt8](repeating: 1, count: FrameLimits.value + 1), ring)
    set("chained", [UInt8](repeating: 1, count: 2 << 20), ring)
    set("fits", [UInt8](repeating: 1, count: FrameLimits.value), ring)
    let found = frames(ring)
    guard case .reference = found[0], case .reference = found[1], case .record = found[2] else {
      return #expect(Bool(false), "\(found)")
    }
  }

  @Test("full by bytes or by records it flags the overflow and records no more until it is turned on again")
  func overflow() throws {
    for ring in [try ring(records: 3), try ring(bytes: 1)] {
      ring.turnOn()
      for number in 0..<1000 { set("k\(number)", [UInt8](repeating: 1, count: 3000), ring) }
      #expect(ring.hasOverflowed)
      let queued = ring.queuedRecords
      set("one more", [1], ring)
      #expect(ring.queuedRecords == queued)
      ring.turnOff()
      #expect(ring.queuedRecords == 0 && !ring.hasOverflowed)
      ring.turnOn()
      set("again", [1], ring)
      #expect(frames(ring).count == 1)
    }
  }

  @Test("the link is woken once, only when it sleeps, and only for something new")
  func waker() throws {
    let count = Counter()
    let waker = LinkWaker { count.value.add(1, ordering: .relaxed) }
    let ring = try ring(waker: waker)
    ring.turnOn()
    set("a", [1], ring)
    ring.flush()
    #expect(count.value.load(ordering: .relaxed) == 0)
    waker.prepareToSleep()
    ring.flush()
    #expect(count.value.load(ordering: .relaxed) == 0, "nothing new since the last flush")
    set("b", [1], ring)
    ring.flush()
    set("c", [1], ring)
    ring.flush()
    #expect(count.value.load(ordering: .relaxed) == 1, "it is awake by then")
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test("a gate waits for a mutation under way and for what it leaves, not for what comes later")
  func barrier() throws {
    let rings = [try ring(), try ring()]
    for ring in rings { ring.turnOn() }
    set("a", [1], rings[0])
    rings[1].willMutate()
    var barrier = WatermarkBarrier(ringCount: 2)
    barrier.open(store.stampClock.fence(), rings)
    var isPassed = barrier.isPassed(rings)
    #expect(!isPassed)
    set("later", [1], rings[0])
    takeOne(rings[0].bytes)
    isPassed = barrier.isPassed(rings)
    #expect(!isPassed, "the other's mutation has not ended")
    rings[1].didMutate()
    isPassed = barrier.isPassed(rings)
    #expect(isPassed)
    #expect(frames(rings[0]).count == 1)
  }
}
