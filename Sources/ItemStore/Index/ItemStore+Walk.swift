/// Growth of the index and walks over all that it holds, in steps that hold no lock for more than some microseconds.
extension ItemStore {
  /// Grows the index by up to so many buckets if it is too full. Returns whether there is more to do at once.
  package func growIndex(buckets: Int) throws(StoreError) -> Bool {
    try index.grow(itemCount: index.totals.items + tombstoneLog.count, buckets: buckets)
  }

  /// Visits whatever is held in some buckets: live, dead and tombstones alike, each under its stripe's lock; false when
  /// the walk has ended. What is there from the first step to the last is visited at least once, growth or not.
  package func walk(_ cursor: inout WalkCursor, buckets: Int, _ body: (borrowing ItemView) -> Void) -> Bool {
    for _ in 0..<buckets {
      let more = index.walkStep(&cursor) { body(ItemView($0.reference, in: memory)) }
      if !more { return false }
    }
    return true
  }

  /// What a step adds to the cursor's place, at most, from now on.
  package var maxStepWidth: UInt64 { index.maxStepWidth }
}
