/// The last two bytes of an item's header as one word, which changes only atomically.
///
/// ```
///  15 ....... 8   7        6          5      4        3          2       1 0
///  pins           fetched  allocated  piece  chained  tombstone  linked  use
/// ```
///
/// - `use`: the eviction counter, 0 to 3. A hit raises it, the hand of the clock lowers it. A lost update is harmless.
/// - `linked`: the index leads to this item. Set and cleared under the lock of the key's stripe.
/// - `tombstone`: header and key alone, for the peer's sake, in the `TombstoneLog`: no chunk, and never pinned.
/// - `chained`: the value is a table of references to pieces. Fixed before the item is linked.
/// - `piece`: this chunk holds a part of a chained item; its stamp field names the owner. Fixed at allocation.
/// - `allocated`: the chunk is on no free list. Changes under the class lock.
/// - `fetched`: a client has read it since it was stored.
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
  static let onePin: UInt16 = 0x0100
  static let maxUse: UInt16 = 3
  /// What another hit changes nothing of: `use` at its top, and `fetched`.
  static let saturated: UInt16 = fetched | maxUse
  /// Uses by which a newcomer has proven itself.
  static let proof: UInt16 = 2
  /// Senders that may hold one item; the rest up to 255 is for those who join to it.
  static let maxSenders = 200
  static let maxBriefSenders = 100
  static let maxPins = 255

  var use: UInt16 { bits & Self.useMask }
  var isLinked: Bool { bits & Self.linked != 0 }
  var isTombstone: Bool { bits & Self.tombstone != 0 }
  var isChained: Bool { bits & Self.chained != 0 }
  var isPiece: Bool { bits & Self.piece != 0 }
  var isAllocated: Bool { bits & Self.allocated != 0 }
  var isFetched: Bool { bits & Self.fetched != 0 }
  var pins: Int { Int(bits >> 8) }
}
