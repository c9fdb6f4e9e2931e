import Synchronization

/// Growth, a bucket at a time, on the maintenance thread alone.
extension ItemIndex {
  /// Splits up to `buckets` buckets, each under its stripe's lock, if there are more items than the index is meant for.
  /// Returns whether more are to be split.
  func grow(itemCount: Int, buckets: Int) throws(StoreError) -> Bool {
    let goal = UInt64(min(table.bucketLimit, itemCount / Self.fill))
    var count = bucketCount.load(ordering: .relaxed)
    let end = max(count, min(goal, count + UInt64(buckets)))
    try table.commit(buckets: Int(end))
    while count < end {
      addBucket(count)
      count += 1
    }
    return count < goal
  }

  /// Whether so many items are more than the index is meant for.
  func isGrowing(itemCount: Int) -> Bool { itemCount / Self.fill > bucketCount.load(ordering: .relaxed) }

  /// The bits of the greatest bucket's number.
  var bucketPower: Int { UInt64.bitWidth - (bucketCount.load(ordering: .relaxed) - 1).leadingZeroBitCount }

  /// Bytes of buckets, of overflow buckets that were ever in use, and of stripes.
  var byteCount: Int {
    (Int(bucketCount.load(ordering: .relaxed)) + table.overflowUse.everUsed) * IndexBucket.size
      + stripeCount * MemoryLayout<IndexStripe>.stride
  }

  private func addBucket(_ number: UInt64) {
    let bit: UInt64 = 1 << UInt64(63 - number.leadingZeroBitCount)
    let parent = number & ~bit
    // The first write to a page of memory has the kernel clear it: not under the lock.
    view.bucket(number).overflow = 0
    var hold = holds.prepare()
    lock(parent)
    holds.begin(&hold)
    split(view.bucket(parent), by: bit, into: view.bucket(number))
    mask.store(bit << 1 - 1, ordering: .relaxed)
    bucketCount.store(number + 1, ordering: .relaxed)
    holds.end(&hold)
    unlock(parent)
    holds.record(hold)
  }

  /// Ghosts stay: which of the two they would belong to cannot be told from them.
  private func split(_ home: IndexBucket, by bit: UInt64, into target: IndexBucket) {
    var bucket = home
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) {
        let reference = bucket.reference(slot)
        let hash = unsafe self.hash.hash(memory.item(reference).keyBytes)
        if hash & bit == 0 { continue }
        // Cannot fail: it takes no more overflow buckets than the chain has that is split, and those are kept ready.
        let inserted = insert(reference, hash, at: target)
        assert(inserted != .refused)
        bucket.free(slot, leaving: .none)
      }
      if bucket.overflow == 0 { break }
      bucket = view.overflow(bucket.overflow)
    }
    compactChain(home)
  }
}
