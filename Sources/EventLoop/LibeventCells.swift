import Platform

/// Memory in cells of one size, without anything between them; given back ones are used again first.
@safe struct LibeventCells: ~Copyable {
  private let cellSize: Int
  /// Addresses for some millions of cells; nil where there are none to be had, and then there are no cells.
  private let region: StableBox<MappedRegion>?
  private let start: UInt
  private var firstFree: UInt = 0
  private var used: UInt = 0
  private var committed: UInt = 0

  private static let reservedBytes: UInt = 256 << 20
  private static let bytesPerCommit: UInt = 64 << 10

  init(cellSize: Int) {
    self.cellSize = cellSize
    region = try? StableBox(MappedRegion(reserving: Int(Self.reservedBytes)))
    start = region?.with { unsafe UInt(bitPattern: $0.baseAddress) } ?? 0
  }

  /// The address of a cell; nil without memory.
  mutating func take() -> UInt? {
    if let cell = unsafe UnsafeMutableRawPointer(bitPattern: firstFree) {
      defer { firstFree = unsafe cell.load(as: UInt.self) }
      return firstFree
    }
    let end = used + UInt(cellSize)
    if end > committed, !commit() { return nil }
    defer { used = end }
    return start + used
  }

  /// False where the address is none of a cell.
  mutating func giveBack(_ address: UInt) -> Bool {
    guard contains(address), let cell = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return false }
    unsafe cell.storeBytes(of: firstFree, as: UInt.self)
    firstFree = address
    return true
  }

  func contains(_ address: UInt) -> Bool { address >= start && address < start + used }

  private mutating func commit() -> Bool {
    guard let region, committed + Self.bytesPerCommit <= Self.reservedBytes else { return false }
    let offset = Int(committed)
    let done = region.with { (try? $0.commit(offset: offset, count: Int(Self.bytesPerCommit))) != nil }
    if done { committed += Self.bytesPerCommit }
    return done
  }
}
