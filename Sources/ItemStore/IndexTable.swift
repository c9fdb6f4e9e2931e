import Platform

/// One size of the index: 2^power buckets and room for at least as many overflow buckets, mapped but untouched until used.
///
/// A table grows ten times a second at most, and a copy or a client that loads a cache brings over 100,000 items in that
/// time: a small table must find room for all that come meanwhile. So it has `leastOverflow`, room for three million, and
/// while it is too small its chains are long. Only addresses are taken for them.
///
/// Overflow buckets that a chain no longer needs are listed and used again: a bucket's number of items goes up and down
/// for ever, and each that was once too full would otherwise keep its overflow bucket until there are none.
@safe final class IndexTable: @unchecked Sendable {
  let power: Int
  private let region: MappedRegion
  private let base: UnsafeMutableRawPointer
  private let overflowLock = SpinLock()
  private var overflowUsed: UInt32 = 0
  /// The first of the overflow buckets given back, linked through their own overflow fields.
  private var overflowFree: UInt32 = 0
  private var overflowFreeCount = 0

  static let leastOverflow = 1 << 18
  private let overflowCount: Int

  init(power: Int, leastOverflow: Int) throws(StoreError) {
    self.power = power
    overflowCount = max(1 << power, leastOverflow)
    let count = IndexBucket.size * (1 << power + overflowCount)
    do {
      region = try MappedRegion(reserving: count)
      try region.commit(offset: 0, count: count)
    } catch { throw .memory(error.description) }
    unsafe base = region.baseAddress
  }

  var bucketCount: Int { 1 << power }
  var view: IndexTableView { unsafe IndexTableView(base: base, power: power) }

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
    if Int(overflowUsed) == overflowCount { return 0 }
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

  /// Gives the memory back and keeps the addresses: a reader that fetches a line ahead without a lock finds zeros.
  func retire() {
    // Cannot fail for a range that is mapped; if it did, the memory would only stay.
    try? region.decommit(offset: 0, count: region.byteCount)
  }

  /// Overflow buckets in chains.
  var overflowUse: Int {
    overflowLock.lock()
    defer { overflowLock.unlock() }
    return Int(overflowUsed) - overflowFreeCount
  }

  /// Bytes of buckets and of overflow buckets that were ever in use.
  var byteCount: Int {
    overflowLock.lock()
    defer { overflowLock.unlock() }
    return (bucketCount + Int(overflowUsed)) * IndexBucket.size
  }
}

/// A table's address and size, copied about without counting references; `ItemIndex` keeps the table alive.
@safe struct IndexTableView {
  let base: UnsafeMutableRawPointer
  let mask: UInt64

  init(base: UnsafeMutableRawPointer, power: Int) {
    unsafe self.base = base
    mask = (1 << UInt64(power)) - 1
  }

  @inline(__always) func bucket(_ number: UInt64) -> IndexBucket {
    unsafe IndexBucket(base + Int(truncatingIfNeeded: number) &* IndexBucket.size)
  }
  func overflow(_ number: UInt32) -> IndexBucket {
    bucket(mask + UInt64(number))
  }
}
