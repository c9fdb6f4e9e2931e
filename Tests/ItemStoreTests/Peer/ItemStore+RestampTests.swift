import Testing

@testable import ItemStore

/// Stamps that lie ahead, given anew.
@Suite("New stamps for what lies ahead")
struct ItemStoreRestampTests {
  private static let hour = 3_600_000
  private let right = TestStore.moment(20)

  /// Written in an order, some before the wall clock was an hour ahead, some while it was.
  private func ahead(_ count: Int = 500, expectsPeer: Bool = true) throws -> TestStore {
    let store = try TestStore(bucketPower: 6, expectsPeer: expectsPeer)
    store.store.notePairing()
    for number in 0..<count {
      store.store(bytes("k\(number)"), [1], at: TestStore.moment(number < count / 2 ? 0 : Self.hour))
    }
    return store
  }

  private func restamp(
    _ store: TestStore, above peer: Stamp = .zero, buckets: Int = 1, between: (TestStore, Int) -> Void = { _, _ in }
  ) -> ItemStore.Restamping {
    var work = store.store.beginRestamping(above: peer, at: right)
    var step = 0
    while store.store.restamp(&work, buckets: buckets) {
      step += 1
      between(store, step)
      if step > 100_000 { break }
    }
    #expect(step <= 100_000 && store.store.restampedUpTo == .zero)
    #expect(store.store.audit() == [])
    return work
  }

  /// Nothing lies further ahead of the right time than a second.
  private func isRight(_ store: TestStore) -> Bool {
    let limit = Stamp(endOfTick: right.unixMicroseconds + 1_000_000)
    let areRight = store.walk().allSatisfy { $0.stamp <= limit && $0.changed <= limit && $0.version.fresh <= limit }
    return areRight && store.store.stampClock.fence() <= limit
  }

