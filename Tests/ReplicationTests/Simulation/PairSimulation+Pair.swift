@testable import ItemStore
@testable import Replication

extension PairSimulation.Mode {
  /// Header and key of a tombstone, up to four bytes of key.
  private static let tombstoneSize = 24

  /// Two daemons as this mode wants them, with buffers and steps so small that everything comes between everything.
  func pair(
    seed: UInt64, without rule: PairRules, _ random: inout SplitMix64,
    configure: (inout StoreConfiguration) -> Void = { _ in }
  ) -> Pair {
    let outputLimit = [1, 40, 200][Int.random(in: 0..<3, using: &random)]
    let bucketsPerStep = [1, 4, 64][Int.random(in: 0..<3, using: &random)]
    let pair = Pair(
      ringCount: 3, records: ringRecords, outputLimit: outputLimit, bucketsPerStep: bucketsPerStep,
      memoryLimits: memoryLimits, hasThird: third
    ) {
      $0.initialBucketPower = 4
      $0.stripePower = 4
      $0.refusesWhenFull = refuses
      $0.tombstoneLimit = room * Self.tombstoneSize
      $0.filterBits = filterBits
      $0.hashSeed = seed
      $0.rules = PairRules.all.subtracting(rule)
      configure(&$0)
    }
    if adds { for side in pair.sides { side.replicator.tracksOffsets = true } }
    return pair
  }
}
