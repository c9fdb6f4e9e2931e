import Synchronization

/// Decides from which class to which a page should move.
///
/// An item of a class survives about `used chunks ÷ evictions a second`. Pages go from the class whose items live longest
/// to the one whose items live shortest until the two are near each other, as they would be in one list over all sizes.
/// A class that evicts nothing lives for ever and gives first, down to its last page; once it must evict itself its
/// items' life becomes finite and the giving ends where the two meet.
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
  }
  struct Decision: Equatable {
    let donor: UInt8
    /// nil: to the pool, which has lent beyond its limit.
    let receiver: UInt8?
    /// Pages to move before the next look: of a large cache many, or it would take hours to serve another size.
    var pageCount = 1
  }
  /// The page being emptied.
  struct Move {
    let page: Int
    let slabClass: UInt8
    let receiver: UInt8?
    /// Pages to move after this one.
    let following: Int
    var chunk = 0
    /// How often every chunk of it was visited.
    var rounds = 0
  }

  struct State {
    var rates: [Double]
    var seen: [UInt64]
    var move: Move?
  }
  /// Of the maintenance thread alone.
  let state: Mutex<State>
  let movedPages = Atomic<UInt64>(0)

  /// Lives must differ by this factor before a page moves, or noise would move pages to and fro.
  private static let hysteresis = 1.5
  /// A class gives this part of its pages, or one, before the next look.
  private static let donorsShare = 64
  /// Weight of the newest interval in the smoothed eviction rate.
  private static let smoothing = 0.3

  init(classCount: Int) {
    state = Mutex(
      State(rates: Array(repeating: 0, count: classCount + 1), seen: Array(repeating: 0, count: classCount + 1)))
  }

  /// - Parameter loads: every class, once an interval.
  func decide(_ loads: [Load], beyondLimit: Int) -> Decision? {
    let rates = state.withLock { Self.updateRates(&$0, loads) }
    let classes = loads.map { Candidate($0, rate: rates[Int($0.slabClass)]) }
    let donors = classes.filter { $0.load.pageCount > 1 }
    if beyondLimit > 0 {
      return donors.max { $1.gives(before: $0) }.map { Decision(donor: $0.load.slabClass, receiver: nil) }
    }
    guard let receiver = classes.filter({ $0.life < .infinity }).min(by: { $0.life < $1.life }) else { return nil }
    let donor = donors.filter { $0.load.slabClass != receiver.load.slabClass }.max { $1.gives(before: $0) }
    guard let donor, donor.isIdle || donor.life > receiver.life * Self.hysteresis else { return nil }
    return Decision(
      donor: donor.load.slabClass, receiver: receiver.load.slabClass,
      pageCount: max(1, donor.load.pageCount / Self.donorsShare))
  }

  private struct Candidate {
    let load: Load
    let life: Double
    /// A page's worth of its chunks is unused, and not because it was just given one that it fills.
    let isIdle: Bool

    init(_ load: Load, rate: Double) {
      self.load = load
      life = rate > 0.01 ? Double(load.usedChunks) / rate : .infinity
      isIdle = life == .infinity && load.totalChunks - load.usedChunks >= load.chunksPerPage
    }

    func gives(before other: Candidate) -> Bool {
      if isIdle != other.isIdle { return isIdle }
      if life != other.life { return life > other.life }
      return load.pageCount > other.load.pageCount
    }
  }

  private static func updateRates(_ state: inout State, _ loads: [Load]) -> [Double] {
    for load in loads {
      let number = Int(load.slabClass)
      let count = load.evicted + load.outOfMemory
      let fresh = count >= state.seen[number] ? count - state.seen[number] : count
      state.seen[number] = count
      state.rates[number] += (Double(fresh) - state.rates[number]) * smoothing
    }
    return state.rates
  }
}
