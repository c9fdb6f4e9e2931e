import ConnectionServer
import ItemStore
import Platform

/// Large values on their way to a worker's clients: the segments of its replies, in whatever protocol. A copy of this has the
/// same pins.
///
/// A value that goes out in the turn in which it was asked for is pinned and unpinned, and nothing is noted. A connection
/// that has to wait with one shares it: an item counts few pins (`ItemState`), clients who do not read would take them
/// all, and one a worker is few. That a pinned chunk is nobody else's until it is unpinned makes `PinnedItem` a name for
/// the item.
struct PinnedValues: SegmentSource {
  private let store: ItemStore
  private let table: StableBox<Table>

  private struct Table: ~Copyable {
    var pins = StableArray<Pin>()
    /// How many connections that wait share a pin.
    var counts: [PinnedItem: Int] = [:]
  }

  private struct Pin {
    let item: PinnedItem
    /// The pin is that of all the worker's connections that wait with this item.
    var isShared = false
  }

  init(store: ItemStore) {
    self.store = store
    table = StableBox(Table())
  }

  /// Called by the body of a view: a handle, to be released. Nil where too many others hold the item.
  mutating func pin(_ item: borrowing ItemView) -> UInt32? {
    if let pinned = store.pin(item, isBrief: true) { return insert(pinned) }
    guard let pinned = store.pin(item) else { return share(store.pinned(item)) }
    let handle = insert(pinned)
    keep(handle)
    return handle
  }

  private func insert(_ pinned: PinnedItem) -> UInt32 { table.with { $0.pins.insert(Pin(item: pinned)) } }

  /// The pin of those who wait with the item, where it can count no more.
  private func share(_ item: PinnedItem) -> UInt32? {
    table.with { table in
      guard let before = table.counts[item] else { return nil }
      table.counts[item] = before + 1
      return table.pins.insert(Pin(item: item, isShared: true))
    }
  }

  @_lifetime(borrow self)
  borrowing func piece(of handle: UInt32, at offset: Int) -> Span<UInt8> {
    store.piece(of: item(of: handle), at: offset)
  }

  func item(of handle: UInt32) -> PinnedItem { table.with { $0.pins[handle].item } }

  mutating func keep(_ handle: UInt32) {
    table.with { table in
      if table.pins[handle].isShared { return }
      table.pins[handle].isShared = true
      let item = table.pins[handle].item
      let before = table.counts[item, default: 0]
      if before > 0 { store.unpin(item) }
      table.counts[item] = before + 1
    }
  }

  mutating func release(_ handle: UInt32) {
    table.with { table in
      let pin = table.pins.remove(handle)
      if pin.isShared, let before = table.counts[pin.item], before > 1 {
        table.counts[pin.item] = before - 1
        return
      }
      if pin.isShared { table.counts[pin.item] = nil }
      store.unpin(pin.item)
    }
  }
}
