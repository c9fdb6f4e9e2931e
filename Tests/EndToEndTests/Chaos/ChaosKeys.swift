/// The keys of a random run: hot ones, that are written on both sides at once, and thousands of others; a part of them holds
/// numbers, for incr and decr.
struct ChaosKeys {
  let count: Int
  static let hot = 40

  func isNumber(_ key: Int) -> Bool { key % 5 == 4 }

  /// Keys that are given a life of a second or two now and then. What is gone of these may have died of itself.
  func isShortLived(_ key: Int) -> Bool { key % 7 == 3 }

  static func name(_ key: Int) -> String { "k\(key)" }

  func random(_ random: inout SeededRandom) -> Int {
    Bool.random(using: &random)
      ? Int.random(in: 0..<Self.hot, using: &random) : Int.random(in: 0..<count, using: &random)
  }
}