  @Test("What lies ahead has new stamps above the peer's clock, no further ahead than a moment; the rest keeps its own")
  func above() throws {
    let store = try ahead()
    let before = Dictionary(uniqueKeysWithValues: store.walk().map { ($0.key, $0.stamp) })
    let peer = Stamp(endOfTick: right.unixMicroseconds + 5_000)
    let work = restamp(store, above: peer)
    #expect(work.count == 250 && isRight(store))
    for item in store.walk() {
      let old = before[item.key] ?? .zero
      #expect(old <= peer ? item.stamp == old : item.stamp > peer && item.stamp <= work.limit)
    }
    guard case .stored(let next) = store.store(bytes("next"), [1], at: right) else { return #expect(Bool(false)) }
    #expect(next > work.limit)
  }

  @Test("Of one key the order of its stamps stays, and what was one stays one", arguments: [0, 1])
  func order(node: UInt64) throws {
    let store = try ahead(0)
    store.store.stampClock.setNode(node)
    store.store(bytes("touched"), [1], at: TestStore.moment())
    store.touch(bytes("touched"), expiresAt: 900, at: TestStore.moment(Self.hour))
    store.store(bytes("twice"), [1], at: TestStore.moment(Self.hour))
    store.touch(bytes("twice"), expiresAt: 900, at: TestStore.moment(Self.hour + 5))
    store.store(bytes("once"), [1], at: TestStore.moment(Self.hour))
    let old = store.get(bytes("touched"))?.changed
    _ = restamp(store)
    let (touched, twice) = (try #require(store.get(bytes("touched"))), try #require(store.get(bytes("twice"))))
    #expect(touched.changed == old && touched.stamp > touched.changed)
    #expect(twice.stamp > twice.changed && twice.changed > touched.changed)
    let once = try #require(store.get(bytes("once")))
    #expect(once.stamp == once.changed && isRight(store))
    let renewed = store.walk().filter { $0.stamp > TestStoreStamps.base }
    #expect(renewed.count == 3)
    for item in renewed { #expect(item.stamp.rawValue & 1 == node) }
  }

  @Test("Of what clients touch and derive meanwhile the order of the stamps is right in the end")
  func derivedMeanwhile() throws {
    let store = try ahead(0)
    for number in 0..<500 {
      let key = bytes("k\(number)")
      store.store(key, bytes("1"), at: TestStore.moment(number % 3 == 0 ? 0 : Self.hour))
      if number % 2 == 0 { store.increment(key, by: 1, at: TestStore.moment(Self.hour)) }
    }
    _ = restamp(store) { store, step in
      if step < 3 { return }
      for number in [step * 7 % 500, step * 13 % 500] {
        store.increment(bytes("k\(number)"), by: 1, at: right)
        store.touch(bytes("k\((number + 250) % 500)"), expiresAt: 0, at: right)
      }
    }
    #expect(isRight(store) && store.walk().count == 500)
    for item in store.walk() {
      let version = item.version
      #expect(version.fresh <= version.changed && version.changed <= version.touched)
      #expect(!version.isFresh || version.changed == version.fresh)
    }
  }

  @Test("What had settled with the peer, and what it has had, counts up to the base only")
  func settled() throws {
    let store = try ahead()
    store.store.meetNewPeer(nodeBit: 0)
    store.store.setSettled(store.store.stampClock.fence())
    store.store.setPeerHas(store.store.stampClock.fence())
    store.evict(bytes("k499"))
    #expect(store.store.tombstoneCount == 0)
    let work = restamp(store)
    #expect(store.store.tombstones.settled == work.base)
    store.evict(bytes("k0"))
    #expect(store.store.tombstoneCount == 0)
    store.evict(bytes("k498"))
    #expect(store.store.tombstoneCount == 1)
    store.store.meet(.numbered(1))
    #expect(store.store.purgedThrough > .zero && store.store.purgedThrough <= store.store.stampClock.fence())
  }

  @Test("Tombstones go with it, and the log still finds and settles them")
  func tombstones() throws {
    let store = try ahead()
    for number in 0..<400 { store.delete(bytes("k\(number)"), at: TestStore.moment(Self.hour + 5)) }
    #expect(store.store.tombstoneCount == 400)
    _ = restamp(store)
    #expect(isRight(store) && store.store.tombstoneCount == 400)
    while store.store.settleTombstones(upTo: store.store.stampClock.fence()) {}
    #expect(store.store.tombstoneCount == 0 && store.store.audit() == [])
  }

  @Test("What a flush has killed stays dead, what came after it lives, and the floor is right")
  func flushed() throws {
    let store = try ahead()
    store.store.flush(delay: 0, at: TestStore.moment(Self.hour), journal: nil)
    for number in 0..<10 { store.store(bytes("after\(number)"), [2], at: TestStore.moment(Self.hour)) }
    let peer = Stamp(endOfTick: right.unixMicroseconds + 5_000)
    _ = restamp(store, above: peer)
    #expect(Set(store.walk().filter { !$0.isTombstone }.map(\.key)) == Set((0..<10).map { bytes("after\($0)") }))
    for number in 0..<10 { #expect(store.get(bytes("after\(number)")) != nil) }
    #expect(store.store.floor > peer.predecessor && isRight(store))
    #expect(store.store.floor <= Stamp(endOfTick: right.unixMicroseconds + 1_000_000))
  }

  @Test("Clients write meanwhile: the last write of each key stays the newest, whatever was its turn")
  func clients() throws {
    let store = try ahead()
    var newest: [[UInt8]: Stamp] = [:]
    _ = restamp(store) { store, step in
      for number in [step * 7 % 500, step * 13 % 500] {
        let key = bytes("k\(number)")
        guard case .stored(let stamp) = store.store(key, [9], at: right) else { return }
        if let last = newest[key] { #expect(stamp > last) }
        newest[key] = stamp
        store.touch(bytes("k\((number + 250) % 500)"), expiresAt: 0, at: right)
      }
    }
    #expect(isRight(store) && newest.count > 100)
    for key in newest.keys { #expect(store.get(key)?.value == [9]) }
  }

  @Test("A flush meanwhile kills what has had its turn and what has not, and what is written after it lives")
  func flushMeanwhile() throws {
    for at in [1, 3, 20, 63, 64] {
      let store = try ahead()
      _ = restamp(store) { store, step in
        if step == at { store.store.flush(delay: 0, at: right, journal: nil) }
        if step == at { store.store(bytes("after"), [2], at: right) }
      }
      let live = (0..<500).filter { store.get(bytes("k\($0)")) != nil }
      #expect(live.isEmpty, "flush at step \(at)")
      #expect(store.get(bytes("after"))?.value == [2], "flush at step \(at)")
      #expect(isRight(store))
    }
  }

  @Test("A flush to come whose order lies ahead comes at its time")
  func flushToCome() throws {
    let store = try ahead()
    store.store.flush(delay: 10, at: TestStore.moment(Self.hour), journal: nil)
    let due = store.store.flushState.due
    _ = restamp(store)
    #expect(store.store.flushState.due == due && store.store.flushState.issued <= store.store.stampClock.fence())
    store.store.advance(to: TestStore.moment(Self.hour + 10_000))
    #expect((0..<500).allSatisfy { store.get(bytes("k\($0)")) == nil })
  }

  @Test("The horizon comes down with what it stands for, and no further")
  func horizon() throws {
    let store = try ahead()
    store.purge(bytes("gone"), store.store.stampClock.fence().rawValue)
    let work = restamp(store)
    #expect(store.store.purgedThrough >= work.base && store.store.purgedThrough <= store.store.stampClock.fence())
    let low = try ahead()
    low.purge(bytes("gone"), 99)
    _ = restamp(low)
    #expect(low.store.purgedThrough == Stamp(rawValue: 99))
  }

  @Test("Of a hundred thousand a step takes a bucket, and all are done in one walk")
  func many() throws {
    let store = try TestStore(bucketPower: 14)
    for number in 0..<100_000 { store.store(bytes("k\(number)"), [1], at: TestStore.moment(Self.hour + number)) }
    var work = store.store.beginRestamping(above: .zero, at: right)
    var (steps, most, last) = (0, 0, 0)
    while store.store.restamp(&work, buckets: 1) {
      steps += 1
      most = max(most, work.count - last)
      last = work.count
    }
    #expect(work.count == 100_000 && isRight(store) && most < 200 && steps <= (1 << store.store.index.walkPower) + 2)
  }
}

/// Stamps of the right time in these tests.
private enum TestStoreStamps {
  static let base = Stamp(endOfTick: TestStore.moment(20).unixMicroseconds)
}

extension Stamp {
  fileprivate var predecessor: Stamp { Stamp(rawValue: rawValue - 1) }
}
