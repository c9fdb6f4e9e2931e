import ItemStore

/// A large value of the peer's, of which fragments arrive. Without a pending item there was no room for it: its bytes
/// are let go, and at the end what is older here goes too.
struct IncomingValue: ~Copyable {
  let head: RecordHead
  let key: [UInt8]
  let hash: UInt64
  var missing: Int
  var pending: PendingItem?

  /// Takes bytes that come next, of which there must be no more than are missing.
  mutating func add(_ bytes: Span<UInt8>, to store: ItemStore, now: UInt32) {
    missing -= bytes.count
    guard var pending = pending.take() else { return }
    if store.write(bytes, to: &pending, now: now) {
      self.pending = consume pending
    } else {
      store.abandon(pending)
    }
  }

  /// It will not be completed.
  consuming func abandon(in store: ItemStore) {
    if let pending = pending.take() { store.abandon(pending) }
  }
}
