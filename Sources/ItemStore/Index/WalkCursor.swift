/// Where a walk over the index stands; valid across growth. Starts at the beginning.
///
/// **Places.** A walk goes through the keys in the order of their hashes, read from the lowest bit to the highest as if
/// that were the highest: the hash reversed. So where it stands is one number, `place`: it has visited the keys whose
/// reversed hash is below, and none of the others.
///
/// ```
///   8 buckets    0    4    2    6    1    5    3    7          16    0 8  4 12  2 10  6 14  1 9  5 13  3 11  7 15
///   place ÷ 2^61 0    1    2    3    4    5    6    7                └─┬┘ └─┬─┘
///                └ reversed hashes that begin with 000           what was in 0, and in 4: same keys, same places
/// ```
///
/// What a key's place is depends on its hash alone, and so on nothing that happens to the index while the process runs.
/// A bucket that is split shares its keys with one right behind it in this order, within the same piece of it; chains,
/// chunks and slots may change as they like. So "everything before this place" means the same keys in a walk that
/// begins later, over an index that has grown: none is moved across a place, in either direction.
package struct WalkCursor: Sendable {
  /// A bucket number; steps count from its highest bit downwards.
  private(set) var bucket: UInt64 = 0

  package init() {}

  /// One that goes on where another stood.
  package init(place: UInt64) { bucket = Self.reversed(place) }

  /// The reversed hash of all keys that were visited is below, that of all others is not. Nothing when all have been.
  package var place: UInt64 { Self.reversed(bucket) }

  /// Whether the next step stays before this place. `.max` is behind all of them.
  ///
  /// - Parameter width: of a step, at most.
  package func isBefore(_ end: UInt64, width: UInt64) -> Bool {
    end == .max || end >= width && place <= end - width
  }

  static func reversed(_ number: UInt64) -> UInt64 {
    var (result, rest) = (number, UInt64.max)
    var shift: UInt64 = 32
    // Swaps the halves, the quarters within them, and so on.
    while shift > 0 {
      rest ^= rest << shift
      result = result >> shift & rest | (result << shift) & ~rest
      shift >>= 1
    }
    return result
  }

  /// Adds one to the number read from the mask's highest bit to its lowest; false when all have been seen.
  mutating func advance(mask: UInt64) -> Bool {
    var bit = (mask + 1) >> 1
    bucket &= mask
    while bit != 0, bucket & bit != 0 {
      bucket &= ~bit
      bit >>= 1
    }
    bucket |= bit
    return bit != 0
  }
}
