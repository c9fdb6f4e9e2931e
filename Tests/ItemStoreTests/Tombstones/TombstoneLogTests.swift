import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("The log of tombstones")
struct TombstoneLogTests {
  enum Peer: CaseIterable {
    case mayCome, hasBeen

    func store(megabytes: Int, refusesWhenFull: Bool = false) throws -> TestStore {
      let store = try TestStore(
        megabytes: megabytes, refusesWhenFull: refusesWhenFull, bucketPower: 16, expectsPeer: true)
      if self == .hasBeen { store.store.notePairing() }
      return store
    }
  }

  private func paired(megabytes: Int, refusesWhenFull: Bool = false) throws -> TestStore {
    try Peer.hasBeen.store(megabytes: megabytes, refusesWhenFull: refusesWhenFull)
  }

  /// What the maintenance thread does between requests.
  private func maintain(_ store: TestStore) {
    store.store.trimTombstones()
    var steps = 0
    while steps < 4096, store.store.balance(now: 100) { steps += 1 }
  }

  private func hasTombstone(_ store: TestStore, _ key: String) -> Bool {
    store.getAny(bytes(key))?.isTombstone == true
  }

  // MARK: Its share

  @Test(
    "60,000 deletes of keys that are not there take their share of the living, small or large, and no more",
    arguments: Peer.allCases)
  func deletesOfNothing(peer: Peer) throws {
    let store = try peer.store(megabytes: 64)
    let small = (0..<3000).map { bytes("small \($0)") }
    for key in small { store.store(key, [1, 2, 3]) }
    var large: [[UInt8]] = []
    while store.store.statistics.pagesFree > 0 || store.evicted == 0 {
      large.append(bytes("large \(large.count)"))
      store.store(large[large.count - 1], [UInt8](repeating: 1, count: 1000))
      if store.evicted == 0 { for key in [small[large.count % 3000]] { _ = store.get(key) } }
    }
    store.store.setSettled(.greatest)
    let before = (small: small.count { store.get($0) != nil }, large: large.count { store.get($0) != nil })
    #expect(before.small == 3000)
    for number in 0..<60_000 {
      store.delete(bytes("absent \(number)"))
      if number % 1000 == 999 { maintain(store) }
    }
    let after = (small: small.count { store.get($0) != nil }, large: large.count { store.get($0) != nil })
    print("small \(before.small) → \(after.small), large \(before.large) → \(after.large)")
    #expect(after.small >= before.small * 31 / 32 && after.large >= before.large * 31 / 32 - 1100)
    #expect(store.store.tombstoneBytes <= 64 << 20 / 64)
    #expect(store.store.statistics.pagesInUse <= 64)
    #expect(hasTombstone(store, "absent 59999"))
    #expect(store.store.audit() == [])
  }

  @Test("Where the share is less than a page, the living lose nothing, and little more than the share is touched")
  func smallShare() throws {
    let store = try paired(megabytes: 8)
    for number in 0..<300 { store.store(bytes("k\(number)"), [UInt8](repeating: 1, count: 10_000)) }
    for number in 0..<60_000 {
      store.delete(bytes("absent \(number)"))
      if number % 1000 == 999 { maintain(store) }
    }
    #expect((0..<300).allSatisfy { store.get(bytes("k\($0)")) != nil })
    #expect(store.store.tombstoneBytes <= 8 << 20 / 64 + 64 << 10)
    #expect(store.store.audit() == [])
  }

  @Test("What has no space purges the oldest, and the horizon is theirs")
  func overflow() throws {
    let store = try paired(megabytes: 64)
    for number in 0..<150_000 {
      store.delete(bytes("\(number)"))
      if number % 1000 == 999 { maintain(store) }
    }
    let left = (0..<150_000).filter { hasTombstone(store, "\($0)") }
    #expect(left == Array(150_000 - left.count..<150_000))
    #expect(left.count * 32 > 64 << 20 / 64 / 8 * 7 - 2 * 32 && left.count * 32 <= 64 << 20 / 64)
    let oldest = try #require(store.getAny(bytes("\(left[0])")))
    #expect(store.store.purgedThrough < oldest.stamp && store.store.purgedThrough > .zero)
    #expect(store.store.audit() == [])
  }

