import Synchronization

/// Walks over all items, in steps between which the index may grow.
extension ItemIndex {
  /// Visits the references in all buckets that belong to the cursor's place, under the stripe's lock; false at the end.
  ///
  /// The cursor counts bucket numbers without the bit that splits add, with their bits reversed, so that a growth
  /// between two steps splits what is one step into two, both done or both still to come: each item that stays in the
  /// index from the first step to the last is visited at least once (the cursor of Redis's SCAN; what it means between
  /// two walks, see `WalkCursor`). The body must not change the index but for the removal or replacement of the slot it
  /// is given.
  func walkStep(_ cursor: inout WalkCursor, _ body: (IndexSlot) -> Void) -> Bool {
    var hold = holds.prepare()
    lock(cursor.bucket)
    holds.begin(&hold)
    let count = bucketCount.load(ordering: .relaxed)
    let half: UInt64 = 1 << UInt64(63 - count.leadingZeroBitCount)
    let number = cursor.bucket & (half - 1)
    visit(view.bucket(number), body)
    if number + half < count { visit(view.bucket(number + half), body) }
    holds.end(&hold)
    unlock(cursor.bucket)
    holds.record(hold)
    return cursor.advance(mask: half - 1)
  }

  /// A whole walk takes two to the power of this in steps.
  var walkPower: Int { UInt64.bitWidth - 1 - bucketCount.load(ordering: .relaxed).leadingZeroBitCount }

  /// Reversed hashes that one step goes through, at most: buckets are never put together again.
  var maxStepWidth: UInt64 { walkPower == 0 ? .max : 1 << UInt64(UInt64.bitWidth - walkPower) }

  private func visit(_ home: IndexBucket, _ body: (IndexSlot) -> Void) {
    var bucket = home
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) {
        body(IndexSlot(bucket: bucket, slot: slot, reference: bucket.reference(slot), isWalked: true))
      }
      if bucket.overflow == 0 { break }
      bucket = view.overflow(bucket.overflow)
    }
    compactChain(home)
  }
}
