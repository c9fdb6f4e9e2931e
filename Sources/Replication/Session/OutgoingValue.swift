import ItemStore

/// A large value on its way to the peer: pinned, and sent in fragments between other frames.
struct OutgoingValue {
  /// Whose turn it is: a ring's front, or the copy's list.
  enum Origin: Equatable {
    case ring(Int, entryCount: Int)
    case copy
  }

  let pinned: PinnedItem
  var origin: Origin
  var sent = 0

  var left: Int { pinned.valueCount - sent }
}
