/// For how many rounds of maintenance each class has had free chunks worth some pages: what was free for a second is not
/// needed by those whose items come and go.
package struct SurplusWatch {
  private var rounds: [UInt8: Int] = [:]
  private var roundsUntilRestEnds = Self.patience

  /// Rounds: a second.
  static let patience = 10

  package init() {}

  /// Whether a class with so much has had it for long enough.
  ///
  /// A class keeps two pages and a half of free chunks, or a thirty-second of its pages, for its own next items.
  mutating func isIdle(_ load: PageBalancer.Load) -> Bool {
    let free = load.totalChunks - load.usedChunks
    guard free * 2 >= load.chunksPerPage * 5, free * 32 >= load.totalChunks else {
      rounds[load.slabClass] = nil
      return false
    }
    rounds[load.slabClass, default: 0] += 1
    return rounds[load.slabClass, default: 0] >= Self.patience
  }

  /// It has none.
  mutating func forget(_ slabClass: UInt8) { rounds[slabClass] = nil }

  /// Whether those that could not free a page are to try again.
  mutating func endsRests() -> Bool {
    roundsUntilRestEnds -= 1
    if roundsUntilRestEnds > 0 { return false }
    roundsUntilRestEnds = Self.patience
    return true
  }
}