  @Test("Where its pages have still to be made free, they stand beyond the limit until the balancer has come round")
  func owedPages() throws {
    let store = try paired(megabytes: 128)
    store.store.setSettled(.greatest)
    for number in 0..<160_000 { store.store(bytes("k\(number)"), [UInt8](repeating: 1, count: 1000)) }
    for number in 0..<80_000 { store.delete(bytes("\(number)")) }
    #expect(store.store.statistics.pagesInUse <= 130 && store.store.tombstoneBytes <= 2 << 20)
    #expect(hasTombstone(store, "79999") && !hasTombstone(store, "0"))
    #expect(store.store.purgedThrough < (store.getAny(bytes("40000"))?.stamp ?? .zero))
    maintain(store)
    #expect(store.store.statistics.pagesInUse <= 128)
    #expect(store.store.audit() == [])
  }

  @Test("Pages go back to the pool when what was in them is settled")
  func pagesComeBack() throws {
    let store = try paired(megabytes: 512)
    for number in 0..<200_000 { store.delete(bytes("\(number)")) }
    #expect(store.store.tombstoneCount == 200_000 && store.store.statistics.pagesInUse >= 5)
    while store.store.settleTombstones(upTo: .greatest) {}
    #expect(store.store.tombstoneCount == 0 && store.store.tombstoneBytes == 0)
    #expect(store.store.statistics.pagesInUse == 1)
    #expect(store.store.audit() == [])
  }

  @Test("With -M and no free page deletes are remembered as well, and nothing is refused that would not be")
  func withoutEviction() throws {
    let store = try paired(megabytes: 64, refusesWhenFull: true)
    var held = 0
    while case .stored = store.store(bytes("k\(held)"), [UInt8](repeating: 1, count: 1000)) { held += 1 }
    for number in 0..<25_000 {
      #expect(store.delete(bytes("\(number)")) == .notFound)
      if number % 1000 == 999 { maintain(store) }
    }
    #expect((0..<25_000).allSatisfy { hasTombstone(store, "\($0)") } && store.store.purgedThrough == .zero)
    #expect((0..<held).allSatisfy { store.get(bytes("k\($0)")) != nil })
    #expect(store.delete(bytes("k0")) == .stored(.zero) && hasTombstone(store, "k0"))
    #expect(store.store.statistics.pagesInUse <= 66)
    #expect(store.store.audit() == [])
  }

  // MARK: Only those in use count

  @Test("60,000 times a lock is taken and given back: every other tombstone stays", arguments: [2, 4, 64])
  func lockCycles(megabytes: Int) throws {
    let store = try paired(megabytes: megabytes)
    for number in 0..<1000 { store.delete(bytes("\(number)")) }
    let stamps = (0..<1000).map { store.getAny(bytes("\($0)"))?.stamp }
    for _ in 0..<60_000 {
      #expect(store.store(bytes("lock"), [1], mode: .add) != .notStored)
      store.delete(bytes("lock"))
    }
    #expect((0..<1000).map { store.getAny(bytes("\($0)"))?.stamp } == stamps)
    #expect(store.store.purgedThrough == .zero && store.store.tombstoneCount == 1001)
    #expect(store.store.statistics.pagesInUse <= 3)
    #expect(store.store.audit() == [])
  }

  @Test("What was moved out of the way of stale ones is still the oldest: it goes first")
  func orderAfterMoves() throws {
    let store = try paired(megabytes: 2)
    for number in 0..<600 {
      store.delete(bytes("\(number)"))
      for _ in 0..<20 {
        store.store(bytes("lock"), [1])
        store.delete(bytes("lock"))
      }
    }
    #expect((0..<600).allSatisfy { hasTombstone(store, "\($0)") } && store.store.purgedThrough == .zero)
    for number in 600..<1500 { store.delete(bytes("\(number)")) }
    let left = (0..<1500).filter { hasTombstone(store, "\($0)") }
    #expect(left == Array(1500 - left.count..<1500) && left.count > 1000)
    let half = try #require(store.getAny(bytes("\(left[left.count / 2])"))).stamp
    while store.store.settleTombstones(upTo: half) {}
    #expect((0..<1500).filter { hasTombstone(store, "\($0)") } == Array(left[(left.count / 2 + 1)...]))
    #expect(store.store.audit() == [])
  }

