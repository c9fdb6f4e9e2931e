import Platform
import Synchronization

/// What has been forgotten, and up to which stamp: `docs/spec/horizon.py`.
///
/// ```
///            large, 30 parts      small, 1 part          settled, 4 parts of 1
///   keys     [filter]             [filter]               `SettledKeys`
///   top      greatest stamp purged into it           greatest stamp forgotten
///            └ younger ─ half full ─▶ older ┘            raised: to that, when another partner has come
/// ```
///
/// A state of a key that is not held here, at or below the top of a generation whose filter has the key, may be older
/// than what was forgotten, and is refused. A generation falls when the peer's marks have passed its top and every
/// refusal that it was a reason for is confirmed.
///
/// **Two generations**, so that one falls also while more is purged all the time: the younger takes keys in, and is the
/// older when it is half full. They are unequal because few bits are to be had. Of two halves each would take half a
/// percent of all keys for others, and that takes more memory than the two have. So the large one has space for all
/// that is forgotten during a cut, and the small one for what comes while the large one falls, some milliseconds; it
/// takes few keys, at more bits a key, so that the two together stay at a percent. When the younger is full, and the
/// older is not, the older takes keys in again, and stands longer for it: no rule rests on that.
///
/// **What has settled** matters again when another partner comes. Where what has settled with the one that is there
/// fills its filter, noting another costs a comparison. What is purged goes there at once, for it will have settled
/// when its generation falls.
///
/// **Locks.** One of its own, inside of all others, for a few dozen instructions. `purgedThrough` is an atomic word:
/// where none stands nobody takes the lock to ask. Whoever pushes a key out holds its stripe's lock, and so does who
/// asks for it.
final class Horizon: @unchecked Sendable {
  private final class Generation {
    let filter: BloomFilter
    /// Keys that it takes before it is full.
    let capacity: Int
    /// Zero: it does not stand.
    var top: UInt64 = 0
    /// The number of the last refusal on this link that it was a reason for.
    var refusal: UInt64 = 0
    /// Not while its filter is being cleared, which is so of one at a time.
    var isClean = true

    init(bitCount: Int, bitsPerKey: Int) throws(StoreError) {
      filter = try BloomFilter(bitCount: bitCount)
      capacity = bitCount / bitsPerKey
    }

    var isFull: Bool { filter.count >= capacity }
    var isHalfFull: Bool { 2 * filter.count >= capacity }
    func covers(_ hash: UInt64, _ stamp: UInt64) -> Bool { stamp <= top && filter.contains(hash) }

    func add(_ hash: UInt64, _ stamp: UInt64) {
      filter.insert(hash)
      top = max(top, stamp)
    }
  }

  private let rules: PairRules
  private let lock = SpinLock()
  private let large: Generation
  private let small: Generation
  private let settled: SettledKeys
  private var isSmallYounger = false
  private let topWord = Atomic<UInt64>(0)
  private let settledWord = Atomic<UInt64>(0)
  private let isSettledFull: Atomic<Bool>

  /// How many there are when the filter of a generation is full.
  private static let bitsPerKey = (large: 9, small: 16)

  /// - Parameter bitCount: of which there are 32 parts. Besides, each of three more filters of what has settled has
  ///   one.
  init(bitCount: Int, rules: PairRules) throws(StoreError) {
    self.rules = rules
    let part = rules.contains(.filter) ? bitCount / 32 : 0
    let settledPart = rules.contains(.settledFilter) ? part : 0
    large = try Generation(bitCount: part * 30, bitsPerKey: Self.bitsPerKey.large)
    small = try Generation(bitCount: part, bitsPerKey: Self.bitsPerKey.small)
    settled = try SettledKeys(bitCount: settledPart)
    isSettledFull = Atomic(settledPart == 0)
  }

  /// The greatest stamp that was forgotten and may still have to be refused; zero: none.
  var purgedThrough: Stamp { Stamp(rawValue: topWord.load(ordering: .relaxed)) }

  // MARK: Under the stripe's lock of the key

  /// It is forgotten before it has settled. Returns whether the horizon rose.
  func purge(_ hash: UInt64, _ stamp: Stamp) -> Bool {
    let isForgotten = rules.contains(.pushedOutIsForgotten)
    if isForgotten { settledWord.max(stamp.rawValue, ordering: .sequentiallyConsistent) }
    lock.lock()
    defer { unlock() }
    if isForgotten { settled.insertPurged(hash) }
    if takesSmall { small.add(hash, stamp.rawValue) } else { large.add(hash, stamp.rawValue) }
    return stamp > purgedThrough
  }

  /// The younger, but while it is being cleared, or where it is full and the other is not.
  private var takesSmall: Bool {
    if isSmallYounger { return small.isClean && (!small.isFull || !large.isClean || large.isFull) }
    let isRelieved = large.isFull && small.isClean && !small.isFull && rules.contains(.twoGenerations)
    return !large.isClean || isRelieved
  }

