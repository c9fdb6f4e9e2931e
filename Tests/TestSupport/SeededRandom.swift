import Glibc

/// SplitMix64: small, and the same everywhere for the same seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Where random tests begin. The gate repeats itself: its seeds are fixed. Where `REPCACHED_SEEDS` says how many runs
/// there shall be (`make simulate`), they differ from run to run; a test names the seed with what it finds wrong.
package enum TestSeeds {
  /// How many runs are wanted; nil in the gate.
  package static let runs = unsafe getenv("REPCACHED_SEEDS").flatMap { unsafe UInt64(String(cString: $0)) }

  /// Whether runs of this name are wanted: where `REPCACHED_MODES` is given, it holds the beginnings of such names, with
  /// commas between them.
  package static func wants(_ name: String) -> Bool {
    guard let wanted = unsafe getenv("REPCACHED_MODES") else { return true }
    return unsafe String(cString: wanted).split(separator: ",").contains { name.hasPrefix($0) }
  }

  /// `REPCACHED_FIRST`, to try a seed again that a run has told.
  package static var first: UInt64 {
    if let first = unsafe getenv("REPCACHED_FIRST") { return unsafe UInt64(String(cString: first)) ?? 1 }
    return runs == nil ? 1 : UInt64.random(in: 0..<1 << 32)
  }
}
