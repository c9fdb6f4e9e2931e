/// What the balancer has seen of a class until now.
extension PageBalancer {
  struct History {
    private var evictions = Growth()
    private var refaults = Growth()
    private var usedChunks = 0
    /// Evictions an interval, and free chunks an interval that were filled; both smoothed.
    private var evictionRate = 0.0
    private var fillingRate = 0.0
    private var tenureLeft = 0
    private var hasEvicted = false
    /// Refaults until now, of which the older ones count less.
    private(set) var evidence = 0.0

    /// Weight of the newest interval in a rate.
    private static let smoothing = 0.3
    /// A rate below which nothing happens.
    private static let minRate = 0.01
    /// What is left of the evidence after an interval: half of it after a minute.
    private static let persistence = 0.999
    /// Intervals for which a class keeps the page it got: half a minute.
    private static let tenure = 300

    /// Chunks an interval that get a new item.
    var rate: Double { evictionRate + fillingRate }
    var isEvicting: Bool { evictionRate > Self.minRate }
    /// Gets no new items: what it needs it has.
    var isQuiet: Bool { rate <= Self.minRate }

    mutating func note(_ load: Load) {
      let filled = Double(max(load.usedChunks - usedChunks, 0))
      usedChunks = load.usedChunks
      fillingRate += (filled - fillingRate) * Self.smoothing
      let evicted = evictions.since(load.evicted + load.outOfMemory)
      evictionRate += (evicted - evictionRate) * Self.smoothing
      hasEvicted = evicted > 0
      evidence = evidence * Self.persistence + refaults.since(load.refaults)
      if isQuiet { evidence = 0 }
      tenureLeft -= tenureLeft > 0 ? 1 : 0
    }

    /// It got a page that it needed: that it misses nothing from then on is no reason to take it back.
    mutating func receive() { tenureLeft = Self.tenure }
    var mayGive: Bool { hasEvicted || tenureLeft == 0 }

    mutating func halveEvidence() { evidence /= 2 }
  }

  /// By how much a counter grew from one look to the next; one that was reset began at 0.
  private struct Growth {
    private var seen: UInt64 = 0

    mutating func since(_ count: UInt64) -> Double {
      defer { seen = count }
      return Double(count >= seen ? count - seen : count)
    }
  }
}
