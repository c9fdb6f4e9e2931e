import Platform
import SystemPackage
import Testing

@Suite("A mapped region")
struct MappedRegionTests {
  static let page = MappedRegion.pageSize

  @Test("reserves more addresses than there is memory")
  func reservesMuch() throws {
    let region = try MappedRegion(reserving: 1 << 42)
    let size = region.byteCount
    #expect(size == 1 << 42)
  }

  @Test("is rounded up to whole pages and starts at one")
  func rounded() throws {
    let region = try MappedRegion(reserving: 1)
    let size = region.byteCount
    #expect(size == Self.page)
    let address = unsafe UInt(bitPattern: region.baseAddress)
    #expect(address % UInt(Self.page) == 0)
  }

  @Test("reads as zero where it is committed, and keeps what is written")
  func commits() throws {
    let region = try MappedRegion(reserving: 64 * Self.page)
    try region.commit(offset: 3 * Self.page + 5, count: Self.page)
    let byte = unsafe region.baseAddress + 4 * Self.page
    #expect(unsafe byte.load(as: UInt64.self) == 0)
    unsafe byte.storeBytes(of: 77, as: UInt64.self)
    try region.commit(offset: 0, count: 8 * Self.page)
    #expect(unsafe byte.load(as: UInt64.self) == 77)
  }

  @Test("forgets whole pages that are decommitted, and not a byte beside them")
  func decommits() throws {
    let region = try MappedRegion.committed(4 * Self.page)
    for page in 0..<4 { unsafe (region.baseAddress + page * Self.page).storeBytes(of: 9, as: UInt8.self) }
    try region.decommit(offset: 1, count: 3 * Self.page)
    let values = (0..<4).map { unsafe (region.baseAddress + $0 * Self.page).load(as: UInt8.self) }
    #expect(values == [9, 0, 0, 9])
  }

  @Test("says by a typed error that there are not so many addresses")
  func tooMuch() {
    #expect(throws: Errno.noMemory) { _ = try MappedRegion(reserving: 1 << 60) }
  }

  @Test("may ask for huge pages, keeps what is written, and says if the kernel has none")
  func hugePages() throws {
    let region = try MappedRegion.committed(4 << 20)
    let byte = unsafe region.baseAddress + 3 << 20
    unsafe byte.storeBytes(of: 77, as: UInt8.self)
    do throws(Errno) {
      try region.preferHugePages()
    } catch {
      #expect(error == .invalidArgument)
    }
    #expect(unsafe byte.load(as: UInt8.self) == 77)
  }
}
