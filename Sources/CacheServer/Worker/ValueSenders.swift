import ItemStore

/// Large values on their way to a worker's clients: each is pinned once, however many connections send it.
///
/// An item counts few pins (`ItemState`), and clients who do not read would take them all; one a worker is few. That
/// a pinned chunk is nobody else's until it is unpinned makes `PinnedItem` a name for the item.
struct ValueSenders {
  private var counts: [PinnedItem: Int] = [:]

  /// Called by the body of a view. Nil where too many others hold the item.
  mutating func pin(_ item: borrowing ItemView, in store: ItemStore) -> PinnedItem? {
    guard let pinned = store.pin(item) else { return nil }
    let before = counts[pinned, default: 0]
    if before > 0 { store.unpin(pinned) }
    counts[pinned] = before + 1
    return pinned
  }

  mutating func unpin(_ pinned: PinnedItem, in store: ItemStore) {
    let before = counts[pinned, default: 0]
    if before > 1 {
      counts[pinned] = before - 1
    } else {
      counts[pinned] = nil
      store.unpin(pinned)
    }
  }
}
