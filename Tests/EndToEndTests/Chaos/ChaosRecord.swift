import Synchronization

// What a random run has learnt while it ran, for the verdict at its end.
//
// A `gets` behind each write tells a state: this key had this value under this cas unique, which is the stamp of its last
// change. What else orders states is told by their values (`ChaosVersions`). So the order of the writes that were answered is
// known without asking the program for anything that clients do not see.

/// A state of a key that one side showed.
struct Sighting {
  let key: Int
  let stamp: UInt64
  /// Of value and flags.
  let content: Int
  let tokens: [ChaosToken]
  /// It was written fresh above this stamp, as far as its writer knows.
  let freshAbove: UInt64
  let side: ChaosSide
  /// Daemons killed before the question was sent: a later kill may have taken the state along.
  let killsBefore: Int
}

/// Something that removes a key, or every key: its own stamp is not shown, but lies between two that were.
struct Removal {
  /// nil: all keys.
  let key: Int?
  /// The removal is younger than this; nil where it may come at any time (a delay, a short life).
  let above: UInt64?
  /// And older than this.
  var below = UInt64.max
  /// Nanoseconds, as stamps count them.
  var delay: UInt64 = 0
  let side: ChaosSide
  let killsBefore: Int
  var isAnswered = false
}

enum ChaosSide: UInt8 {
  case a = 1
  case b = 2
}

/// A daemon killed, and the highest stamp of which it had said before that its peer has acknowledged it.
struct Kill {
  let side: ChaosSide
  let acknowledged: UInt64
}

/// The kills of a run, noted before each is done.
final class Kills: Sendable {
  private let kills = Mutex<[Kill]>([])
  private let number = Atomic<Int>(0)

  var all: [Kill] { kills.withLock { $0 } }
  var count: Int { number.load(ordering: .acquiring) }

  func note(_ kill: Kill) {
    kills.withLock { $0.append(kill) }
    number.add(1, ordering: .acquiringAndReleasing)
  }

  /// Whether what `side` did under `stamp` is on one of the two still: the peer has it by the time that its doer is killed.
  func haveLeft(_ stamp: UInt64, on side: ChaosSide, killsBefore: Int) -> Bool {
    var holders = side.rawValue
    for kill in all.dropFirst(killsBefore) where holders & kill.side.rawValue != 0 {
      holders &= ~kill.side.rawValue
      if stamp <= kill.acknowledged { holders |= 3 & ~kill.side.rawValue }
    }
    return holders != 0
  }
}
