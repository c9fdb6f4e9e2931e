import Glibc
import SystemPackage

// Address space first, memory later.
//
// Purpose. The item store wants one range of addresses for its whole life, so that a 32-bit reference is an offset and
// nothing ever moves, but wants to pay for pages only when it fills them.
//
//    |◀──────────────────────── reserve(byteCount) ───────────────────────▶|
//    | committed: readable, writable, zero until written | PROT_NONE: costs nothing, faults when touched |
//
// Invariants. The address is that of a page and never changes; it is unmapped when the value dies. Committing what is
// committed is harmless. Offsets and counts are rounded out to pages by commit and rounded in by decommit, so that a
// neighbour's bytes are never given away.
// Locks: none; ranges are the caller's to divide. It must not know what lies in it.

@safe @usableFromInline package struct MappedRegion: ~Copyable, @unchecked Sendable {
  /// The first byte. Valid as long as this value lives; bytes not committed fault.
  @unsafe package let baseAddress: UnsafeMutableRawPointer
  package let byteCount: Int

  package static let pageSize = sysconf(Int32(_SC_PAGESIZE))

  /// Reserves addresses only; nothing can be read or written before `commit`.
  package init(reserving byteCount: Int) throws(Errno) {
    let rounded = MappedRegion.roundedOut(max(byteCount, 1))
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let address = unsafe mmap(nil, rounded, PROT_NONE, flags, -1, 0), unsafe address != MAP_FAILED else {
      throw Errno.last
    }
    unsafe self.baseAddress = address
    self.byteCount = rounded
  }

  /// Reserves and commits everything.
  package static func committed(_ byteCount: Int) throws(Errno) -> MappedRegion {
    let region = try MappedRegion(reserving: byteCount)
    try region.commit(offset: 0, count: region.byteCount)
    return region
  }

  deinit { unsafe munmap(baseAddress, byteCount) }

  /// Makes [offset, offset + count) readable and writable.
  package borrowing func commit(offset: Int, count: Int) throws(Errno) {
    precondition(contains(offset, count), "outside of the region")
    let start = offset & ~(MappedRegion.pageSize - 1)
    let end = MappedRegion.roundedOut(offset + count)
    try check(unsafe mprotect(baseAddress + start, end - start, PROT_READ | PROT_WRITE))
  }

  /// Gives the memory of the whole pages in [offset, offset + count) back; they read as zero afterwards.
  package borrowing func decommit(offset: Int, count: Int) throws(Errno) {
    precondition(contains(offset, count), "outside of the region")
    let start = MappedRegion.roundedOut(offset)
    let end = (offset + count) & ~(MappedRegion.pageSize - 1)
    if start < end { try check(unsafe madvise(baseAddress + start, end - start, MADV_DONTNEED)) }
  }

  /// Asks for huge pages; a kernel without them says so by throwing, which is no reason to stop.
  package borrowing func preferHugePages() throws(Errno) {
    try check(unsafe madvise(baseAddress, byteCount, MADV_HUGEPAGE))
  }

  private borrowing func contains(_ offset: Int, _ count: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= byteCount && count <= byteCount - offset
  }

  private static func roundedOut(_ count: Int) -> Int { (count + pageSize - 1) & ~(pageSize - 1) }
}
