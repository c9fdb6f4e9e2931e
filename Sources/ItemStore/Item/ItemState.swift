/// The last two bytes of an item's header as one word, which changes only atomically.
///
/// ```
///  15 ... 10   9 8   7        6          5      4        3          2       1 0
///  pins        age   fetched  allocated  piece  chained  tombstone  linked  use
/// ```
///
/// - `use`: the eviction counter, 0 to 3. A hit raises it, the hand of the clock lowers it. A lost update is harmless.
/// - `linked`: the index leads to this item. Set and cleared under the lock of the key's stripe.
/// - `tombstone`: header and key alone, for the peer's sake, in the `TombstoneLog`: no chunk, and never pinned.
/// - `chained`: the value is a table of references to pieces. Fixed before the item is linked.
/// - `piece`: this chunk holds a part of a chained item; its stamp field names the owner. Fixed at allocation.
/// - `allocated`: the chunk is on no free list. Changes under the class lock.
/// - `fetched`: a client has read it since it was stored.
/// - `age`: how often the sweep has come by since the last access, 0 to 3 (`AccessAges`).
/// - `pins`: how many hold the chunk without a lock: its author until it is linked, senders of a large value.
///
/// **Who frees a chunk:** whoever takes the word to "not linked and no pins", and nobody else. Both the unlinker and
/// the last unpinner find out from the same atomic operation that made it so.
struct ItemState {
  var bits: UInt16

  static let useMask: UInt16 = 0x0003
  static let linked: UInt16 = 0x0004
  static let tombstone: UInt16 = 0x0008
  static let chained: UInt16 = 0x0010
  static let piece: UInt16 = 0x0020
  static let allocated: UInt16 = 0x0040
  static let fetched: UInt16 = 0x0080
  static let ageMask: UInt16 = 0x0300
  static let oneAge: UInt16 = 0x0100
  static let maxAge: UInt16 = 3
  static let pinShift: UInt16 = 10
  static let onePin: UInt16 = 1 << pinShift
  static let maxUse: UInt16 = 3
  /// What another hit changes nothing of: `use` at its top, `fetched`, and no age.
  static let saturated: UInt16 = fetched | maxUse
  static let saturatedMask: UInt16 = saturated | ageMask
  /// Uses by which a newcomer has proven itself.
  static let proof: UInt16 = 2
  /// Senders that may hold one item; the rest up to 63 is for those who join to it.
  static let maxSenders = 56
  static let maxBriefSenders = 24
  static let maxPins = 63

  var use: UInt16 { bits & Self.useMask }
  var isLinked: Bool { bits & Self.linked != 0 }
  var isTombstone: Bool { bits & Self.tombstone != 0 }
  var isChained: Bool { bits & Self.chained != 0 }
  var isPiece: Bool { bits & Self.piece != 0 }
  var isAllocated: Bool { bits & Self.allocated != 0 }
  var isFetched: Bool { bits & Self.fetched != 0 }
  /// What tells of the last access.
  var access: UInt16 { bits & (Self.fetched | Self.ageMask) }
  var age: UInt16 { (bits & Self.ageMask) / Self.oneAge }
  var pins: Int { Int(bits >> Self.pinShift) }
}
