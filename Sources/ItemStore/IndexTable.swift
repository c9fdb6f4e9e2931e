import Platform

/// One size of the index: 2^power buckets and room for as many overflow buckets, mapped but untouched until used.
@safe final class IndexTable: @unchecked Sendable {
  let power: Int
  private let region: MappedRegion
  private let base: UnsafeMutableRawPointer
  private let overflowLock = SpinLock()
  private var overflowUsed: UInt32 = 0

  init(power: Int) throws(StoreError) {
    self.power = power
    let count = 2 * IndexBucket.size << power
    do {
      region = try MappedRegion(reserving: count)
      try region.commit(offset: 0, count: count)
    } catch { throw .memory(error.description) }
    unsafe base = region.baseAddress
  }

  var bucketCount: Int { 1 << power }
  var view: IndexTableView { unsafe IndexTableView(base: base, power: power) }

  /// The number + 1 of a fresh overflow bucket, or 0 when all are used.
  func takeOverflow() -> UInt32 {
    overflowLock.lock()
    defer { overflowLock.unlock() }
    if Int(overflowUsed) == bucketCount { return 0 }
    overflowUsed += 1
    return overflowUsed
  }

  /// Bytes of buckets and overflow buckets in use.
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
    unsafe IndexBucket(base + Int(truncatingIfNeeded: number) * IndexBucket.size)
  }
  func overflow(_ number: UInt32) -> IndexBucket {
    bucket(mask + UInt64(number))
  }
}
