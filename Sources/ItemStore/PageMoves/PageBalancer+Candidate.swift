/// A class as the balancer weighs it, with the pages it gives and gets while a plan is made.
extension PageBalancer {
  struct Candidate {
    private let load: Load
    private let history: History
    /// Chunks that have never been anybody's, or are nobody's now.
    private var unusedChunks: Int
    private var usedChunks: Int
    private var pageCount: Int

    init(_ load: Load, _ history: History) {
      self.load = load
      self.history = history
      usedChunks = load.usedChunks
      unusedChunks = load.totalChunks - load.usedChunks
      pageCount = load.pageCount
    }

    var slabClass: UInt8 { load.slabClass }
    var evictedUpTo: Stamp { load.evictedUpTo }
    var evidence: Double { history.evidence }

    /// Intervals until each of its chunks, on average, has got another item; infinite where it gets none.
    private var turnover: Double { history.isQuiet ? .infinity : Double(usedChunks + unusedChunks) / history.rate }

    /// A page's worth of its chunks is unused, and nobody fills them.
    private var isIdle: Bool { history.isQuiet && unusedChunks >= load.chunksPerPage }

    /// A single one may be chance: a key was taken for another's ghost.
    private var refaultsPerPage: Double { evidence < 1.5 ? 0 : evidence / Double(max(pageCount, 1)) }

    /// A class fills what it got before it gets more, for its refaults are of a time when it had less.
    var mayReceive: Bool {
      history.isEvicting && pageCount >= load.pageCount && unusedChunks <= max(load.chunksPerPage / 8, usedChunks / 16)
    }
    var hasReceived: Bool { pageCount > load.pageCount }
    var mayGive: Bool {
      pageCount > 1 && history.mayGive && load.pageCount - pageCount < max(1, load.pageCount / PageBalancer.donorsShare)
    }

    mutating func give() {
      pageCount -= 1
      usedChunks = max(usedChunks - load.chunksPerPage, 0)
    }

    mutating func receive() {
      pageCount += 1
      unusedChunks += load.chunksPerPage
    }

    func gives(before other: Candidate) -> Bool {
      if isIdle != other.isIdle { return isIdle }
      if refaultsPerPage != other.refaultsPerPage { return refaultsPerPage < other.refaultsPerPage }
      if turnover != other.turnover { return turnover > other.turnover }
      return pageCount > other.pageCount
    }

    /// One refault more counts for the donor: that few or none were seen may be chance.
    func outranks(_ donor: Candidate, _ isEvident: Bool) -> Bool {
      if donor.isIdle { return true }
      let loss = (donor.evidence + 1) / Double(donor.pageCount)
      if isEvident, refaultsPerPage > loss * PageBalancer.hysteresis { return true }
      return donor.refaultsPerPage == 0 && donor.turnover > turnover * PageBalancer.hysteresis
    }
  }
}
