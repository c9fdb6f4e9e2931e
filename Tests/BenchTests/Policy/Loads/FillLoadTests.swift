import Testing

@testable import repcached_bench

@Suite("A cache that is only written")
struct FillLoadTests {
  /// Keeps what comes first.
  private final class FirstOnly: CacheModel {
    private let limit: Int
    init(_ limit: Int) { self.limit = limit }
    func get(_ key: Int) -> Bool { holds(key) }
    func set(_ key: Int) {}
    func holds(_ key: Int) -> Bool { key < limit }
  }

  @Test("what counts is the worst of the newest nine tenths")
  func worst() {
    let load = FillLoad(capacity: 100)
    #expect(load.run(LRUModel(capacity: 100, keyCount: load.keyCount), capacity: 100) == [0])
    // Keys go up to 249: of the newest ten three are there.
    #expect(load.run(FirstOnly(243), capacity: 100) == [0.7])
    #expect(load.run(FirstOnly(100), capacity: 100) == [1])
    // The oldest decile is not counted.
    #expect(load.run(LRUModel(capacity: 90, keyCount: load.keyCount), capacity: 100) == [0])
    #expect(load.run(LRUModel(capacity: 85, keyCount: load.keyCount), capacity: 100) == [0.5])
  }
}
