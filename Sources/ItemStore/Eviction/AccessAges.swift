import Synchronization

/// How long ago items were last accessed, coarsely: two bits in each (`ItemState.age`), for `l` of meta commands.
///
/// ```
///   access ─▶ age 0    sweep ─▶ 1    sweep ─▶ 2    sweep ─▶ 3, and stays
///                      └ `interval` from the end of one sweep to the beginning of the next ┘
/// ```
///
/// A hit sets the age back in the write that counts it, so hits of an item that is in use cost nothing. A sweep comes by
/// each item and raises its age; so who has seen the sweep n times has not been accessed for n − 1 intervals at least,
/// nor since the last sweep. What nobody has read since it was stored needs none of this: its stamp says when that was.
///
/// The sweep goes over the pages as the crawler does, some chunks under a hold of their class's lock, so many in a round
/// of maintenance that a round is short.
///
/// Locks: the class's, while it sweeps; none for whoever asks.
final class AccessAges: Sendable {
  private let slabs: SlabAllocator
  private let memory: ChunkMemory
  private let holds: LockHoldMeter
  /// When the last sweep ended, in process seconds.
  private let lastEnd = Atomic<UInt32>(ProcessClock.origin)
  private let sweepingWord = Atomic<Bool>(false)

  init(_ slabs: SlabAllocator, holds: LockHoldMeter) {
    self.slabs = slabs
    memory = slabs.memory
    self.holds = holds
  }

  // MARK: Asking

  /// - Parameter changed: when the value was last changed.
  func seconds(_ state: ItemState, changed: Stamp, at moment: Moment) -> UInt32 {
    let bound = bound(state.age, moment.seconds)
    if state.isFetched { return bound }
    // A stamp tells the beginning of its tick, which may lie in the second before.
    let then = (changed.unixMicroseconds &+ Stamp.tickMask / 1000) / 1_000_000
    let now = moment.unixMicroseconds / 1_000_000
    return max(bound, UInt32(clamping: now - min(then, now)))
  }

  private func bound(_ age: UInt16, _ now: UInt32) -> UInt32 {
    if age == 0 { return 0 }
    let end = lastEnd.load(ordering: .relaxed)
    // The one under way may have come by already.
    let since = sweepingWord.load(ordering: .relaxed) || end >= now ? 1 : now - end
    return UInt32(age - 1) * AgeSweep.interval + since
  }

  // MARK: Sweeping

  private static let maxVisitedPerHold = 64
  private static let holdsPerMeasure = 16

  /// Goes on with the sweep, or begins one if its time has come; true while there is more to do.
  func sweep(_ sweep: inout AgeSweep, now: UInt32) -> Bool {
    if !sweep.isUnderWay {
      if now < lastEnd.load(ordering: .relaxed) &+ AgeSweep.interval { return false }
      sweepingWord.store(true, ordering: .relaxed)
      sweep.begin()
    }
    sweep.visits = 0
    while sweep.isUnderWay, sweep.visits < AgeSweep.maxVisits { step(&sweep) }
    if sweep.isUnderWay { return true }
    lastEnd.store(now, ordering: .relaxed)
    sweepingWord.store(false, ordering: .relaxed)
    return false
  }

  private func step(_ sweep: inout AgeSweep) {
    sweep.visits += 1
    if let page = sweep.page {
      if !raise(ofPage: page, &sweep) { sweep.page = nil }
    } else if let page = slabs.nextDuePage(&sweep.walk, .max) {
      (sweep.page, sweep.chunk) = (page, 0)
    } else if sweep.walk.isAtEnd {
      sweep.advance(classCount: slabs.classCount)
    }
  }

  /// Some chunks of the page; false at its end, which also is where it has left the class meanwhile.
  private func raise(ofPage page: Int, _ sweep: inout AgeSweep) -> Bool {
    sweep.holds += 1
    var hold = holds.prepare(isMeasured: sweep.holds % Self.holdsPerMeasure == 0)
    let slabClass = sweep.walk.slabClass
    slabs.lock(slabClass)
    holds.begin(&hold)
    let carved = slabs.carvedChunks(ofPage: page, in: slabClass)
    let end = min(sweep.chunk + Self.maxVisitedPerHold, carved)
    while sweep.chunk < end {
      memory.item(slabs.chunk(sweep.chunk, ofPage: page)).raiseAge()
      sweep.chunk += 1
      sweep.visits += 1
    }
    holds.end(&hold)
    slabs.unlock(slabClass)
    holds.record(hold)
    return sweep.chunk < carved
  }
}

/// Where the sweep of ages stands.
package struct AgeSweep {
  /// Seconds from the end of one sweep to the beginning of the next: an item that nobody has asked for for an hour has
  /// seen two.
  static let interval: UInt32 = 20 * 60
  /// Chunks looked at in one round: a few milliseconds.
  static let maxVisits = 1 << 17

  private(set) var isUnderWay = false
  var walk = SlabAllocator.PageWalk(1)
  /// The page that is being swept, and its next chunk.
  var page: Int?
  var chunk = 0
  var visits = 0
  var holds = 0

  package init() {}

  mutating func begin() {
    isUnderWay = true
    walk = SlabAllocator.PageWalk(1)
    page = nil
  }

  /// The class has been walked to its end.
  mutating func advance(classCount: Int) {
    isUnderWay = Int(walk.slabClass) < classCount
    if isUnderWay { walk = SlabAllocator.PageWalk(walk.slabClass + 1) }
  }
}

extension ItemStore {
  /// Raises the ages of items, when it is time to, in steps; true while there is more to do at once.
  @discardableResult
  package func sweepAges(_ sweep: inout AgeSweep, now: UInt32) -> Bool { accessAges.sweep(&sweep, now: now) }
}
