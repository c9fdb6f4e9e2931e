import Synchronization

/// Decides from which class to which a page should move, so that fewest requests miss.
///
/// What a page more would be worth to a class is told by its **regrets**: evicted items that came back while their ghosts
/// stood (`Ghost`). They would have been hits if the class had three quarters more of its pages, so a page is worth the
/// regrets over the pages, and that is also what the last of them is worth to a class that gives one. Pages go from
/// where one is worth least to where it is worth most. So small items are kept rather than large ones that are asked for
/// as often, for a page holds more of them, and a class that only a scan passes through gets nothing, however much it
/// evicts.
///
/// Where nothing is regretted, life decides: an item survives about `used chunks ÷ evictions a second`, and pages go from
/// the class whose items live longest to the one whose items live shortest. So those are served that come round again
/// after more than their class holds. A class that evicts nothing lives for ever and gives first, down to its last page;
/// once it must evict itself it has regrets, or a finite life.
///
/// Regrets are counted until one class has `leastEvidence` of them, then compared and halved: a busy cache decides ten
/// times a second, a quiet one as seldom as chance asks for.
///
/// Only numbers in and a decision out; `ItemStore+Balance` carries it out.
final class PageBalancer: Sendable {
  struct Load {
    let slabClass: UInt8
    let pageCount: Int
    let chunksPerPage: Int
    let usedChunks: Int
    let totalChunks: Int
    let evicted: UInt64
    let outOfMemory: UInt64
    let regretted: UInt64
  }
  struct Decision: Equatable {
    let donor: UInt8
    /// nil: to the pool, which has lent beyond its limit.
    let receiver: UInt8?
  }
  /// The page being emptied.
  struct Move {
    let page: Int
    let slabClass: UInt8
    let receiver: UInt8?
    var chunk = 0
    /// How often every chunk of it was visited.
    var rounds = 0
  }

  struct State {
    var classes: [History]
    /// Decided, and not yet begun; last first.
    var plan: [Decision] = []
    var move: Move?
  }
  /// What was seen of a class until now.
  struct History {
    var evictions = Growth()
    var regrets = Growth()
    var usedChunks = 0
    /// Chunks an interval that were filled, smoothed: by evicting, or free ones.
    var rate = 0.0
    var evidence = 0.0
  }
  /// Of the maintenance thread alone.
  let state: Mutex<State>
  let movedPages = Atomic<UInt64>(0)

  /// Lives, or what a page is worth, must differ by this factor before a page moves, or noise would move pages to and fro.
  private static let hysteresis = 1.5
  /// Regrets of one class before the classes are compared.
  private static let leastEvidence = 32.0
  /// A class gives this part of its pages, or one, before the next look; and all of them together so many, or this part.
  private static let donorsShare = 64
  private static let mostMoves = 8
  /// Weight of the newest interval in the smoothed eviction rate.
  private static let smoothing = 0.3
  /// What is left of regrets after an interval in which nothing was compared: half of them after a minute.
  private static let memory = 0.999

  init(classCount: Int) {
    state = Mutex(State(classes: Array(repeating: History(), count: classCount + 1)))
  }

  /// The pages to move before the next look. Each is decided as if those before it had been moved.
  ///
  /// - Parameter loads: every class, once an interval.
  func decide(_ loads: [Load], beyondLimit: Int) -> [Decision] {
    var classes = state.withLock { state in
      loads.map { Candidate($0, Self.update(&state.classes[Int($0.slabClass)], $0)) }
    }
    let isEvident = classes.contains { $0.evidence >= Self.leastEvidence }
    if isEvident { halveEvidence() }
    let most = max(Self.mostMoves, loads.reduce(0) { $0 + $1.pageCount } / Self.donorsShare)
    var decisions: [Decision] = []
    while decisions.count < most,
      let (donor, receiver) = Self.pair(in: classes, toPool: beyondLimit > decisions.count, isEvident)
    {
      classes[donor].give()
      if let receiver { classes[receiver].receive() }
      let to = receiver.map { classes[$0].slabClass }
      decisions.append(Decision(donor: classes[donor].slabClass, receiver: to))
    }
    return decisions
  }

  private static func pair(
    in classes: [Candidate], toPool: Bool, _ isEvident: Bool
  ) -> (donor: Int, receiver: Int?)? {
    let order = { (one: Int, other: Int) in classes[one].gives(before: classes[other]) }
    let donors = classes.indices.filter { classes[$0].mayGive }
    if toPool { return donors.min(by: order).map { ($0, nil) } }
    let wanting = classes.indices.filter { classes[$0].mayReceive }
    guard let receiver = wanting.max(by: order) else { return nil }
    let donor = donors.filter { $0 != receiver && !classes[$0].hasReceived }.min(by: order)
    guard let donor, classes[receiver].deserves(pageOf: classes[donor], isEvident) else { return nil }
    return (donor, receiver)
  }

  private struct Candidate {
    let slabClass: UInt8
    let evidence: Double
    private let rate: Double
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
      chunksPerPage = load.chunksPerPage
      usedChunks = load.usedChunks
      unusedChunks = load.totalChunks - load.usedChunks
      pageCount = load.pageCount
      pageCountBefore = load.pageCount
    }

    var life: Double { rate > 0.01 ? Double(usedChunks + unusedChunks) / rate : .infinity }

    /// A page's worth of its chunks is unused, and nobody fills them.
    private var isIdle: Bool { life == .infinity && unusedChunks >= chunksPerPage }

    /// Of a page, by the regrets.
    private var worth: Double { evidence < 0.5 ? 0 : evidence / Double(max(pageCount, 1)) }

    /// A class fills what it got before it gets more, for its regrets are of a time when it had less.
    var mayReceive: Bool {
      life < .infinity && pageCount >= pageCountBefore && unusedChunks < max(chunksPerPage, usedChunks / 16)
    }
    var hasReceived: Bool { pageCount > pageCountBefore }
    var mayGive: Bool {
      pageCount > 1 && pageCountBefore - pageCount < max(1, pageCountBefore / PageBalancer.donorsShare)
    }

    mutating func give() {
      pageCount -= 1
      usedChunks = max(usedChunks - chunksPerPage, 0)
    }

    mutating func receive() {
      pageCount += 1
      usedChunks += chunksPerPage
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
      if donor.life == .infinity { return true }
      if donor.worth == 0, worth == 0 { return donor.life > life * PageBalancer.hysteresis }
      let loss = (donor.evidence + 1) / Double(donor.pageCount)
      return isEvident && worth > loss * PageBalancer.hysteresis
    }
  }

  private static func update(_ history: inout History, _ load: Load) -> History {
    let filled = max(load.usedChunks - history.usedChunks, 0)
    let evictions = history.evictions.since(load.evicted + load.outOfMemory)
    history.rate += (evictions + Double(filled) - history.rate) * smoothing
    history.usedChunks = load.usedChunks
    history.evidence = history.evidence * memory + history.regrets.since(load.regretted)
    // Who fills nothing has as many pages as it needs.
    if history.rate <= 0.01 { history.evidence = 0 }
    return history
  }

  private func halveEvidence() {
    state.withLock { state in
      for number in state.classes.indices { state.classes[number].evidence /= 2 }
    }
  }
}

extension PageBalancer {
  /// By how much a counter grew from one look to the next; one that was reset began at 0.
  struct Growth {
    private var seen: UInt64 = 0

    mutating func since(_ count: UInt64) -> Double {
      defer { seen = count }
      return Double(count >= seen ? count - seen : count)
    }
  }
}
