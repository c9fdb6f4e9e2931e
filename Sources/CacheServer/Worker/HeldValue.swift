import ItemStore

/// A large value that a connection sends. Whoever has it owes `ValueSenders` a `release`.
struct HeldValue {
  let item: PinnedItem
  /// The pin is that of all the worker's connections that wait with this item.
  var isShared = false
}
