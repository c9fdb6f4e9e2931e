/// Where a walk over the index stands; valid across growth. Starts at the beginning.
package struct WalkCursor: Sendable {
  /// A bucket number; steps count from its highest bit downwards.
  private(set) var place: UInt64 = 0

  package init() {}

  /// Adds one to the number read from the mask's highest bit to its lowest; false when all have been seen.
  mutating func advance(mask: UInt64) -> Bool {
    var bit = (mask + 1) >> 1
    place &= mask
    while bit != 0, place & bit != 0 {
      place &= ~bit
      bit >>= 1
    }
    place |= bit
    return bit != 0
  }
}
