import Testing

@testable import repcached_bench

@Suite("The model of ARC")
struct ARCModelTests {
  @Test("a return from either list of ghosts moves the target its way")
  func target() {
    let cache = ARCModel(capacity: 2, keyCount: 9)
    cache.set(0..<2)
    #expect(cache.get(0))
    // Target 0: of those asked for once goes one.
    cache.set(2)
    #expect(cache.held(0..<9) == [0, 2])
    // The ghost of 1 raises the target to 1: now 2 stays, and 0 goes.
    cache.set(1)
    #expect(cache.held(0..<9) == [1, 2])
    // The ghost of 0 lowers it again: 2 goes.
    cache.set(0)
    #expect(cache.held(0..<9) == [0, 1])
  }

  @Test("where all were asked for once the oldest goes without a ghost")
  func scan() {
    let cache = ARCModel(capacity: 2, keyCount: 9)
    cache.set(0..<4)
    #expect(cache.held(0..<9) == [2, 3])
    cache.set(1)
    cache.set(5)
    // Had 1 come back as a ghost it would be of those asked for more often.
    #expect(cache.held(0..<9) == [1, 5])
    cache.set(6)
    #expect(cache.held(0..<9) == [5, 6])
  }
}
