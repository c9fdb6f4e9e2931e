import ConnectionServer
import ItemStore
import Platform

/// Large values on their way to a worker's clients: the segments of its replies.
///
/// A value that goes out in the turn in which it was asked for is pinned and unpinned, and nothing is noted. A connection
/// that has to wait with one shares it: an item counts few pins (`ItemState`), clients who do not read would take them
/// all, and one a worker is few. That a pinned chunk is nobody else's until it is unpinned makes `PinnedItem` a name for
/// the item.
struct PinnedValues: SegmentSource, ~Copyable {
  struct Pin {
    let item: PinnedItem
    /// The pin is that of all the worker's connections that wait with this item.
    var isShared = false
  }

  private let store: ItemStore
  private var pins = StableArray<Pin>()
  /// How many connections that wait share a pin.
  private var counts: [PinnedItem: Int] = [:]

  init(store: ItemStore) { self.store = store }

  /// Called by the body of a view: a handle, to be released. Nil where too many others hold the item.
  mutating func pin(_ item: borrowing ItemView) -> UInt32? {
    if let pinned = store.pin(item, isBrief: true) { return pins.insert(Pin(item: pinned)) }
    guard let pinned = store.pin(item) else { return share(store.pinned(item)) }
    let handle = pins.insert(Pin(item: pinned))
    keep(handle)
    return handle
  }

  /// The pin of those who wait with the item, where it can count no more.
  private mutating func share(_ item: PinnedItem) -> UInt32? {
    guard let before = counts[item] else { return nil }
    counts[item] = before + 1
    return pins.insert(Pin(item: item, isShared: true))
  }

  @_lifetime(borrow self)
  borrowing func piece(of handle: UInt32, at offset: Int) -> Span<UInt8> {
    store.piece(of: item(of: handle), at: offset)
  }

  func item(of handle: UInt32) -> PinnedItem { pins[handle].item }

  mutating func keep(_ handle: UInt32) {
    if pins[handle].isShared { return }
    pins[handle].isShared = true
    let item = pins[handle].item
    let before = counts[item, default: 0]
    if before > 0 { store.unpin(item) }
    counts[item] = before + 1
  }

  mutating func release(_ handle: UInt32) {
    let pin = pins.remove(handle)
    if pin.isShared, let before = counts[pin.item], before > 1 {
      counts[pin.item] = before - 1
      return
    }
    if pin.isShared { counts[pin.item] = nil }
    store.unpin(pin.item)
  }
}
