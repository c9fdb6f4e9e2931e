import ItemStore

/// Large values on their way to a worker's clients.
///
/// A value that goes out in the turn in which it was asked for is pinned and unpinned, and nothing is noted. A connection
/// that has to wait with one shares it: an item counts few pins (`ItemState`), clients who do not read would take them
/// all, and one a worker is few. That a pinned chunk is nobody else's until it is unpinned makes `PinnedItem` a name for
/// the item.
struct ValueSenders {
  /// How many connections that wait share a pin.
  private var counts: [PinnedItem: Int] = [:]

  /// Called by the body of a view. Nil where too many others hold the item.
  mutating func hold(_ item: borrowing ItemView, in store: ItemStore) -> HeldValue? {
    if let pinned = store.pin(item, isBrief: true) { return HeldValue(item: pinned) }
    guard let pinned = store.pin(item) else { return nil }
    var value = HeldValue(item: pinned)
    share(&value, in: store)
    return value
  }

  /// The turn ends before the value is sent.
  mutating func share(_ value: inout HeldValue, in store: ItemStore) {
    if value.isShared { return }
    value.isShared = true
    let before = counts[value.item, default: 0]
    if before > 0 { store.unpin(value.item) }
    counts[value.item] = before + 1
  }

  mutating func release(_ value: HeldValue, in store: ItemStore) {
    if value.isShared, let before = counts[value.item], before > 1 {
      counts[value.item] = before - 1
      return
    }
    if value.isShared { counts[value.item] = nil }
    store.unpin(value.item)
  }
}
