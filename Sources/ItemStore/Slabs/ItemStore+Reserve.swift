/// Items that their authors fill piece by piece (`PendingItem`).
extension ItemStore {
  /// Begins an item of its own author's: invisible to all others until committed.
  ///
  /// - Parameters:
  ///   - key: 1 to 250 bytes.
  ///   - expiresAt: process seconds, 0 never.
  ///   - version: the stamps that it will get, or others that need as much space. `derived` for what is to be committed
  ///     by cas.
  ///   - evictsUpTo: nothing with a younger stamp is evicted for it; see `PeerChanges`.
  package func reserve(
    _ key: Span<UInt8>, clientFlags: UInt32, expiresAt: UInt32, valueCount: Int, version: Version = .zero,
    marks: ItemMarks = .none, evictsUpTo: Stamp = .greatest, now: UInt32
  ) -> Reservation {
    allocator.reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: valueCount, version: version, marks: marks,
      evictsUpTo: evictsUpTo, now: now)
  }

  /// Lets `body` write the next bytes of the value, of which it returns the count; nil without memory for them.
  package func fill(
    _ pending: inout PendingItem, now: UInt32, _ body: (inout MutableSpan<UInt8>) -> Int
  ) -> Int? { allocator.fill(&pending, now: now, body) }

  /// Writes bytes that are at hand, of which there are no more than are missing; false without memory.
  package func write(_ bytes: Span<UInt8>, to pending: inout PendingItem, now: UInt32) -> Bool {
    allocator.write(bytes, to: &pending, now: now)
  }

  /// Gives up an item that was not committed.
  package func abandon(_ pending: consuming PendingItem) { allocator.abandon(pending) }

  /// The slab class of an item in one chunk; 0 where that would be too large.
  package func slabClass(keyCount: Int, valueCount: Int, clientFlags: UInt32) -> Int {
    let size = ItemPointer.size(keyCount: keyCount, valueCount: valueCount, clientFlags: clientFlags)
    return Int(slabs.sizes.slabClass(for: size) ?? 0)
  }

  /// The slab class of the chunk, or of a chained item's head.
  package func slabClass(of pending: borrowing PendingItem) -> Int { Int(memory.item(pending.reference).slabClass) }

  /// Removes what is held under the key of an item that cannot be completed: for a `set`, which replaces in any case.
  package func removeReplaced(
    by pending: borrowing PendingItem, hash: UInt64, at moment: Moment, journal: (any MutationJournal)?
  ) {
    _ = delete(ItemView(pending.reference, in: memory).key, hash: hash, at: moment, journal: journal)
  }
}
