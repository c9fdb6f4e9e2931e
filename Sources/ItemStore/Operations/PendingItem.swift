/// An item that its author still fills: it has a chunk, and nobody can find it.
///
/// Made by `ItemStore.reserve`, filled by `fill` or `write`, ended by exactly one of `commit`, `apply` and `abandon`;
/// one that is merely dropped leaks its chunks, so its holder must end it.
package struct PendingItem: ~Copyable {
  let reference: UInt32
  /// Bytes of the value that are still to come.
  package internal(set) var missing: Int
  package let valueCount: Int
  /// Of what is evicted for it nothing is younger.
  var evictsUpTo = Stamp.greatest

  package var isComplete: Bool { missing == 0 }
  var filled: Int { valueCount - missing }
}

/// Whether there was space for an item.
package enum Reservation: ~Copyable {
  case pending(PendingItem)
  case tooLarge
  case outOfMemory
}

extension ItemStore {
  /// The key for which an item is being filled.
  package func withKey(of pending: borrowing PendingItem, _ body: (Span<UInt8>) -> Void) {
    body(ItemView(pending.reference, in: memory).key)
  }
}
