import Testing

@testable import repcached_bench

@Suite("The model of LRU")
struct LRUModelTests {
  @Test("what was read or written longest ago goes")
  func order() {
    let cache = LRUModel(capacity: 3, keyCount: 9)
    cache.set(0..<3)
    #expect(cache.get(0) && !cache.get(7))
    cache.set(1)
    cache.set(3)
    #expect(cache.held(0..<9) == [0, 1, 3])
    cache.set(4)
    #expect(cache.held(0..<9) == [1, 3, 4])
  }
}
