import TestSupport
import Testing

@testable import ItemStore

/// `stats digest`: equal exactly when two hold the same.
@Suite struct ItemStoreDigestTests {
  private let key = bytes("key")
  private let stamp: UInt64 = 1_700_000_000_000_000_000

  private func digest(_ store: TestStore, buckets: Int = 64, at moment: Moment = TestStore.moment()) -> UInt64 {
    var walk = ItemStore.DigestWalk()
    while store.store.digest(&walk, buckets: buckets, now: moment.seconds) {}
    return walk.sum
  }

  @Test("a difference in key, value, flags, stamp or cas unique is one in the digest; when it expires is none")
  func differences() throws {
    func one(
      _ key: String = "key", _ value: [UInt8] = [1, 2], _ stamp: UInt64 = 0, changed: UInt64? = nil,
      flags: UInt32 = 0, expiresAt: UInt32 = 0
    ) throws -> UInt64 {
      let store = try TestStore()
      store.apply(
        bytes(key), value, stamp: self.stamp + stamp, changed: changed.map { self.stamp - $0 }, flags: flags,
        expiresAt: expiresAt)
      return digest(store)
    }
    let all = try [
      one(), one("kez"), one("keyy"), one("key", [2, 1]), one("key", [1]), one("key", []), one("key", [1, 2], 2),
      one(flags: 1), one(changed: 1), one(changed: 2), 0,
    ]
    #expect(Set(all).count == all.count)
    for expiresAt in [0, 200, 201, ProcessClock.far] { #expect(try one(expiresAt: expiresAt) == one()) }
  }

  @Test("neither order nor the index's size nor the steps of the walk count, nor what is dead")
  func indifference() throws {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    let items = (0..<500).map { (bytes("k\($0)"), random.value(random.below(300))) }
    let (one, two) = (try TestStore(bucketPower: 8), try TestStore(bucketPower: 12))
    for (number, (key, value)) in items.enumerated() { one.apply(key, value, stamp: stamp + UInt64(number)) }
    for (number, (key, value)) in items.enumerated().reversed() { two.apply(key, value, stamp: stamp + UInt64(number)) }
    one.apply(bytes("expired"), [1], stamp: stamp, expiresAt: 1)
    one.store.notePairing()
    one.apply(bytes("deleted"), [1], stamp: stamp)
    one.applyDelete(bytes("deleted"), stamp: stamp + 1)
    #expect(digest(one) == digest(two, buckets: 3), "seed \(seed)")
    two.delete(bytes("k499"))
    #expect(digest(one) != digest(two), "seed \(seed)")
  }

  @Test("how a value is cut into chunks does not count", arguments: [4096, 4097, 16 << 10, 100_000, 1_000_000])
  func chunks(count: Int) throws {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    var value = random.value(count)
    let digests = try [1.25, 2.0, 1.07].map { factor in
      let store = try TestStore(maxItemSize: factor == 2 ? 4 << 20 : 1 << 20, growthFactor: factor)
      store.apply(key, value, stamp: stamp)
      return digest(store)
    }
    #expect(Set(digests).count == 1, "seed \(seed)")
    value[count - 1] ^= 1
    let changed = try TestStore()
    changed.apply(key, value, stamp: stamp)
    #expect(digest(changed) != digests[0], "seed \(seed)")
  }

  @Test("a large value that is replaced while it is held is let go")
  func letGo() throws {
    let store = try TestStore(megabytes: 4)
    for round in 0..<50 {
      store.store(key, [UInt8](repeating: UInt8(round), count: 900_000))
      _ = digest(store)
    }
    #expect(store.store.audit() == [])
  }
}

@Suite struct ValueDigestTests {
  @Test("the same bytes give the same digest, however they are cut")
  func pieces() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for count in [0, 1, 15, 4095, 4096, 4097, 8192, 20_000] {
      let value = random.value(count)
      let whole = ValueDigest.digest(7, value.span)
      for _ in 0..<20 {
        var digest = ValueDigest(7)
        var position = 0
        while position < count {
          let size = min(1 + random.below(6_000), count - position)
          digest.add(value.span.extracting(position..<position + size))
          position += size
        }
        #expect(digest.end() == whole, "\(count) bytes, seed \(seed)")
      }
    }
  }
}
