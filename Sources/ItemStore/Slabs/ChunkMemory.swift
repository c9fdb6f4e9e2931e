import Platform

/// The mapped memory of all slab pages, and what a 32-bit reference means in it.
///
/// A reference counts granules from just before the memory, so 0 is no chunk and every chunk's address is one shift and
/// one addition away, without a look at its page. The granule is 8 bytes up to 32 GB of pages, 16 up to 64 GB, 32 up to
/// 128 GB and 64 up to 256 GB; chunk sizes are multiples of it.
///
/// The value is copied freely; `ItemStore` owns the region and outlives every copy.
@safe @usableFromInline struct ChunkMemory: Sendable {
  @usableFromInline nonisolated(unsafe) let origin: UnsafeMutableRawPointer
  /// Below 64, so shifts by it need no look at how far.
  @usableFromInline let granuleShift: Int
  /// Granules in all pages.
  private let end: UInt32

  static let pageShift = 20
  static let pageSize = 1 << pageShift

  init(base: UnsafeMutableRawPointer, pageCount: Int, granuleShift: Int) {
    unsafe origin = base - (1 << granuleShift)
    self.granuleShift = granuleShift
    end = UInt32(truncatingIfNeeded: (pageCount << Self.pageShift) >> granuleShift)
  }

  @inline(__always) func item(_ reference: UInt32) -> ItemPointer {
    unsafe ItemPointer(address(reference))
  }

  @unsafe @inlinable @inline(__always) func address(_ reference: UInt32) -> UnsafeMutableRawPointer {
    unsafe origin + Int(reference) &<< granuleShift
  }

  /// Whether there is memory where the number would lead, if it were a reference.
  func reaches(_ reference: UInt32) -> Bool { reference &- 1 < end }

  func page(of reference: UInt32) -> Int {
    ((Int(reference) &- 1) &<< granuleShift) &>> Self.pageShift
  }

  /// Bytes from the beginning of its page.
  func offset(of reference: UInt32) -> Int {
    ((Int(reference) - 1) << granuleShift) & (Self.pageSize - 1)
  }

  func reference(page: Int, offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: ((page &<< Self.pageShift &+ offset) &>> granuleShift) &+ 1)
  }

  /// The granule that lets 32 bits reach over `bytes`.
  static func granuleShift(toReach bytes: Int) -> Int {
    var shift = 3
    while (Int(UInt32.max) - 1) << shift < bytes { shift += 1 }
    return shift
  }
}
