/// What the index remembers of an evicted item, in the slot that the item had, until the slot is needed.
///
/// ```
///  31   30 ........... 12   11 ........................... 0
///  1    bits of the hash    its class's tick when it was evicted          all 0: no ghost
/// ```
///
/// A key that comes back while its ghost stands was given up too early: it need not be asked for to pass its probation.
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
  private static let tickMask: UInt32 = 0xFFF

  init(bits: UInt32) { self.bits = bits }

  init(of hash: UInt64, at tick: UInt32) {
    bits = Ghost.piece(hash) | (tick & Ghost.tickMask)
  }

  /// Bits that neither the bucket's number nor the tag is made of, and at least one of them set.
  private static func piece(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash >> 24) & ~tickMask | 1 << 31
  }

  func isOf(_ hash: UInt64) -> Bool { bits & ~Ghost.tickMask == Ghost.piece(hash) }

  /// Ticks since the eviction; of no ghost, longer than any.
  func age(at tick: UInt32) -> UInt32 { self == .none ? .max : (tick &- bits) & Ghost.tickMask }
}
