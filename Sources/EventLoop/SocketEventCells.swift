import CLibevent

// Memory for a loop's socket events: cells of one size, cut from segments.
//
//    at a multiple of 16 KB ──▶ | loop 8 | cell | cell | … |         120 cells of 136 bytes, and malloc's 16 of the next
//
// Purpose. There may be a hundred thousand idle sockets. From malloc each would cost 16 bytes more, and 8 for the way from
// its event to its loop, which here stands once in the segment: the lower bits of a cell's address are cut off.
//
// Invariants. The free cells form a list, last freed first, each with the next one's address in its first word. Cells from
// `nextUnused` to `end` have never been used, nor touched. Segments are given back when the loop ends, which every event
// that uses one outlives not.
// Locks: none; the loop's thread. It must not know what a cell holds.

@safe struct SocketEventCells: ~Copyable {
  static var segmentAlignment: Int { 16 << 10 }
  /// What malloc puts before the next segment fits, so segments lie side by side.
  static var segmentSize: Int { segmentAlignment - 16 }
  private static var headerSize: Int { 8 }
  private static var recordSize: Int { 8 }

  let cellSize = (recordSize + event_get_struct_event_size() + 7) & ~7
  private var segments: [UnsafeMutableRawPointer] = unsafe []
  private var firstFree: UnsafeMutableRawPointer?
  private var nextUnused: UnsafeMutableRawPointer?
  private var unusedCount = 0

  deinit { for unsafe segment in unsafe segments { unsafe segment.deallocate() } }

  var segmentCount: Int { unsafe segments.count }

  /// Whose segment it is that the address lies in.
  @unsafe static func owner(of cell: UnsafeMutableRawPointer) -> Unmanaged<EventLoop> {
    let segment = unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: cell) & ~UInt(segmentAlignment - 1))
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
    let segment = UnsafeMutableRawPointer.allocate(
      byteCount: Self.segmentSize, alignment: Self.segmentAlignment)
    unsafe segment.initializeMemory(as: Unmanaged<EventLoop>.self, to: .passUnretained(loop))
    unsafe segments.append(segment)
    unsafe nextUnused = segment + Self.headerSize
    unusedCount = (Self.segmentSize - Self.headerSize) / cellSize
  }
}
