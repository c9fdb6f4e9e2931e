import Synchronization

/// Decides from which class to which a page should move, so that fewest requests miss.
///
/// What a page more would be worth to a class is told by its **refaults**: evicted items that came back while their
/// ghosts stood (`Ghost`). They would have been hits if the class had three quarters more of its pages, so a page is
/// worth the refaults over the pages, and that is also what the last of them is worth to a class that gives one. Pages
/// go from where one is worth least to where it is worth most. So small items are kept rather than large ones that are
/// asked for as often, for a page holds more of them, and a class that only a scan passes through gets nothing, however
/// much it evicts.
///
/// Where there are no refaults, turnover decides: an item survives about `used chunks ÷ evictions a second`, and pages
/// go from the class whose items live longest to the one whose items live shortest. So those are served that come round
/// again after more than their class holds. A class that evicts nothing has an infinite turnover and gives first, down
/// to its last page; once it must evict itself it has refaults, or a finite turnover.
///
/// Refaults are counted until one class has `minEvidence` of them, then compared and halved: a busy cache decides ten
/// times a second, a quiet one as seldom as chance asks for.
///
/// Only numbers in and a decision out; `PageMover` carries it out.
final class PageBalancer: Sendable {
  struct Load {
    let slabClass: UInt8
    let pageCount: Int
    let chunksPerPage: Int
    let usedChunks: Int
    let totalChunks: Int
    let evicted: UInt64
    let outOfMemory: UInt64
    let refaults: UInt64
    /// The limit of its last eviction, as `SlabClass.evictedUpTo`.
    var evictedUpTo = Stamp.greatest
  }
  struct Decision: Equatable {
    let donor: UInt8
    /// nil: to the pool, which has lent beyond its limit.
    let receiver: UInt8?
    /// Nothing younger is evicted for it.
    var evictsUpTo = Stamp.greatest
  }
  /// The page being emptied.
  struct Move {
    let page: Int
    let slabClass: UInt8
    let receiver: UInt8?
    /// Nothing younger is evicted for it.
    var evictsUpTo = Stamp.greatest
    /// By a person, so it is done whether or not it is of use.
    var isAsked = false
    var chunk = 0
    /// How often every chunk of it was visited.
    var rounds = 0
  }

  struct State {
    var classes: [History]
    /// Decided, and not yet begun; last first.
    var plan: [Decision] = []
    var move: Move?
    /// What a person has asked for, and is not yet begun.
    var asked: Decision?
  }
  /// Of the maintenance thread, but for `asked`.
  let state: Mutex<State>
  let counters = PageMoveCounters()
  /// `slabs automove`: 0, pages are not moved but by a person; 1 and 2, they are.
  let automoveWord = Atomic<Int>(1)
  /// The limit was lowered, and more than it allows is in use.
  let shrinkingWord = Atomic<Bool>(false)

  /// Turnovers, or refaults per page, must differ by this factor before a page moves, or noise would move pages to and
  /// fro.
  static let hysteresis = 2.0
  /// Refaults of one class before the classes are compared.
  private static let minEvidence = 32.0
  /// A class gives this part of its pages, or one, before the next look, and so do all of them together.
  static let donorsShare = 64

  init(classCount: Int) {
    state = Mutex(State(classes: Array(repeating: History(), count: classCount + 1)))
  }

  /// The pages to move before the next look. Each is decided as if those before it had been moved.
  ///
  /// - Parameters:
  ///   - loads: every class, once an interval.
  ///   - isShort: no memory is free. Else nobody loses a page, and refaults are forgotten as time passes.
  func decide(_ loads: [Load], beyondLimit: Int, isShort: Bool = true) -> [Decision] {
    var classes = state.withLock { state in
      loads.map { load in
        state.classes[Int(load.slabClass)].note(load)
        return Candidate(load, state.classes[Int(load.slabClass)])
      }
    }
    if !isShort { return [] }
    let isEvident = classes.contains { $0.evidence >= Self.minEvidence }
    if isEvident { halveEvidence() }
    let maxCount = max(1, loads.reduce(0) { $0 + $1.pageCount } / Self.donorsShare)
    var decisions: [Decision] = []
    while decisions.count < maxCount,
      let (donor, receiver) = Self.pair(in: classes, toPool: beyondLimit > decisions.count, isEvident)
    {
      classes[donor].give()
      if let receiver { classes[receiver].receive() }
      let to = receiver.map { classes[$0].slabClass }
      let limit = receiver.map { classes[$0].evictedUpTo } ?? .greatest
      decisions.append(Decision(donor: classes[donor].slabClass, receiver: to, evictsUpTo: limit))
    }
    noteReceivers(decisions)
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
    guard let donor, classes[receiver].outranks(classes[donor], isEvident) else { return nil }
    return (donor, receiver)
  }

  private func noteReceivers(_ decisions: [Decision]) {
    state.withLock { state in
      for decision in decisions { decision.receiver.map { state.classes[Int($0)].receive() } }
    }
  }

  private func halveEvidence() {
    state.withLock { state in
      for number in state.classes.indices { state.classes[number].halveEvidence() }
    }
  }
}
