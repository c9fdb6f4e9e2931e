import Platform

/// The memory of the index: buckets that become more at their end, and overflow buckets behind the addresses reserved
/// for them.
///
/// ```
///  | bucket 0 … committed | reserved, as many as there may be items for | overflow 1 … committed | reserved |
/// ```
///
/// Addresses are reserved once, for as many items as there may be chunks, so a bucket never moves and whoever looks at
/// one without a lock looks at memory. Resident is what has been used.
///
/// **Ready for fast writers.** The index grows ten times a second at most, and a copy or a client that loads a cache
/// brings over 100,000 items in that time: until then chains are longer. So up to `readyOverflow` overflow buckets,
/// enough for three million items, and half as many at least, are committed beyond those that were ever used. Nobody
/// who holds a lock makes a system call.
///
/// Overflow buckets that a chain no longer needs are listed and used again: a bucket's number of items goes up and down
/// for ever, and each that was once too full would otherwise keep its overflow bucket until there are none. All buckets
/// of a chain but the last are full, so there is one for twelve items at most.
@safe final class IndexTable: @unchecked Sendable {
  private let region: MappedRegion
  /// Buckets, and overflow buckets, that there may ever be.
  let bucketLimit: Int
  private let overflowLimit: Int
  private let readyOverflow: Int
  // The maintenance thread's own.
  private var committedBuckets = 0

  private let overflowLock = SpinLock()
  private var committedOverflow = 0
  private var overflowUsed: UInt32 = 0
  /// The first of the overflow buckets given back, linked through their own overflow fields.
  private var overflowFree: UInt32 = 0
  private var overflowFreeCount = 0

  static let readyOverflow = 1 << 18
  /// Buckets are committed a megabyte at a time.
  private static let bucketsPerCommit = (1 << 20) / IndexBucket.size

  init(bucketLimit: Int, readyOverflow: Int) throws(StoreError) {
    self.bucketLimit = bucketLimit
    self.readyOverflow = readyOverflow
    // While a bucket is split its items may stand in one more chain for a moment.
    overflowLimit = bucketLimit + readyOverflow
    do { region = try MappedRegion(reserving: IndexBucket.size * (bucketLimit + overflowLimit)) } catch {
      throw .memory(error.description)
    }
  }

  var view: IndexTableView { unsafe IndexTableView(base: region.baseAddress, bucketLimit: bucketLimit) }

  /// Makes memory of the first `count` buckets, and of the overflow buckets that may be wanted next. Makes a system
  /// call seldom enough to be called every round.
  func commit(buckets count: Int) throws(StoreError) {
    if count > committedBuckets {
      let end = min(bucketLimit, (count / Self.bucketsPerCommit + 1) * Self.bucketsPerCommit)
      try commit(from: committedBuckets, to: end)
      committedBuckets = end
    }
    let wanted = min(overflowLimit, overflowUse.everUsed + readyOverflow)
    if wanted - committedOverflow < max(readyOverflow / 2, 1) { return }
    try commit(from: bucketLimit + committedOverflow, to: bucketLimit + wanted)
    overflowLock.withLock { committedOverflow = wanted }
  }

  private func commit(from first: Int, to end: Int) throws(StoreError) {
    do { try region.commit(offset: first * IndexBucket.size, count: (end - first) * IndexBucket.size) } catch {
      throw .memory(error.description)
    }
  }

  /// The number + 1 of an empty overflow bucket, or 0 when all are used.
  func takeOverflow() -> UInt32 {
    overflowLock.lock()
    defer { overflowLock.unlock() }
    if overflowFree != 0 {
      let number = overflowFree
      overflowFree = view.overflow(number).overflow
      view.overflow(number).overflow = 0
      overflowFreeCount -= 1
      return number
    }
    if Int(overflowUsed) == committedOverflow { return 0 }
    overflowUsed += 1
    return overflowUsed
  }

  /// Takes back an overflow bucket that is empty and that no chain leads to.
  func giveOverflow(_ number: UInt32) {
    overflowLock.lock()
    defer { overflowLock.unlock() }
    view.overflow(number).overflow = overflowFree
    overflowFree = number
    overflowFreeCount += 1
  }

  /// Overflow buckets in chains, and those that ever were.
  var overflowUse: (used: Int, everUsed: Int) {
    overflowLock.withLock { (Int(overflowUsed) - overflowFreeCount, Int(overflowUsed)) }
  }
}

/// Where the buckets are, copied about without counting references; `ItemIndex` keeps the table alive.
@safe struct IndexTableView {
  let base: UnsafeMutableRawPointer
  private let overflowBase: UnsafeMutableRawPointer

  init(base: UnsafeMutableRawPointer, bucketLimit: Int) {
    unsafe self.base = base
    unsafe overflowBase = base + (bucketLimit - 1) * IndexBucket.size
  }

  @inline(__always) func bucket(_ number: UInt64) -> IndexBucket {
    unsafe IndexBucket(base + Int(truncatingIfNeeded: number) &* IndexBucket.size)
  }

  func overflow(_ number: UInt32) -> IndexBucket {
    unsafe IndexBucket(overflowBase + Int(number) &* IndexBucket.size)
  }
}
