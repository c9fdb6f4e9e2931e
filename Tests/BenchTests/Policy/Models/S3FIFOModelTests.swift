import Testing

@testable import repcached_bench

/// Of ten objects one is small and nine are main. Of the first ten 0 is small, and the others are main at once.
@Suite("The model of S3-FIFO")
struct S3FIFOModelTests {
  private let cache = S3FIFOModel(capacity: 10, keyCount: 100)

  init() { cache.set(0..<10) }

  @Test("of the small queue two uses stay, one is not enough, and what comes back as a ghost is main at once")
  func small() {
    cache.set(10)
    #expect(cache.held(0..<100) == Array(1...10))
    #expect(cache.get(10))
    cache.set(11)
    #expect(cache.held(0..<100) == Array(1...9) + [11])
    // Eleven goes on to main, which is one too many: its first goes.
    #expect(cache.get(11) && cache.get(11))
    cache.set(12)
    #expect(cache.held(0..<100) == Array(2...9) + [11, 12])
    cache.set(0)
    #expect(cache.held(0..<100) == [0] + Array(2...9) + [11])
    cache.set(13)
    #expect(cache.held(0..<100) == [0] + Array(3...9) + [11, 13])
  }

  @Test("the main queue is left in the order of coming, but for who was used meanwhile")
  func main() {
    #expect(cache.get(1))
    cache.set(10)
    #expect(cache.get(10) && cache.get(10))
    // Ten goes on to main, which is one too many: 1 goes round, 2 goes.
    cache.set(11)
    #expect(cache.held(0..<100) == [1] + Array(3...11))
  }

  @Test("there are nine ghosts, the oldest is forgotten first")
  func ghosts() {
    // Of 0 and 10 to 18, which are evicted, 0 is forgotten.
    cache.set(10..<20)
    cache.set(0)
    cache.set(11)
    cache.set(40..<60)
    #expect(cache.held(0..<20) == Array(2...9) + [11])
  }
}
