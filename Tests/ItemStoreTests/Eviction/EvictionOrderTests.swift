import Glibc
import ItemStore
import TestSupport
import Testing

@testable import ItemStore

/// What a cache keeps that is written ahead of being read: sessions, tokens, pages.
@Suite("Eviction keeps what was written last")
struct EvictionOrderTests {
  /// Items of 40 + 1000 bytes that memcached 1.6.45 holds in 4 MB (56,640 in 64), and how many fit here.
  private static let memcachedCount = 3540
  private static let capacity = 3912
  private static let value = [UInt8](repeating: 7, count: 1000)

  private static func key(_ number: Int) -> [UInt8] {
    bytes(String(number)) + [UInt8](repeating: UInt8(ascii: "k"), count: 40 - String(number).count)
  }

  @Test("Of a cache filled two and a half times without a read, each of the newest nine age deciles is there")
  func deciles() throws {
    let store = try TestStore(megabytes: 4)
    let count = Self.capacity * 5 / 2
    for number in 0..<count { store.store(Self.key(number), Self.value) }
    for decile in 0..<9 {
      let newest = count - decile * Self.capacity / 10
      let range = (newest - Self.capacity / 10)..<newest
      let held = range.count { store.getAny(Self.key($0)) != nil }
      #expect(held * 100 >= range.count * 95, "decile \(decile): \(held) of \(range.count)")
    }
  }

  @Test(
    "What is written once and read once, so many writes later, is there",
    arguments: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  func writtenAhead(distance: Double) throws {
    var load = try WrittenAhead(distance: distance)
    load.run(fills: 4, warmup: 1)
    #expect(load.hits * 100 >= load.reads * 98, "\(load.hits) of \(load.reads)")
  }

  @Test("So it is with a popular set beside it, which stays", arguments: [0.1, 0.3, 0.5, 0.7, 0.9])
  func besidePopular(distance: Double) throws {
    var load = try WrittenAhead(distance: distance, popularCount: 312)
    load.run(fills: 4, warmup: 1)
    #expect(load.hits * 100 >= load.reads * 95, "\(load.hits) of \(load.reads)")
    #expect(load.popularHits * 1000 >= load.popularReads * 938, "\(load.popularHits) of \(load.popularReads)")
  }

  @Test("A cache full of what was asked for three times and never is again frees memory within two fills")
  func stale() throws {
    var load = try WrittenAhead(distance: 0.5)
    load.fillWithStale()
    load.run(fills: 3, warmup: 2)
    #expect(load.hits * 100 >= load.reads * 90, "\(load.hits) of \(load.reads)")
  }

  @Test("A key that comes twice at once hits the second time, however many others are old")
  func twiceAtOnce() throws {
    let store = try TestStore(megabytes: 4)
    var random = SeededRandom(seed: 2)
    var missed = 0
    for number in 0..<30_000 {
      // Some come back for long, so that the old hand has to work, too.
      let key = Self.key(random.below(3) == 0 ? random.below(5000) : 10_000 + number)
      if store.get(key) == nil { store.store(key, Self.value) }
      missed += store.get(key) == nil ? 1 : 0
      if number % 7 == 0, number > 300 { missed += store.getAny(key) == nil ? 1 : 0 }
    }
    #expect(missed == 0)
    #expect(store.evicted > 10_000)
    #expect(store.store.audit() == [])
  }

  /// Writes a key, reads the one written `distance` before; now and then one of a popular set, which is set when
  /// missed.
  private struct WrittenAhead {
    private let store: TestStore
    private let distance: Int
    private let popularCount: Int
    private var random = SeededRandom(seed: 5)
    private(set) var reads = 0
    private(set) var hits = 0
    private(set) var popularReads = 0
    private(set) var popularHits = 0

    init(distance: Double, popularCount: Int = 0) throws {
      store = try TestStore(megabytes: 4)
      self.distance = Int(distance * Double(memcachedCount))
      self.popularCount = popularCount
    }

    func fillWithStale() {
      for number in 0..<capacity { store.store(key(1_000_000 + number), value) }
      for _ in 0..<3 { for number in 0..<capacity { _ = store.get(key(1_000_000 + number)) } }
    }

    /// - Parameter warmup: so many fills are not counted.
    mutating func run(fills: Int, warmup: Int) {
      for number in 0..<fills * memcachedCount {
        let isCounted = number >= warmup * memcachedCount
        store.store(key(number), value)
        if number >= distance {
          let isHit = store.get(key(number - distance)) != nil
          if isCounted { (reads, hits) = (reads + 1, hits + (isHit ? 1 : 0)) }
        }
        if popularCount > 0, number % 3 != 2 { readPopular(isCounted) }
      }
    }

    /// Ranks whose frequency falls with their number, by Zipf's law with an exponent of about 1.
    private mutating func readPopular(_ isCounted: Bool) {
      let rank = exp(Double(random.below(1 << 20)) / Double(1 << 20) * log(Double(popularCount)))
      let key = key(2_000_000 + Int(rank) - 1)
      let isHit = store.get(key) != nil
      if !isHit { store.store(key, value) }
      if isCounted { (popularReads, popularHits) = (popularReads + 1, popularHits + (isHit ? 1 : 0)) }
    }
  }
}
