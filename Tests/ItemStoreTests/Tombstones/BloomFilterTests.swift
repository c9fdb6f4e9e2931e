import Testing

@testable import ItemStore

@Suite("A filter of keys")
struct BloomFilterTests {
  static let hash = KeyHash(seed: 7)

  static func hash(_ key: String) -> UInt64 { hash.hash([UInt8](key.utf8).span) }

  @Test("What it contains it contains however many come after; what it takes for another, too")
  func steady() throws {
    let filter = try BloomFilter(bitCount: 5000)
    var contained: Set<Int> = []
    for number in 0..<2000 {
      filter.insert(Self.hash("\(number)"))
      for key in 0..<3000 where key % 7 == number % 7 {
        if filter.contains(Self.hash("\(key)")) {
          contained.insert(key)
        } else {
          #expect(!contained.contains(key) && key > number)
        }
      }
    }
    #expect(contained.isSuperset(of: 0..<1990))
  }

  @Test("With ten bits a key one in a hundred is taken for another; with fewer it gets coarser", arguments: [1, 2, 4])
  func mistakes(overload: Int) throws {
    let filter = try BloomFilter(bitCount: 1_000_000 / overload)
    for number in 0..<100_000 { filter.insert(Self.hash("\(number)")) }
    let mistaken = (100_000..<200_000).count { filter.contains(Self.hash("\($0)")) }
    #expect(overload > 1 || mistaken < 1000)
    #expect(overload < 2 || mistaken > 5000 && mistaken < 90_000)
    #expect(filter.count <= 100_000 && filter.count > 100_000 - mistaken)
  }

  @Test("A key that comes again counts once")
  func repeats() throws {
    let filter = try BloomFilter(bitCount: 1000)
    for _ in 0..<60_000 { filter.insert(Self.hash("lock")) }
    #expect(filter.count == 1)
  }

  @Test("Cleared it contains nothing; without a bit, every key", arguments: [64, 1000, 1 << 20])
  func cleared(bits: Int) throws {
    let filter = try BloomFilter(bitCount: bits)
    filter.insert(5)
    #expect(filter.contains(5))
    filter.clear()
    #expect(!filter.contains(5) && filter.count == 0)
    filter.insert(6)
    #expect(filter.contains(6))
    #expect(try BloomFilter(bitCount: 0).contains(5))
  }
}
