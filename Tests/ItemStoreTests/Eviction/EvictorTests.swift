import Glibc
import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Eviction")
struct EvictionTests {
  @Test("What is read now and then stays while what is not goes")
  func hitsKeep() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    let hot = (0..<200).map { bytes("hot \($0)") }
    for key in hot { store.store(key, [UInt8](repeating: 1, count: 100)) }
    for number in 0..<40_000 {
      store.store(bytes("cold \(number)"), [UInt8](repeating: 2, count: 100))
      if number % 5 == 0 { _ = store.get(hot[number / 5 % 200]) }
    }
    #expect(hot.allSatisfy { store.get($0) != nil })
    #expect(store.evicted > 30_000)
    #expect(store.store.audit() == [])
  }

  @Test("A scan over many keys does not wash out what is in use")
  func scan() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    let value = [UInt8](repeating: 1, count: 100)
    let hot = (0..<3000).map { bytes("hot \($0)") }
    for key in hot { store.store(key, value) }
    for _ in 0..<3 { for key in hot { _ = store.get(key) } }
    for number in 0..<6000 { store.store(bytes("scan \(number)"), value) }
    let left = hot.count { store.get($0) != nil }
    #expect(left > 2900)
  }

  @Test("Of a skewed load the store misses clearly less than a list of the least recently used would")
  func hitRatio() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    var random = SeededRandom(seed: 3)
    let slots = 6898
    // Ranks whose frequency falls with their number (Zipf 1.0 over 100,000 keys), by inversion of the sum's logarithm.
    func pick() -> Int { Int(exp(Double(random.next() >> 11) / 9_007_199_254_740_992 * log(100_000.0))) - 1 }
    var lastUse: [Int: Int] = [:]
    var byUse: [Int: Int] = [:]
    var oldest = 0
    var misses = (store: 0, list: 0)
    let value = [UInt8](repeating: 1, count: 110)
    for now in 0..<80_000 {
      let rank = pick()
      let key = bytes("key \(rank)")
      let isMeasured = now > 20_000
      if store.get(key) == nil {
        store.store(key, value)
        misses.store += isMeasured ? 1 : 0
      }
      if let before = lastUse[rank] {
        byUse[before] = nil
      } else {
        misses.list += isMeasured ? 1 : 0
        if lastUse.count == slots {
          while byUse[oldest] == nil { oldest += 1 }
          byUse.removeValue(forKey: oldest).map { lastUse[$0] = nil }
        }
      }
      lastUse[rank] = now
      byUse[now] = rank
    }
    #expect(misses.store * 100 < misses.list * 95, "\(misses)")
  }

  @Test("What comes back soon after it was evicted stays, though it is never read while newcomers pass through")
  func ghosts() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 12)
    let value = [UInt8](repeating: 1, count: 100)
    for number in 0..<7400 { store.store(bytes("old \(number)"), value) }
    for _ in 0..<2 { for number in 0..<7400 { _ = store.get(bytes("old \(number)")) } }
    let back = (0..<100).map { bytes("back \($0)") }
    for key in back { store.store(key, value) }
    for number in 0..<3000 { store.store(bytes("scan \(number)"), value) }
    #expect(back.count { store.getAny($0) != nil } < 10, "what passed through the newcomers' part is gone")
    for key in back { store.store(key, value) }
    for number in 0..<3000 { store.store(bytes("more \(number)"), value) }
    let left = back.count { store.getAny($0) != nil }
    #expect(left > 80, "its ghost let it stay")
    #expect(store.store.audit() == [])
  }

  @Test("What is in use stays, or comes to stay, while a scan brings back what was known before and then what is new")
  func knownScan() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    let value = [UInt8](repeating: 1, count: 100)
    let before = (0..<6500).map { bytes("before \($0)") }
    for key in before { store.store(key, value) }
    for _ in 0..<2 { for key in before { _ = store.get(key) } }
    // Others take over, and what was known before is evicted by the hand of the old.
    let used = (0..<4000).map { bytes("used \($0)") }
    for _ in 0..<20 {
      for key in used where store.get(key) == nil { store.store(key, value) }
    }
    #expect(used.allSatisfy { store.get($0) != nil })
    #expect(before.count { store.getAny($0) == nil } > 3000)
    var missed = 0
    var next = 0
    func use() {
      if store.get(used[next]) == nil {
        store.store(used[next], value)
        missed += 1
      }
      next = (next + 1) % used.count
    }
    for key in before where store.getAny(key) == nil {
      store.store(key, value)
      use()
    }
    // What was asked for last time had newcomers in its place: they lose it again.
    for number in 0..<12_000 {
      if number == 8000 { missed = 0 }
      store.store(bytes("new \(number)"), value)
      use()
    }
    #expect(missed < 400)
  }

  @Test("What comes back long after it was evicted is on probation as any newcomer")
  func oldGhosts() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    let value = [UInt8](repeating: 1, count: 100)
    for number in 0..<7000 { store.store(bytes("old \(number)"), value) }
    for _ in 0..<2 { for number in 0..<7000 { _ = store.get(bytes("old \(number)")) } }
    let back = (0..<100).map { bytes("back \($0)") }
    for key in back { store.store(key, value) }
    for number in 0..<20_000 { store.store(bytes("much \(number)"), value) }
    for key in back { store.store(key, value) }
    for number in 0..<3000 { store.store(bytes("more \(number)"), value) }
    #expect(back.count { store.getAny($0) != nil } < 10)
  }

  @Test("A key that is written again is used, as one that is read is")
  func overwriting() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    let value = [UInt8](repeating: 1, count: 100)
    let written = (0..<100).map { bytes("written \($0)") }
    for number in 0..<30_000 {
      store.store(bytes("once \(number)"), value)
      if number % 5 == 0 { store.store(written[number / 5 % 100], value) }
    }
    #expect(written.allSatisfy { store.getAny($0) != nil })
    #expect(store.store.audit() == [])
  }

  @Test("With -M nothing alive is evicted: what does not fit is refused, and the dead free memory")
  func refusal() throws {
    let store = try TestStore(megabytes: 1, refusesWhenFull: true)
    var stored = 0
    while case .stored = store.store(bytes("\(stored)"), [], expiresAt: stored % 2 == 0 ? 110 : 0) { stored += 1 }
    #expect(store.store(bytes("more"), []) == .outOfMemory)
    for number in 0..<stored { #expect(store.get(bytes("\(number)")) != nil) }
    #expect(store.evicted == 0)
    for number in 0..<stored / 4 {
      let outcome = store.store(bytes("new \(number)"), [], at: TestStore.moment(20_000))
      #expect(outcome != .outOfMemory)
    }
    #expect(store.evicted == 0)
    #expect(store.store.audit() == [])
  }

  @Test("A chained item goes whole, whichever of its chunks the hand comes to")
  func chained() throws {
    let store = try TestStore(megabytes: 8, maxItemSize: 4 << 20)
    for number in 0..<50 {
      store.store(bytes("big \(number)"), [UInt8](repeating: 1, count: 700_000 + number * 20_000))
    }
    #expect(store.evicted > 30)
    #expect(store.store.audit() == [])
    let count = store.store.statistics.itemCount
    #expect(count >= 1 && count < 10)
  }

  @Test("A chained item that comes back is refaults by the classes of all its pieces")
  func chainedRegrets() throws {
    let store = try TestStore(megabytes: 8, maxItemSize: 4 << 20)
    let value = [UInt8](repeating: 1, count: 700_000)
    for number in 0..<40 { store.store(bytes("big \(number % 12)"), value) }
    let refaults = (1...store.store.slabs.classCount).map { store.store.slabs.load(UInt8($0)).refaults }
    #expect(refaults.count { $0 > 0 } == 2, "\(refaults)")
    #expect(refaults.max() == refaults.last && refaults.last ?? 0 > 10)
  }

  @Test("An item larger than all memory is refused and leaves nothing behind")
  func tooLargeForMemory() throws {
    let store = try TestStore(megabytes: 4, maxItemSize: 64 << 20)
    #expect(store.store(bytes("k"), [UInt8](repeating: 1, count: 40 << 20)) == .outOfMemory)
    #expect(store.store.audit() == [])
    #expect(store.store.statistics.itemCount == 0)
  }

  @Test("Evicting what the peer does not know leaves a tombstone, what it knows or was flushed nothing")
  func tombstones() throws {
    let store = try TestStore(megabytes: 4)
    store.store.notePairing()
    var stamps: [Stamp] = []
    for number in 0..<600 {
      if case .stored(let stamp) = store.store(bytes("\(number)"), [UInt8](repeating: 1, count: 8000)) {
        stamps.append(stamp)
      }
    }
    let gone = (0..<600).filter { store.get(bytes("\($0)")) == nil }
    #expect(gone.count > 50)
    for number in gone {
      let left = store.getAny(bytes("\(number)"))
      #expect(left?.isTombstone == true && left?.stamp == stamps[number])
    }
    #expect(store.store.purgedThrough == .zero)
    store.store.setSettled(.greatest)
    let before = store.store.tombstoneCount
    for number in 600..<1200 { store.store(bytes("\(number)"), [UInt8](repeating: 1, count: 8000)) }
    #expect(store.store.tombstoneCount == before)
    #expect(store.store.audit() == [])
  }

  @Test("When tombstones have their fill, evicting raises the horizon instead")
  func horizon() throws {
    let store = try TestStore(megabytes: 1, bucketPower: 14)
    store.store.notePairing()
    for number in 0..<30_000 { store.store(bytes("\(number)"), []) }
    #expect(store.store.purgedThrough > .zero)
    #expect(store.store.audit() == [])
    var shown = 0
    for number in 0..<30_000 where store.get(bytes("\(number)")) != nil { shown += 1 }
    #expect(shown > 15_000)
    store.store.trimTombstones()
    #expect(store.store.tombstoneCount * 24 <= 1 << 20 / 32)
  }
}
