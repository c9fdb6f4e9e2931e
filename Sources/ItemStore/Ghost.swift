/// What the index remembers of an evicted item, in the slot that the item had, until the slot is needed.
///
/// ```
///  31   30 ........... 12   11              10 ........................... 0
///  1    bits of the hash    was a newcomer  its class's tick when it was evicted          all 0: no ghost
/// ```
///
/// A newcomer that comes back while its ghost stands was given up too early: it has passed its probation. An old item that
/// comes back begins anew, for it was given up because nobody had asked for it in a whole turn of the hand; were it taken
/// for well known, a scan would bring back all that was. Both are regrets, by which `PageBalancer` knows who needs pages.
///
/// Some five of a bucket's twelve slots are free on average, so most ghosts stand until their time is over, and they
/// cost no memory. Of some 100,000 keys that are new one is taken for another's ghost.
///
/// A tick is a sixteenth of the class's items evicted. Ghosts older than `longestAge` are not believed: what came back
/// only after about four evictions for five items of the class was not given up too early: it is asked for too seldom.
struct Ghost: Equatable {
  let bits: UInt32

  static let none = Ghost(bits: 0)
  static let ticksPerTurn = 16
  /// In ticks.
  static let longestAge: UInt32 = 12
  private static let tickMask: UInt32 = 0x7FF
  private static let newcomer: UInt32 = 0x800
  private static let hashMask: UInt32 = 0xFFFF_F000

  init(bits: UInt32) { self.bits = bits }

  init(of hash: UInt64, at tick: UInt32, wasNewcomer: Bool) {
    bits = Ghost.piece(hash) | (wasNewcomer ? Ghost.newcomer : 0) | (tick & Ghost.tickMask)
  }

  /// Bits that neither the bucket's number nor the tag is made of, and at least one of them set.
  private static func piece(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash >> 24) & hashMask | 1 << 31
  }

  func isOf(_ hash: UInt64) -> Bool { bits & Ghost.hashMask == Ghost.piece(hash) }

  var wasNewcomer: Bool { bits & Ghost.newcomer != 0 }

  /// How readily its slot is given to another key: most without a ghost, then by its age, and that of an old item, which
  /// only helps to count, before that of any newcomer that may still be believed.
  func readiness(at tick: UInt32) -> UInt32 {
    let age = age(at: tick)
    return age > Ghost.longestAge || wasNewcomer ? age : age + Ghost.longestAge + 1
  }

  /// Ticks since the eviction; of no ghost, longer than any.
  func age(at tick: UInt32) -> UInt32 { self == .none ? .max : (tick &- bits) & Ghost.tickMask }
}
