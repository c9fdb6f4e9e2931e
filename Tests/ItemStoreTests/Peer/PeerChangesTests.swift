import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("What comes from the peer")
struct ApplyTests {
  enum Record {
    case value(Version, [UInt8], UInt32)
    case delete(Version)
  }

  private func apply(_ record: Record, to store: TestStore) {
    switch record {
    case .value(let version, let value, let flags):
      store.apply(
        bytes("k"), value, stamp: version.touched.rawValue, changed: version.changed.rawValue,
        fresh: version.fresh.rawValue, flags: flags)
    case .delete(let version):
      store.applyDelete(
        bytes("k"), stamp: version.touched.rawValue, changed: version.changed.rawValue, fresh: version.fresh.rawValue)
    }
  }

  @Test("Any order and any repetition of the same records ends in the same state, equal stamps included")
  func commutative() throws {
    let seed = TestSeeds.first
    print("ApplyTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    let store = try TestStore(maxItemSize: 4 << 20)
    store.store.notePairing()
    for round in 0..<60 {
      let records = (0..<4).map { _ in
        let fresh = 100 + UInt64(random.below(3)) * 2 + UInt64(round) * 100
        let changed = fresh + UInt64(random.below(2) * random.below(4))
        let version = Version(changed + UInt64(random.below(2) * random.below(4)), changed: changed, fresh: fresh)
        let value = [UInt8](repeating: UInt8(random.below(3)), count: [0, 1, 2, 600, 5000][random.below(5)])
        if random.below(3) == 0 { return Record.delete(version) }
        return .value(version, value, UInt32(random.below(2)))
      }
      var outcomes: Set<HeldItem?> = []
      for order in permutations(of: Array(records.indices)) {
        remove(store)
        for position in order { apply(records[position], to: store) }
        for position in order.prefix(2) { apply(records[position], to: store) }
        outcomes.insert(store.getAny(bytes("k")))
      }
      #expect(outcomes.count == 1, "seed \(seed), round \(round): \(records)")
    }
    #expect(store.store.audit() == [])
  }

  /// As if the key had never been.
  private func remove(_ store: TestStore) {
    store.applyDelete(bytes("k"), stamp: store.getAny(bytes("k")).map { $0.stamp.rawValue + 1 } ?? 1)
    while store.store.settleTombstones(upTo: .greatest) {}
  }

  private func permutations(of items: [Int]) -> [[Int]] {
    if items.isEmpty { return [[]] }
    return items.indices.flatMap { position in
      var rest = items
      let item = rest.remove(at: position)
      return permutations(of: rest).map { [item] + $0 }
    }
  }

  @Test("The higher stamp wins, and each outcome is told")
  func outcomes() throws {
    let store = try TestStore()
    store.store.notePairing()
    #expect(store.apply(bytes("k"), [5], stamp: 100) == .applied)
    #expect(store.apply(bytes("k"), [9], stamp: 98) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [5], stamp: 100) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [4], stamp: 100) == .conflict(applied: false))
    #expect(store.apply(bytes("k"), [6], stamp: 100) == .conflict(applied: true))
    #expect(store.applyDelete(bytes("k"), stamp: 100) == .conflict(applied: false))
    #expect(store.applyDelete(bytes("k"), stamp: 102) == .applied)
    #expect(store.applyDelete(bytes("k"), stamp: 102) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [7], stamp: 102) == .conflict(applied: true))
    #expect(store.get(bytes("k"))?.value == [7])
    #expect(store.applyDelete(bytes("never here"), stamp: 104) == .applied)
    #expect(store.getAny(bytes("never here"))?.isTombstone == true)
    #expect(store.store.audit() == [])
  }

  @Test("What is heard moves the clock: a write after it is newer")
  func clock() throws {
    let store = try TestStore()
    let ahead = TestStore.moment(30_000).unixMicroseconds * 1000
    store.apply(bytes("k"), [1], stamp: ahead)
    guard case .stored(let stamp) = store.store(bytes("k"), [2]) else {
      Issue.record("set is refused")
      return
    }
    #expect(stamp.rawValue > ahead)
  }

  @Test(
    "At or below the horizon a value for a key not held is refused, a delete leaves nothing, one held is overwritten")
  func horizon() throws {
    let store = try TestStore()
    store.store.notePairing()
    store.apply(bytes("held"), [1], stamp: 90)
    for key in ["gone", "held"] { store.purge(bytes(key), 100) }
    #expect(store.apply(bytes("gone"), [1], stamp: 100) == .refused)
    #expect(store.applyDelete(bytes("gone"), stamp: 100) == .ignoredOlder)
    #expect(store.getAny(bytes("gone")) == nil)
    #expect(store.apply(bytes("held"), [2], stamp: 95) == .overtook(Version(90)))
    #expect(store.apply(bytes("gone"), [1], stamp: 102) == .applied)
    #expect(store.apply(bytes("other"), [1], stamp: 50) == .applied)
    store.purge(bytes("gone too"), 100)
    store.store.settleHorizon(upTo: Stamp(rawValue: 100), refusalsConfirmed: 0)
    #expect(store.apply(bytes("gone too"), [1], stamp: 50) == .applied)
    #expect(store.store.audit() == [])
  }

  @Test("A refused item becomes a tombstone if it still stands, and not if it was written since")
  func refusal() throws {
    let store = try TestStore()
    store.store.notePairing()
    store.apply(bytes("k"), [1], stamp: 100)
    let hash = store.store.hash(bytes("k").span)
    store.store.applyRefusal(bytes("k").span, hash: hash, version: Version(98))
    #expect(store.get(bytes("k")) != nil)
    store.store.applyRefusal(bytes("k").span, hash: hash, version: Version(100))
    #expect(store.get(bytes("k")) == nil)
    #expect(store.getAny(bytes("k"))?.version == Version(100))
  }

  @Test("So does what was derived from it or touched since, with its own stamps")
  func refusalOfBase() throws {
    let later = [Version(120, fresh: 100), Version(120, changed: 100), Version(130, changed: 120, fresh: 100)]
    for (held, refused) in later.flatMap({ [($0, Version(100)), (Version(140, fresh: 100), $0)] }) {
      let store = try TestStore()
      store.store.notePairing()
      apply(.value(held, [1], 0), to: store)
      store.store.applyRefusal(bytes("k").span, hash: store.store.hash(bytes("k").span), version: refused)
      #expect(store.getAny(bytes("k"))?.isTombstone == true && store.getAny(bytes("k"))?.version == held)
      #expect(store.store.audit() == [])
    }
  }

  @Test(
    "A set or delete is not lost to what was derived from an older value, whenever that was", arguments: [1, 2, 900])
  func derivedIsOlder(size: Int) throws {
    let value = [UInt8](repeating: 2, count: size)
    for derived in [Version(300, fresh: 100), Version(300, changed: 100), Version(400, changed: 300, fresh: 100)] {
      for newer in [Record.value(Version(200), [1], 0), .delete(Version(200))] {
        let (first, last) = (try TestStore(), try TestStore())
        for store in [first, last] { store.store.notePairing() }
        apply(newer, to: first)
        let held = first.getAny(bytes("k"))
        apply(.value(derived, value, 0), to: first)
        #expect(first.getAny(bytes("k")) == held)
        apply(.value(derived, value, 0), to: last)
        apply(newer, to: last)
        #expect(last.getAny(bytes("k")) == held)
        #expect(first.store.audit() == [] && last.store.audit() == [])
      }
    }
  }

  @Test("A flush removes what was derived from a value before it, here and when it comes later")
  func floorByFresh() throws {
    let store = try TestStore()
    store.store(bytes("here"), [1])
    store.store.flush(delay: 0, at: TestStore.moment(1000), journal: nil)
    let floor = store.store.floor.rawValue
    store.store(bytes("after"), bytes("1"), at: TestStore.moment(1000))
    store.increment(bytes("after"), by: 1, at: TestStore.moment(1000))
    #expect(store.apply(bytes("k"), [1], stamp: floor + 100, fresh: floor) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [1], stamp: floor + 100, changed: floor - 1) == .ignoredOlder)
    #expect(store.applyDelete(bytes("k"), stamp: floor + 100, fresh: floor) == .ignoredOlder)
    #expect(store.getAny(bytes("k")) == nil)
    store.apply(bytes("here"), [1], stamp: floor + 100, fresh: floor)
    #expect(store.get(bytes("here")) == nil && store.get(bytes("after"))?.value == bytes("2"))
    #expect(store.apply(bytes("k"), [1], stamp: floor + 100, fresh: floor + 1) == .applied)
  }

  @Test("A horizon refuses what was derived after it from what may have been forgotten")
  func refusedByFresh() throws {
    let store = try TestStore()
    store.store.notePairing()
    store.purge(bytes("k"), 100)
    #expect(store.apply(bytes("k"), [1], stamp: 200, fresh: 100) == .refused)
    #expect(store.apply(bytes("k"), [1], stamp: 200, changed: 100) == .refused)
    #expect(store.applyDelete(bytes("k"), stamp: 200, fresh: 100) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [1], stamp: 200, fresh: 101) == .applied)
  }

  @Test("What is evicted or expires leaves a tombstone of its three stamps; of a 2.x also what finds no space")
  func tombstones() throws {
    for version in [
      Version(300), Version(300, fresh: 100), Version(300, changed: 100), Version(300, changed: 200, fresh: 9),
    ] {
      let store = try TestStore(maxItemSize: 1000)
      store.store.notePairing()
      store.apply(bytes("roomless"), [1], stamp: 5)
      for (key, expiresAt) in [("evicted", 0), ("expired", 90), ("roomless", 0)] as [(String, UInt32)] {
        let value = [UInt8](repeating: 1, count: key == "roomless" ? 2000 : 10)
        store.apply(
          bytes(key), value, stamp: version.touched.rawValue, changed: version.changed.rawValue,
          fresh: version.fresh.rawValue, expiresAt: expiresAt)
      }
      store.evict(bytes("evicted"))
      #expect(store.get(bytes("expired")) == nil)
      for key in ["evicted", "expired", "roomless"] {
        let left = try #require(store.getAny(bytes(key)))
        #expect(left.isTombstone && left.version == version)
      }
      #expect(store.store.audit() == [])
      _ = store.store.settleTombstones(upTo: Stamp(rawValue: 299))
      #expect(store.store.tombstoneCount == 3)
      _ = store.store.settleTombstones(upTo: Stamp(rawValue: 300))
      #expect(store.store.tombstoneCount == 0)
      #expect(store.store.audit() == [])
    }
  }

  @Test("The cas unique comes with a state, into the old one's chunk and into another, and goes with the next")
  func uniques() throws {
    for size in Array(0...40) + [5_000, 600_000] {
      let store = try TestStore(maxItemSize: 4 << 20)
      let value = [UInt8](repeating: 1, count: size)
      for (stamp, changed) in [(100, nil), (110, 100), (120, 100), (130, nil), (140, 136)] as [(UInt64, UInt64?)] {
        #expect(store.apply(bytes("k"), value, stamp: stamp, changed: changed) == .applied)
        let held = try #require(store.get(bytes("k")))
        #expect(held.stamp.rawValue == stamp && held.changed.rawValue == changed ?? stamp && held.value == value)
        #expect(store.store.audit() == [])
      }
    }
  }

  @Test("Below the floor nothing is applied")
  func floor() throws {
    let store = try TestStore()
    store.store.notePairing()
    let floor = Stamp(rawValue: 101)
    store.store.applyFlush(FlushState(floor: floor, issued: floor, due: 0), at: TestStore.moment())
    #expect(store.apply(bytes("k"), [1], stamp: 100) == .ignoredOlder)
    #expect(store.applyDelete(bytes("k"), stamp: 100) == .ignoredOlder)
    #expect(store.getAny(bytes("k")) == nil)
    #expect(store.apply(bytes("k"), [1], stamp: 102) == .applied)
  }

  @Test("A newer state that is too large here takes the older one away")
  func tooLarge() throws {
    let store = try TestStore(maxItemSize: 1000)
    store.store.notePairing()
    store.apply(bytes("k"), [1], stamp: 100)
    #expect(store.apply(bytes("k"), [UInt8](repeating: 1, count: 2000), stamp: 102) == .outOfMemory)
    #expect(store.get(bytes("k")) == nil)
    #expect(store.store.audit() == [])
  }

  @Test("What the peer has derived from a value of this side ends when that was to", arguments: [1, 20_000])
  func derivedThere(size: Int) throws {
    let large = [UInt8](repeating: 1, count: size)
    for (fresh, changed, end, kept) in [
      (100, 111, 902, 900), (100, 111, 903, 903), (100, 111, 899, 899), (100, 105, 902, 902), (110, 111, 902, 902),
    ] as [(UInt64, UInt64, UInt32, UInt32)] {
      let store = try TestStore()
      store.apply(bytes("k"), large, stamp: 100, expiresAt: 900)
      let outcome = store.apply(bytes("k"), large, stamp: 111, changed: changed, fresh: fresh, expiresAt: end)
      #expect(outcome == .applied && store.get(bytes("k"))?.expiresAt == kept)
      store.apply(bytes("for ever"), large, stamp: 100)
      store.apply(bytes("for ever"), large, stamp: 111, changed: 111, fresh: 100, expiresAt: 102)
      #expect(store.get(bytes("for ever"))?.expiresAt == 102)
    }
    let store = try TestStore()
    store.apply(bytes("k"), large, stamp: 101, expiresAt: 900)
    store.apply(bytes("k"), large, stamp: 111, changed: 111, fresh: 101, expiresAt: 902)
    #expect(store.get(bytes("k"))?.expiresAt == 902, "the peer's own is as the peer says")
  }

  @Test("Stamps beyond all time change nothing, and the clock goes on")
  func absurdStamps() throws {
    let store = try TestStore()
    store.store.notePairing()
    for stamp: UInt64 in [.max, .max - 1, 1 << 63] {
      #expect(store.apply(bytes("k"), [1], stamp: stamp) == .ignoredOlder)
      #expect(store.applyDelete(bytes("k"), stamp: stamp) == .ignoredOlder)
    }
    #expect(store.getAny(bytes("k")) == nil)
    guard case .stored(let stamp) = store.store(bytes("k"), [1]) else {
      Issue.record("set is refused")
      return
    }
    #expect(stamp < .greatest)
    #expect(store.store.audit() == [])
  }
}
