/// A class as the balancer weighs it, with the pages it gives and gets while a plan is made.
extension PageBalancer {
  struct Candidate {
    let slabClass: UInt8
    let evidence: Double
    private let rate: Double
    private let isQuiet: Bool
    private let isEvicting: Bool
    private let hasTenure: Bool
    private let chunksPerPage: Int
    /// Chunks that have never been anybody's, or are nobody's now.
    private var unusedChunks: Int
    private var usedChunks: Int
    private let pageCountBefore: Int
    private var pageCount: Int

    init(_ load: Load, _ history: History) {
      slabClass = load.slabClass
      evidence = history.evidence
      rate = history.rate
      isQuiet = history.isQuiet
      isEvicting = history.isEvicting
      hasTenure = !history.mayGive
      chunksPerPage = load.chunksPerPage
      usedChunks = load.usedChunks
      unusedChunks = load.totalChunks - load.usedChunks
      pageCount = load.pageCount
      pageCountBefore = load.pageCount
    }

    private var life: Double { isQuiet ? .infinity : Double(usedChunks + unusedChunks) / rate }

    /// A page's worth of its chunks is unused, and nobody fills them.
    private var isIdle: Bool { isQuiet && unusedChunks >= chunksPerPage }

    /// Of a page, by the regrets.
    private var worth: Double { evidence < 0.5 ? 0 : evidence / Double(max(pageCount, 1)) }

    /// A class fills what it got before it gets more, for its regrets are of a time when it had less.
    var mayReceive: Bool {
      isEvicting && pageCount >= pageCountBefore && unusedChunks <= max(chunksPerPage / 8, usedChunks / 16)
    }
    var hasReceived: Bool { pageCount > pageCountBefore }
    var mayGive: Bool {
      pageCount > 1 && !hasTenure && pageCountBefore - pageCount < max(1, pageCountBefore / PageBalancer.donorsShare)
    }

    mutating func give() {
      pageCount -= 1
      usedChunks = max(usedChunks - chunksPerPage, 0)
    }

    mutating func receive() {
      pageCount += 1
      unusedChunks += chunksPerPage
    }

    func gives(before other: Candidate) -> Bool {
      if isIdle != other.isIdle { return isIdle }
      if worth != other.worth { return worth < other.worth }
      if life != other.life { return life > other.life }
      return pageCount > other.pageCount
    }

    /// One regret more counts for the donor: that few or none were seen may be chance.
    func deserves(pageOf donor: Candidate, _ isEvident: Bool) -> Bool {
      if donor.isIdle { return true }
      let loss = (donor.evidence + 1) / Double(donor.pageCount)
      if isEvident, worth > loss * PageBalancer.hysteresis { return true }
      return donor.worth == 0 && donor.life > life * PageBalancer.hysteresis
    }
  }
}