  @Test("Those that a copy has still to tell do not count, do not hold up newer ones, and go when it has ended")
  func keptForCopy() throws {
    let store = try paired(megabytes: 2)
    for number in 0..<1000 { store.delete(bytes("\(number)")) }
    store.store.keepTombstones(upTo: store.store.stampClock.fence())
    for number in 1000..<4000 { store.delete(bytes("\(number)")) }
    #expect((0..<1000).allSatisfy { hasTombstone(store, "\($0)") })
    let newer = (1000..<4000).filter { hasTombstone(store, "\($0)") }
    #expect(newer == Array(4000 - newer.count..<4000) && newer.count > 500)
    #expect(!store.store.takeCopyLoss())
    store.store.keepTombstones(upTo: .zero)
    store.store.trimTombstones()
    #expect(store.store.tombstoneCount * 24 <= 2 << 20 / 64 && hasTombstone(store, "3999"))
    #expect(!hasTombstone(store, "0") && store.store.audit() == [])
  }

  @Test("When everything in the log waits for a copy, what is deleted is purged, and the copy's loss is told")
  func fullOfKept() throws {
    let store = try paired(megabytes: 2)
    store.store.keepTombstones(upTo: .greatest)
    for number in 0..<30_000 { store.delete(bytes("\(number)")) }
    #expect(hasTombstone(store, "0") && !hasTombstone(store, "29999"))
    #expect(store.store.purgedThrough >= store.store.stampClock.fence() || store.store.horizonRaisedCount > 20_000)
    #expect(store.store.takeCopyLoss())
    #expect(store.store(bytes("k"), []) != .outOfMemory && store.get(bytes("k")) != nil)
    #expect(store.store.audit() == [])
  }

  @Test(
    "Whatever is deleted, written, settled and purged at random: what is not remembered is at or below the horizon",
    arguments: [2, 16])
  func random(megabytes: Int) throws {
    let seed = TestSeeds.first
    print("TombstoneLogTests: seed \(seed), \(megabytes) MB")
    var random = SeededRandom(seed: seed)
    let store = try paired(megabytes: megabytes)
    let keys = (0..<1000 * megabytes).map {
      bytes("\($0)") + [UInt8](repeating: 120, count: random.below(100) * random.below(3))
    }
    var deleted: [[UInt8]: Stamp] = [:]
    var settled = Stamp.zero
    for step in 0..<60_000 {
      let key = keys[random.below(step % 20_000 < 10_000 ? keys.count : 300)]
      switch random.below(100) {
      case 0..<60:
        store.delete(key)
        deleted[key] = store.getAny(key)?.stamp ?? store.store.purgedThrough
      case 60..<97:
        store.store(key, [1])
        deleted[key] = nil
      case 97: store.store.trimTombstones(atMost: random.below(200))
      case 98: _ = store.reference(key).map { _ in store.store.purger.trim(atMost: 3, isHurried: true) }
      default:
        guard random.below(300) == 0, let stamp = deleted.values.sorted().dropFirst(deleted.count / 2).first else {
          break
        }
        settled = max(settled, stamp)
        while store.store.settleTombstones(upTo: settled) {}
      }
      if step % 10_000 == 9_999 { try #require(store.store.audit() == [], "seed \(seed), step \(step)") }
    }
    for (key, stamp) in deleted {
      let held = store.getAny(key)
      #expect(
        held?.isTombstone == true || held == nil && stamp <= max(store.store.purgedThrough, settled), "seed \(seed)")
    }
    #expect(store.store.tombstoneCount <= deleted.count)
  }
}
