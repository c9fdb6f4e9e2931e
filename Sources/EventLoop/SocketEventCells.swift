import CLibevent
import Platform
import SystemPackage

// Memory for a loop's socket events: cells of one size.
//
//    region ──▶ | segment, 16 KB at a multiple of its size      | segment | …  reserved, not yet memory
//               | loop 8 | cell | cell | … 120 cells of 136 bytes |
//
// Purpose. There may be a hundred thousand idle sockets. From malloc each would cost 24 bytes more, and 8 for the way
// from its event to its loop, which here stands once in a segment: the lower bits of a cell's address are cut off.
//
// Invariants. The free cells form a list, last freed first, each with the next one's address in its first word. Cells
// at `nextUnused` and above it have never been touched. A cell is used by an event, which keeps the loop alive, so the
// region outlives every cell in use.
// Locks: none; the loop's thread. It must not know what a cell holds.

@safe struct SocketEventCells: ~Copyable {
  private static var segmentSize: Int { 16 << 10 }
  private static var headerSize: Int { 8 }
  private static var recordSize: Int { 8 }
  /// Addresses for some millions of sockets.
  private static var reservedBytes: Int { 512 << 20 }

  let cellSize = (recordSize + event_get_struct_event_size() + 7) & ~7
  private let region: MappedRegion
  private var firstFree: UnsafeMutableRawPointer?
  private var nextUnused: UnsafeMutableRawPointer?
  private var unusedCount = 0
  private var nextSegment: Int

  init() throws(Errno) {
    region = try MappedRegion(reserving: Self.reservedBytes)
    let misplaced = unsafe Int(bitPattern: region.baseAddress) & (Self.segmentSize - 1)
    nextSegment = misplaced == 0 ? 0 : Self.segmentSize - misplaced
  }

  /// Whose cell it is.
  @unsafe static func owner(of cell: UnsafeMutableRawPointer) -> Unmanaged<EventLoop> {
    let segment = unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: cell) & ~UInt(segmentSize - 1))
    return unsafe segment.unsafelyUnwrapped.assumingMemoryBound(to: Unmanaged<EventLoop>.self).pointee
  }

  /// A cell, uninitialized; `loop` is whose cells these are.
  @unsafe mutating func take(for loop: EventLoop) -> UnsafeMutableRawPointer {
    if let cell = unsafe firstFree {
      unsafe firstFree = cell.load(as: UnsafeMutableRawPointer?.self)
      return unsafe cell
    }
    if unusedCount == 0 { addSegment(loop) }
    guard let cell = unsafe nextUnused else { fatalError("a segment without cells") }
    unsafe nextUnused = cell + cellSize
    unusedCount -= 1
    return unsafe cell
  }

  @unsafe mutating func giveBack(_ cell: UnsafeMutableRawPointer) {
    unsafe cell.storeBytes(of: firstFree, as: UnsafeMutableRawPointer?.self)
    unsafe firstFree = cell
  }

  private mutating func addSegment(_ loop: EventLoop) {
    guard nextSegment + Self.segmentSize <= region.byteCount,
      (try? region.commit(offset: nextSegment, count: Self.segmentSize)) != nil
    else { fatalError("out of memory for a socket's event") }
    let segment = unsafe region.baseAddress + nextSegment
    nextSegment += Self.segmentSize
    unsafe segment.initializeMemory(as: Unmanaged<EventLoop>.self, to: .passUnretained(loop))
    unsafe nextUnused = segment + Self.headerSize
    unusedCount = (Self.segmentSize - Self.headerSize) / cellSize
  }
}