  /// It is forgotten because it has settled, or the peer has it: that matters when another partner comes.
  func noteSettled(_ hash: UInt64, _ stamp: Stamp) {
    if settledWord.load(ordering: .sequentiallyConsistent) < stamp.rawValue {
      settledWord.max(stamp.rawValue, ordering: .sequentiallyConsistent)
    }
    if isSettledFull.load(ordering: .relaxed) { return }
    lock.lock()
    settled.insert(hash)
    if settled.isFull { isSettledFull.store(true, ordering: .relaxed) }
    lock.unlock()
  }

  /// Whether a state of a key that is not held may be older than what was forgotten.
  func covers(_ hash: UInt64, _ stamp: Stamp) -> Bool {
    if stamp > purgedThrough { return false }
    lock.lock()
    defer { lock.unlock() }
    let word = stamp.rawValue
    return large.covers(hash, word) || small.covers(hash, word) || settled.covers(hash, word)
  }

  // MARK: The link's thread

  /// Such a state was refused, as the link's refusal of this number.
  func noteRefusal(_ hash: UInt64, _ stamp: Stamp, number: UInt64) {
    lock.lock()
    defer { lock.unlock() }
    if large.covers(hash, stamp.rawValue) { large.refusal = number }
    if small.covers(hash, stamp.rawValue) { small.refusal = number }
    if settled.covers(hash, stamp.rawValue) { settled.refusal = number }
  }

  /// The link has ended: numbers of refusals are a link's.
  func forgetRefusals() {
    lock.lock()
    (large.refusal, small.refusal, settled.refusal) = (0, 0, 0)
    lock.unlock()
  }

  /// A partner is there. If it is another than the last, what had settled with others may be held by it.
  ///
  /// - Parameter raises: it may have met somebody since it was last here.
  func meet(_ partner: PeerName, raises: Bool = true) -> SettledKeys.Meeting {
    let isRuled = rules.contains(.settledWithPartner)
    var meeting = isRuled ? settled.meet(partner, lock) : .init(isOther: raises, leaves: .somebody)
    lock.lock()
    defer { unlock() }
    isSettledFull.store(settled.isFull, ordering: .relaxed)
    guard meeting.isOther, raises, settled.counts else { return meeting }
    settled.top = settledWord.load(ordering: .sequentiallyConsistent)
    meeting.raised = settled.top > purgedThrough.rawValue
    return meeting
  }

  /// Somebody without a name is there.
  func meetUnknownPeer() {
    settled.leave(lock)
    isSettledFull.store(false, ordering: .relaxed)
  }

  /// What bears stamps above this one is given others, which are lower: so is all that stands for it.
  func lower(to stamp: Stamp) {
    settledWord.min(stamp.rawValue, ordering: .sequentiallyConsistent)
    lock.lock()
    defer { unlock() }
    for generation in [large, small] { generation.top = min(generation.top, stamp.rawValue) }
    settled.top = min(settled.top, stamp.rawValue)
  }

  /// Falls as far as the peer's marks have passed it and its refusals are confirmed.
  func settle(upTo passed: Stamp, refusalsConfirmed: UInt64) {
    if purgedThrough == .zero { return }
    turn()
    for generation in [large, small] where fall(generation, passed, refusalsConfirmed) {
      generation.filter.clear()
      lock.lock()
      generation.isClean = true
      lock.unlock()
    }
    if fallSettled(passed, refusalsConfirmed) { settled.fall(lock) }
  }

  /// The younger is half full: it becomes the older.
  private func turn() {
    lock.lock()
    defer { lock.unlock() }
    let (younger, older) = isSmallYounger ? (small, large) : (large, small)
    let mayTurn = younger.isHalfFull && older.top == 0 && rules.contains(.twoGenerations)
    if mayTurn { isSmallYounger.toggle() }
  }

  private func fall(_ generation: Generation, _ passed: Stamp, _ confirmed: UInt64) -> Bool {
    lock.lock()
    defer { unlock() }
    guard mayFall(generation.top, passed, generation.refusal, confirmed) else { return false }
    generation.top = 0
    generation.refusal = 0
    generation.isClean = false
    return true
  }

  private func fallSettled(_ passed: Stamp, _ confirmed: UInt64) -> Bool {
    lock.lock()
    defer { unlock() }
    guard mayFall(settled.top, passed, settled.refusal, confirmed) else { return false }
    (settled.top, settled.refusal) = (0, 0)
    return true
  }

  private func mayFall(_ top: UInt64, _ passed: Stamp, _ refusal: UInt64, _ confirmed: UInt64) -> Bool {
    let hasPassed = passed.rawValue >= top || !rules.contains(.settledHorizon)
    let isConfirmed = confirmed >= refusal || !rules.contains(.refusalsConfirmed)
    return top != 0 && hasPassed && isConfirmed
  }

  private func unlock() {
    topWord.store(max(large.top, small.top, settled.top), ordering: .relaxed)
    lock.unlock()
  }
}
