import ItemStore
import Testing

@testable import ItemStore

@Suite("What comes from the peer")
struct ApplyTests {
  enum Record {
    case value(UInt64, [UInt8], UInt32, changed: UInt64?)
    case delete(UInt64)
  }

  private func apply(_ record: Record, to store: TestStore) {
    switch record {
    case .value(let stamp, let value, let flags, let changed):
      store.apply(bytes("k"), value, stamp: stamp, changed: changed, flags: flags)
    case .delete(let stamp): store.applyDelete(bytes("k"), stamp: stamp)
    }
  }

  @Test("A newer value without room takes the older one away, and one between the two does not come in its place")
  func withoutRoom() throws {
    let store = try TestStore(largestItem: 1 << 20)
    store.store.notePairing()
    #expect(store.apply(bytes("k"), [1], stamp: 10) == .applied)
    #expect(store.apply(bytes("k"), [UInt8](repeating: 3, count: 2 << 20), stamp: 30) == .outOfMemory)
    #expect(store.apply(bytes("k"), [2], stamp: 20) == .ignoredOlder)
    #expect(store.apply(bytes("k"), [4], stamp: 40) == .applied)
  }

  @Test("Any order and any repetition of the same records ends in the same state, equal stamps included")
  func commutative() throws {
    let seed = SeededRandom.freshSeed()
    print("ApplyTests: seed \(seed)")
    var random = SeededRandom(seed: seed)
    let store = try TestStore(largestItem: 4 << 20)
    store.store.notePairing()
    for round in 0..<60 {
      let records = (0..<4).map { _ in
        let stamp = 100 + UInt64(random.below(3)) * 2 + UInt64(round) * 100
        let value = [UInt8](repeating: UInt8(random.below(3)), count: [0, 1, 2, 600, 5000][random.below(5)])
        let changed = random.below(2) == 0 ? nil : stamp - 1 - UInt64(random.below(2))
        if random.below(3) == 0 { return Record.delete(stamp) }
        return .value(stamp, value, UInt32(random.below(2)), changed: changed)
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
    store.store.tombstones.raiseHorizon(to: Stamp(rawValue: 100))
    #expect(store.apply(bytes("gone"), [1], stamp: 100) == .refused)
    #expect(store.applyDelete(bytes("gone"), stamp: 100) == .ignoredOlder)
    #expect(store.getAny(bytes("gone")) == nil)
    #expect(store.apply(bytes("held"), [2], stamp: 95) == .applied)
    #expect(store.apply(bytes("gone"), [1], stamp: 102) == .applied)
    store.store.clearHorizon(ifAtMost: Stamp(rawValue: 100))
    #expect(store.apply(bytes("other"), [1], stamp: 50) == .applied)
    #expect(store.store.audit() == [])
  }

  @Test("A refused item becomes a tombstone if it still stands, and not if it was written since")
  func refusal() throws {
    let store = try TestStore()
    store.store.notePairing()
    store.apply(bytes("k"), [1], stamp: 100)
    let hash = store.store.hash(bytes("k").span)
    store.store.applyRefusal(bytes("k").span, hash: hash, stamp: Stamp(rawValue: 98), now: 100)
    #expect(store.get(bytes("k")) != nil)
    store.store.applyRefusal(bytes("k").span, hash: hash, stamp: Stamp(rawValue: 100), now: 100)
    #expect(store.get(bytes("k")) == nil)
    #expect(store.getAny(bytes("k"))?.stamp.rawValue == 100)
  }

  @Test("The cas unique comes with a state, into the old one's chunk and into another, and goes with the next")
  func uniques() throws {
    for size in Array(0...40) + [5_000, 600_000] {
      let store = try TestStore(largestItem: 4 << 20)
      let value = [UInt8](repeating: 1, count: size)
      for (stamp, changed) in [(100, nil), (110, 100), (120, 100), (130, nil), (140, 135)] as [(UInt64, UInt64?)] {
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
    let store = try TestStore(largestItem: 1000)
    store.store.notePairing()
    store.apply(bytes("k"), [1], stamp: 100)
    #expect(store.apply(bytes("k"), [UInt8](repeating: 1, count: 2000), stamp: 102) == .outOfMemory)
    #expect(store.get(bytes("k")) == nil)
    #expect(store.store.audit() == [])
  }

  @Test("What would not be stored with room is judged as with room")
  func judgedWithoutRoom() throws {
    let store = try TestStore(largestItem: 1000)
    store.store.notePairing()
    let large = [UInt8](repeating: 1, count: 2000)
    store.apply(bytes("held"), [1], stamp: 200)
    store.store.tombstones.raiseHorizon(to: Stamp(rawValue: 100))
    #expect(store.apply(bytes("gone"), large, stamp: 90) == .refused)
    #expect(store.apply(bytes("held"), large, stamp: 90) == .ignoredOlder)
    #expect(store.apply(bytes("new"), large, stamp: 110) == .outOfMemory)
    #expect(store.getAny(bytes("new")) == nil)
    let floor = Stamp(rawValue: 151)
    store.store.applyFlush(FlushState(floor: floor, issued: floor, due: 0), at: TestStore.moment())
    #expect(store.apply(bytes("gone"), large, stamp: 90) == .ignoredOlder)
    #expect(store.apply(bytes("new"), large, stamp: 150) == .ignoredOlder)
    #expect(store.store.audit() == [])
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
