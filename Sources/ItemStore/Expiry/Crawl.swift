/// Where the crawler stands, and what one round of it may do.
package struct Crawl {
  /// Chunks looked at, and dead items freed, in one round: a few milliseconds, and some tens. Ten rounds a second.
  private static let maxVisits = 1 << 17
  private static let maxReaped = 1 << 17
  /// Seconds after which all is looked at once more for a flush.
  static let flushRepeat: UInt32 = 2

  /// Up to where flushes have been seen.
  var floor = Stamp.zero
  /// When all is looked at once more; 0: not at all.
  var flushedAgain: UInt32 = 0
  /// What may be dead in the chunks just looked at.
  var found: [(reference: UInt32, hash: UInt64)] = []

  // Of this round.
  var visits = 0
  var reaped = 0
  var checked = 0
  private var holds = 0

  private var slabClass = 0

  package init() {}

  mutating func beginRound() { (visits, reaped, checked, holds) = (0, 0, 0, 0) }

  /// The rest is for the next round.
  var isExhausted: Bool { visits - reaped >= Self.maxVisits || reaped >= Self.maxReaped }

  mutating func nextClass(of count: Int) -> UInt8 {
    slabClass = slabClass % count + 1
    return UInt8(slabClass)
  }

  /// The class was not walked to its end: the next round begins with it.
  mutating func returnToClass() { slabClass -= 1 }

  mutating func isToBeMeasured(oneOf number: Int) -> Bool {
    defer { holds += 1 }
    return holds % number == 0
  }
}
