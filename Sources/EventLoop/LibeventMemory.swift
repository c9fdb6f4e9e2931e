import CLibevent
import Platform
import Synchronization

/// What libevent allocates, so that an idle connection costs little.
///
/// ```
///  up to 24 bytes      cells of 24 side by side           its record of a descriptor in a loop: 20 bytes
///  more                | size 16 | …                      from malloc
///  from 16 KB on       | size 16 | …                      its own mapping: its tables, by descriptor, of each loop
/// ```
///
/// malloc would take 32 bytes for the first, and what a table leaves behind when it doubles would stay between them:
/// together 20 to 40 bytes of 250 a connection.
///
/// Locks: one for the cells, as a loop's record of a descriptor is made once, when the descriptor comes to it first.
@safe enum LibeventMemory {
  private static let cellSize = 24
  private static let headerSize = 16
  private static let minMappedSize = 16 << 10

  /// To be read before libevent is asked for anything.
  static let isInstalled: Bool = {
    unsafe event_set_mem_functions(
      { unsafe LibeventMemory.allocate($0) }, { unsafe LibeventMemory.reallocate($0, $1) },
      { unsafe LibeventMemory.free($0) })
    return true
  }()

  private static let cells = Mutex(LibeventCells(cellSize: cellSize))

  @unsafe static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
    if count <= cellSize, let cell = cells.withLock({ $0.take() }) {
      return unsafe UnsafeMutableRawPointer(bitPattern: cell)
    }
    let whole = count + headerSize
    let block =
      whole < minMappedSize
      ? UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: headerSize)
      : unsafe MappedBlock.allocate(whole)
    guard let block = unsafe block else { return nil }
    unsafe block.storeBytes(of: whole, as: Int.self)
    return unsafe block + headerSize
  }

  @unsafe static func reallocate(_ old: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
    guard let new = unsafe allocate(count) else { return nil }
    guard let old = unsafe old else { return unsafe new }
    unsafe new.copyMemory(from: old, byteCount: min(count, size(of: old)))
    unsafe free(old)
    return unsafe new
  }

  @unsafe static func free(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer = unsafe pointer else { return }
    let address = UInt(bitPattern: pointer)
    if cells.withLock({ $0.giveBack(address) }) { return }
    let block = unsafe pointer - headerSize
    let whole = unsafe block.load(as: Int.self)
    if whole < minMappedSize { unsafe block.deallocate() } else { unsafe MappedBlock.free(block, whole) }
  }

  private static func size(of pointer: UnsafeMutableRawPointer) -> Int {
    let address = UInt(bitPattern: pointer)
    if cells.withLock({ $0.contains(address) }) { return cellSize }
    return unsafe (pointer - headerSize).load(as: Int.self) - headerSize
  }
}
