import ItemStore

// What the peer has said lately and found no memory here, while nothing was held under its key.
//
// Such a value leaves nothing in the store: it is lost here, as if evicted. But an older state of it may still be on its way,
// in another worker's ring or in fragments, and must not be stored after it: the peer would go on with the newer one, and
// this side's clients would read what was overwritten. Until the peer's mark has passed it, which says that all older states
// have come, an older one is therefore treated as having no room either.
//
//     cells   [ 0 ][ version ][ 0 ][ 0 ][ version ] …        by hash of the key: the newest state without room
//
// Keys that share a cell share its fate: what is lost by that is lost here only, and only while memory is short. So it needs
// no list that could overflow, and its memory only when it happens.
struct RoomlessValues: Sendable {
  private var cells: [Version] = []
  /// The greatest stamp of them all.
  private var newest = Stamp.zero

  private static let cellPower: UInt64 = 15

  mutating func note(_ hash: UInt64, _ version: Version) {
    if cells.isEmpty { cells = Array(repeating: .zero, count: 1 << Self.cellPower) }
    let cell = Self.cell(hash)
    cells[cell] = max(cells[cell], version)
    newest = max(newest, version.touched)
  }

  /// Whether a newer state of this key may have found no room.
  func covers(_ hash: UInt64, _ version: Version) -> Bool {
    !cells.isEmpty && cells[Self.cell(hash)] > version
  }

  /// Nothing older than `mark` is on its way any more.
  mutating func settle(upTo mark: Stamp) {
    if newest != .zero, newest <= mark { self = RoomlessValues() }
  }

  private static func cell(_ hash: UInt64) -> Int { Int(hash >> (64 - cellPower)) }
}
