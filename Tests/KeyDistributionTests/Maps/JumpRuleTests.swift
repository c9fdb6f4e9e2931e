import Testing

@testable import KeyDistribution

struct JumpRuleTests {
  /// Values that other implementations publish in their tests.
  @Test(
    "a number jumps where the paper's code sends it",
    arguments: [
      (1, 1, 0), (42, 57, 43), (0xdead_10cc, 1, 0), (0xdead_10cc, 666, 361), (256, 1024, 520),
    ] as [(UInt64, Int, Int)])
  func aNumberJumpsWhereThe(_ number: UInt64, _ count: Int, _ bucket: Int) {
    #expect(JumpRule.bucket(of: number, among: count) == bucket)
  }

  @Test("one more server takes its share and moves nothing else") func oneMoreServerTakesIts() {
    let three = KeyMap(Server.local(1...3), .jump)
    let four = KeyMap(Server.local(1...4), .jump)
    let moved = KeyMapTests.keys.filter { three.server($0) != four.server($0) }
    #expect(moved.allSatisfy { four.server($0) == 3 })
    #expect((90...160).contains(moved.count))
  }
}
