import ItemStore

/// Tells when a watermark may be published: when all that was ever done at or below it has been taken from the rings.
///
/// Opened with a fence of the stamp clock at the watermark. A ring whose worker is outside of a mutation then has
/// recorded all it will at or below the watermark; one that is inside has when its sequence changes. From there on it
/// counts what the ring held at that moment, until that is drained.
struct WatermarkBarrier {
  private(set) var watermark = Stamp.zero
  private var sequences: [UInt64]
  /// How far each ring must be drained; nil while its worker is inside the mutation it was met in.
  private var goals: [UInt64?]
  private(set) var isOpen = false

  init(ringCount: Int) {
    sequences = Array(repeating: 0, count: ringCount)
    goals = Array(repeating: nil, count: ringCount)
  }

  /// Begins to wait. `watermark` must come from a fence made before this call.
  mutating func open(_ watermark: Stamp, _ rings: [MutationRing]) {
    self.watermark = watermark
    isOpen = true
    for index in rings.indices {
      sequences[index] = rings[index].currentSequence
      goals[index] = sequences[index].isMultiple(of: 2) ? rings[index].bytes.appended : nil
    }
  }

  mutating func close() { isOpen = false }

  /// Whether every worker that was inside a mutation has come out: what was done at or below the watermark stands in
  /// the index.
  mutating func isEveryWorkerOut(_ rings: [MutationRing]) -> Bool {
    for index in rings.indices where goals[index] == nil && rings[index].currentSequence != sequences[index] {
      goals[index] = rings[index].bytes.appended
    }
    return hasSeenEveryWorkerOut
  }

  var hasSeenEveryWorkerOut: Bool { !goals.contains(nil) }

  mutating func isPassed(_ rings: [MutationRing]) -> Bool {
    guard isEveryWorkerOut(rings) else { return false }
    return rings.indices.allSatisfy { rings[$0].bytes.consumed >= goals[$0] ?? .max }
  }
}
