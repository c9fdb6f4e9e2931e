import Platform

/// The mapped memory of all slab pages, and what a 32-bit reference means in it.
///
/// A reference counts granules from just before the memory, so 0 is no chunk and every chunk's address is one shift and
/// one addition away, without a look at its page. The granule is 8 bytes up to 32 GB of pages, 16 up to 64 GB, 32 up to
/// 128 GB and 64 up to 256 GB; chunk sizes are multiples of it.
///
/// The value is copied freely; `ItemStore` owns the region and outlives every copy.
@safe struct ChunkMemory: Sendable {
  nonisolated(unsafe) private let origin: UnsafeMutableRawPointer
  let granuleShift: Int

  static let pageShift = 20
  static let pageSize = 1 << pageShift

  init(base: UnsafeMutableRawPointer, granuleShift: Int) {
    unsafe origin = base - (1 << granuleShift)
    self.granuleShift = granuleShift
  }

  @inline(__always) func item(_ reference: UInt32) -> ItemPointer {
    unsafe ItemPointer(origin + Int(reference) &<< granuleShift)
  }

  func page(of reference: UInt32) -> Int {
    ((Int(reference) - 1) << granuleShift) >> Self.pageShift
  }

  func reference(page: Int, offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: ((page << Self.pageShift + offset) >> granuleShift) + 1)
  }

  /// The granule that lets 32 bits reach over `bytes`.
  static func granuleShift(toReach bytes: Int) -> Int {
    var shift = 3
    while (Int(UInt32.max) - 1) << shift < bytes { shift += 1 }
    return shift
  }
}
