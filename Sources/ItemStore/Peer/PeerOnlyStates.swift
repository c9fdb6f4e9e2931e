import Platform

/// What is not held here and the peer has, until nothing older can come any more: what was evicted that the peer is
/// known to have had, and what it said and found no memory (`docs/spec`: "kept at the peer", "evicted is remembered").
///
/// The peer holds that or something newer, so nothing there need be refused for it, and no tombstone is left. But an
/// older state may still be on its way, in another worker's ring or in fragments, and must not be stored after it: the
/// peer would go on with the newer one, and this side's clients would read what was overwritten. Until it has settled,
/// an older one is treated as finding no memory either.
///
///     cells   [ 0 ][ key, state, touched ][ 0 ][ shared, state, touched ] …      by hash of the key: the greatest
///                                                                                state, and the last stamp of any
///
/// A cell that one key has noted speaks of that key alone. What several have noted covers every key of the cell: what
/// is lost by that is lost here only, and only while it has not settled. So it needs no list that could overflow, and
/// no clearing: a cell at or below what has settled says nothing, and is begun anew by the next key.
///
/// **It ends with the link**: what was on its way then is lost. Its memory is reserved, touched as it is needed, and
/// given back. **Locks.** One of its own, inside of all others. Whoever notes a key holds its stripe's lock, and so
/// does who asks for it.
@safe final class PeerOnlyStates: @unchecked Sendable {
  private let lock = SpinLock()
  private let region: MappedRegion
  private let cells: UnsafeMutablePointer<Cell>
  private let rules: PairRules
  /// There is a link, over which something may come.
  private var isLinked = false

  /// All zeros: nothing.
  private struct Cell {
    static let empty = Cell(key: 0, greatest: .zero, touched: .zero)
    /// In the place of a key's hash: several keys have noted the cell.
    static let shared = UInt64.max

    var key: UInt64
    var greatest: Version
    /// The state of the last change need not be the greatest.
    var touched: Stamp
  }

  private let cellPower: Int
  private static let minCellPower = 14

  /// - Parameter byteCount: of all cells, where that is more than the fewest take. A larger cache can lack more keys at once, and
  ///   cells that many share keep out keys for which there is memory.
  init(rules: PairRules = .all, byteCount: Int = 0) throws(StoreError) {
    self.rules = rules
    let count = max(byteCount / MemoryLayout<Cell>.stride, 1 << Self.minCellPower)
    cellPower = Int.bitWidth - 1 - count.leadingZeroBitCount
    let byteCount = MemoryLayout<Cell>.stride << cellPower
    do { region = try MappedRegion.committed(byteCount) } catch { throw .memory(error.description) }
    unsafe cells = region.baseAddress.assumingMemoryBound(to: Cell.self)
  }

  func beginLink() { lock.withLock { isLinked = true } }

  /// Makes a system call: under no lock.
  func endLink() {
    lock.withLock { isLinked = false }
    if (try? region.decommit(offset: 0, count: region.byteCount)) == nil {
      unsafe cells.update(repeating: .empty, count: 1 << cellPower)
    }
  }

  func note(_ hash: UInt64, _ version: Version, settled: Stamp = .zero) {
    lock.lock()
    defer { lock.unlock() }
    guard isLinked else { return }
    let cell = unsafe cells + cell(hash)
    if unsafe cell.pointee.touched <= settled { unsafe cell.pointee = .empty }
    if unsafe cell.pointee.touched == .zero { unsafe cell.pointee.key = hash }
    if unsafe cell.pointee.key != hash { unsafe cell.pointee.key = Cell.shared }
    if unsafe rules.isOlder(cell.pointee.greatest, than: version) { unsafe cell.pointee.greatest = version }
    unsafe cell.pointee.touched = max(cell.pointee.touched, version.touched)
  }

  /// Whether a newer state of this key may be the peer's, and older ones on their way.
  func covers(_ hash: UInt64, _ version: Version, settled: Stamp) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard isLinked else { return false }
    let cell = unsafe cells[cell(hash)]
    if cell.key != hash && cell.key != Cell.shared { return false }
    return cell.touched > settled && rules.isOlder(version, than: cell.greatest)
  }

  private func cell(_ hash: UInt64) -> Int { Int(hash >> UInt64(64 - cellPower)) }
}
