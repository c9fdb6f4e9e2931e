/// How many items there are of which size, within 32 bytes: `stats sizes`.
extension ItemStore {
  /// A count in the making: taken up in steps, so that nobody waits for it.
  package struct SizeWalk: Sendable {
    fileprivate var cursor = WalkCursor()
    /// By the least multiple of 32 that is not below the item's size.
    package fileprivate(set) var counts: [Int: Int] = [:]

    package init() {}
  }

  package static var sizeStep: Int { 32 }

  /// Counts the live items of some buckets; false when all have been seen.
  package func countSizes(_ walk: inout SizeWalk, buckets: Int, now: UInt32) -> Bool {
    var sizes: [Int] = []
    sizes.reserveCapacity(buckets * 2 * IndexBucket.slots)
    let more = self.walk(&walk.cursor, buckets: buckets) { view in
      let item = memory.item(view.reference)
      if !item.state.isTombstone, !keyspace.isDead(item, now) { sizes.append(view.byteCount) }
    }
    for size in sizes { walk.counts[(size + Self.sizeStep - 1) / Self.sizeStep * Self.sizeStep, default: 0] += 1 }
    return more
  }

  /// The live items of some buckets, each under its stripe's lock; false when all have been seen.
  package func walkLive(
    _ cursor: inout WalkCursor, buckets: Int, now: UInt32, _ body: (borrowing ItemView) -> Void
  ) -> Bool {
    walk(&cursor, buckets: buckets) { view in
      let item = memory.item(view.reference)
      if !item.state.isTombstone, !keyspace.isDead(item, now) { body(view) }
    }
  }
}
