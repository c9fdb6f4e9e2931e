import Platform

/// One bit a chunk: whether its item is a newcomer, on probation.
///
/// The bits of a page lie together, so the next newcomer is found 64 chunks a step. Mapped for all pages that may ever
/// be, resident for those in use: a quarter of a percent. Guarded by the lock of the page's class.
@safe struct NewcomerMap: ~Copyable {
  private let region: MappedRegion
  private let wordsPerPage: Int

  init(pageCapacity: Int, minChunkSize: Int) throws(StoreError) {
    wordsPerPage = (ChunkMemory.pageSize / minChunkSize + 63) / 64
    region = try Self.map(pageCapacity * wordsPerPage * 8)
  }

  private static func map(_ byteCount: Int) throws(StoreError) -> MappedRegion {
    do { return try MappedRegion.committed(byteCount) } catch { throw .memory(error.description) }
  }

  private func words(_ page: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe region.baseAddress.assumingMemoryBound(to: UInt64.self) + page * wordsPerPage
  }

  func contains(_ page: Int, _ chunk: Int) -> Bool { unsafe words(page)[chunk >> 6] >> UInt64(chunk & 63) & 1 != 0 }

  func insert(_ page: Int, _ chunk: Int) { unsafe words(page)[chunk >> 6] |= 1 << UInt64(chunk & 63) }

  func remove(_ page: Int, _ chunk: Int) { unsafe words(page)[chunk >> 6] &= ~(1 << UInt64(chunk & 63)) }

  /// The first newcomer, or the first who is none, at or after `chunk` and before `end`.
  func next(_ page: Int, from chunk: Int, end: Int, marked: Bool) -> Int? {
    let unwanted: UInt64 = marked ? 0 : .max
    var number = chunk
    while number < end {
      let word = unsafe (words(page)[number >> 6] ^ unwanted) >> UInt64(number & 63)
      if word != 0 {
        let found = number + word.trailingZeroBitCount
        return found < end ? found : nil
      }
      number = (number | 63) + 1
    }
    return nil
  }
}
