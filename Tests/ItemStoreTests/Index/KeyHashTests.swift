import TestSupport
import Testing

@testable import ItemStore

@Suite("The hash of keys")
struct KeyHashTests {
  @Test("Keys of any length and likeness spread over buckets and tags as chance would have it")
  func distribution() {
    var random = SeededRandom(seed: 1)
    let hash = KeyHash(using: &random)
    let families: [(Int) -> [UInt8]] = [
      { bytes("\($0)") }, { bytes("user:\($0):profile") }, { bytes(String(repeating: "x", count: 240) + "\($0)") },
      { bytes("\($0)" + String(repeating: "y", count: 200)) }, { [UInt8($0 & 255), UInt8($0 >> 8), 0] },
      { [UInt8](repeating: UInt8($0 & 255), count: 1 + $0 >> 8) },
    ]
    for (number, family) in families.enumerated() {
      var buckets = [Int](repeating: 0, count: 4096)
      var tags = [Int](repeating: 0, count: 256)
      for key in 0..<32_768 {
        let value = hash.hash(of: family(key))
        buckets[Int(value & 4095)] += 1
        tags[Int(value >> 56)] += 1
      }
      // Chi-squared over its degrees of freedom is 1 for chance; 4095 of them deviate by 0.022, 255 by 0.089.
      #expect(abs(spread(buckets) - 1) < 0.15, "family \(number)")
      #expect(abs(spread(tags) - 1) < 0.6, "family \(number)")
    }
  }

  private func spread(_ counts: [Int]) -> Double {
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    let sum = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
    return sum / Double(counts.count - 1)
  }

  @Test("No two of a hundred thousand keys have the same hash, nor do a key's prefixes")
  func collisions() {
    var random = SeededRandom(seed: 2)
    let hash = KeyHash(using: &random)
    var seen: Set<UInt64> = []
    for number in 0..<100_000 { #expect(seen.insert(hash.hash(of: bytes("key-\(number)"))).inserted) }
    for count in 1...250 { #expect(seen.insert(hash.hash(of: [UInt8](repeating: 0, count: count))).inserted) }
  }

  @Test("A changed bit changes half of the hash's bits")
  func avalanche() {
    var random = SeededRandom(seed: 3)
    let hash = KeyHash(using: &random)
    for count in [1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 250] {
      var flipped = 0
      for trial in 0..<64 {
        var key = random.value(count)
        let before = hash.hash(of: key)
        key[trial % count] ^= 1 << UInt8(trial & 7)
        flipped += (hash.hash(of: key) ^ before).nonzeroBitCount
      }
      #expect((24...40).contains(flipped / 64), "length \(count): \(flipped / 64) bits")
    }
  }

  @Test("Two processes hash differently, so colliding keys of one do not collide in another")
  func keyed() {
    var first = SeededRandom(seed: 4)
    var second = SeededRandom(seed: 5)
    let hashes = (KeyHash(using: &first), KeyHash(using: &second))
    let keys = (0..<60_000).map { bytes("k\($0)") }
    let bucket = hashes.0.hash(of: keys[0]) & 1023
    let colliding = keys.filter { hashes.0.hash(of: $0) & 1023 == bucket }
    #expect(colliding.count > 30)
    let spread = Set(colliding.map { hashes.1.hash(of: $0) & 1023 })
    #expect(spread.count > colliding.count * 8 / 10)
  }
}

extension KeyHash {
  fileprivate func hash(of key: [UInt8]) -> UInt64 { hash(key.span) }
}
