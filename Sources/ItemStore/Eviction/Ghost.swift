import Synchronization

/// What the index remembers of a key that it does not hold, in a free slot, until the slot is needed: that it was
/// evicted, or that it was asked for.
///
/// ```
///  31 ............... 19   18     17               16 ..... 10   9 ........................... 0
///  bits of the hash        seen   was a newcomer   slab class    the class's tick when it went        all 0: no ghost
/// ```
///
/// A **mark**, of slab class 0 and seen, is left by a get that finds neither item nor ghost: an item that is set then
/// has been asked for once already. It takes the slot that the item will take, and is the first to go if none comes.
///
/// A key that is asked for or comes back while its ghost stands is a **refault**: its item was evicted too early. What
/// that tells of the share of newcomers is written at `Evictor`; `PageBalancer` learns from it which class
/// needs pages. Each ghost is counted once: a get that misses marks it `seen`, and the set that follows is not counted
/// again.
///
/// A newcomer that comes back has passed its probation. An old item that comes back begins anew, for it was evicted
/// because nobody had asked for it in a whole turn of the hand; were it taken for well known, a scan would bring back
/// all that was.
///
/// Some four of a bucket's twelve slots are free on average, so there is a ghost for every second item, and they cost
/// no memory. Of some 1,500 keys that are new one is taken for another's ghost.
///
/// A tick is a 64th of the class's items evicted. Ghosts older than `maxAge` are not believed: what came back only
/// after three evictions for four items of the class was not evicted too early, it is asked for too seldom. They are
/// dropped by whoever comes by. One that nobody came by for sixteen turns of the class would look young again, for its
/// tick has ten bits: with eight a fifth of the old ghosts of a small cache, whose index has space for all of them, was
/// believed.
struct Ghost: Equatable {
  let bits: UInt32

  static let none = Ghost(bits: 0)
  /// Of a key that was asked for, and not evicted as far as is known.
  static func mark(of hash: UInt64) -> Ghost { Ghost(bits: piece(hash) | seen) }
  static let ticksPerTurn = 64
  /// In ticks.
  static let maxAge: UInt32 = 48
  private static let tickMask: UInt32 = 0x3FF
  private static let classShift: UInt32 = 10
  private static let classMask: UInt8 = 0x7F
  private static let newcomer: UInt32 = 1 << 17
  private static let seen: UInt32 = 1 << 18
  private static let hashMask: UInt32 = 0xFFF8_0000

  init(bits: UInt32) { self.bits = bits }

  init(of hash: UInt64, slabClass: UInt8, at tick: UInt32, wasNewcomer: Bool) {
    let standing = wasNewcomer ? Ghost.newcomer : 0
    bits = Ghost.piece(hash) | standing | UInt32(slabClass) << Ghost.classShift | (tick & Ghost.tickMask)
  }

  /// Bits that neither the bucket's number nor the tag is made of.
  private static func piece(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 24) & hashMask }

  func isOf(_ hash: UInt64) -> Bool { self != .none && bits & Ghost.hashMask == Ghost.piece(hash) }

  var wasNewcomer: Bool { bits & Ghost.newcomer != 0 }
  /// The key was asked for since.
  var isSeen: Bool { bits & Ghost.seen != 0 }
  var isMark: Bool { self != .none && slabClass == 0 }
  /// The class that would have to be larger for the item to have stayed.
  var slabClass: UInt8 { UInt8(truncatingIfNeeded: bits >> Ghost.classShift) & Ghost.classMask }

  var marked: Ghost { Ghost(bits: bits | Ghost.seen) }

  /// How readily its slot is given to another key: most without a ghost, then of a mark, then by its age, and that of
  /// an old item, which tells less, before that of any newcomer.
  func readiness(by clock: GhostClock) -> UInt32 {
    if isMark { return .max - 1 }
    let age = age(by: clock)
    return wasNewcomer || self == .none ? age : age + Ghost.maxAge + 1
  }

  /// Whether it is of an item evicted too long ago.
  func isStale(by clock: GhostClock) -> Bool { self != .none && !isMark && age(by: clock) > Ghost.maxAge }

  /// Ticks of its class since the eviction; of no ghost, longer than any.
  func age(by clock: GhostClock) -> UInt32 {
    self == .none ? .max : (clock.tick(slabClass) &- bits) & Ghost.tickMask
  }
}

/// The time of ghosts: of each slab class, how many 64ths of it have been evicted. Read by anybody without a lock,
/// advanced under the class's lock. `SlabAllocator` owns the memory and outlives every copy.
@safe struct GhostClock: @unchecked Sendable {
  private let ticks: UnsafeMutablePointer<Atomic<UInt32>>
  private let classCount: Int

  /// - Parameter classCount: classes are numbered below it.
  static func allocate(classCount: Int) -> GhostClock {
    let ticks = UnsafeMutablePointer<Atomic<UInt32>>.allocate(capacity: classCount)
    for number in 0..<classCount { unsafe (ticks + number).initialize(to: Atomic(0)) }
    return unsafe GhostClock(ticks: ticks, classCount: classCount)
  }

  func deallocate() {
    unsafe ticks.deinitialize(count: classCount)
    unsafe ticks.deallocate()
  }

  private init(ticks: UnsafeMutablePointer<Atomic<UInt32>>, classCount: Int) {
    unsafe self.ticks = ticks
    self.classCount = classCount
  }

  func tick(_ slabClass: UInt8) -> UInt32 {
    let number = Int(slabClass)
    return number < classCount ? unsafe ticks[number].load(ordering: .relaxed) : 0
  }

  func advance(_ slabClass: UInt8) { unsafe ticks[Int(slabClass)].wrappingAdd(1, ordering: .relaxed) }
}
