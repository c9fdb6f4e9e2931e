/// Deletes of the meta and the binary protocol: by cas, and those that leave the item where it is, marked as stale or
/// without its value.
extension ItemStore {
  /// Where there is no memory for what should stay, the item is deleted: that is what a cache may do with it at any
  /// time, and its old value must not be taken for good.
  ///
  /// - Parameter body: sees a live item before the change, under the stripe's lock.
  package func delete(
    _ key: Span<UInt8>, hash: UInt64, conditions: DeleteConditions, at moment: Moment,
    journal: (any MutationJournal)?, _ body: (borrowing ItemView) -> Void = { _ in }
  ) -> StoreOutcome {
    if !conditions.keepsItem {
      return delete(key, hash: hash, unique: conditions.unique, at: moment, journal: journal, body)
    }
    let outcome = keyspace.mutate(key, hash, journal) { slot, replaced in
      guard let slot, keyspace.isLive(slot, moment.seconds) else { return StoreOutcome.notFound }
      if let unique = conditions.unique, !keyspace.hasUnique(slot, unique) { return .exists }
      body(ItemView(slot.reference, in: memory))
      let kept =
        conditions.dropsValue
        ? dropValue(slot, key, hash, conditions, moment, &replaced)
        : markStale(slot, hash, conditions, moment, &replaced)
      if kept == 0 {
        replaced = remove(key, slot, hash, moment, journal)
      } else {
        journal?.record(ItemView(kept, in: memory))
      }
      return .stored(kept == 0 ? .zero : memory.item(kept).changed)
    }
    purger.trimIfNeeded()
    return outcome
  }

  // MARK: Under the stripe's lock

  /// The value stays, so its stamps are derived: who does not know of a later set or delete does not undo it.
  private func markStale(
    _ slot: IndexSlot, _ hash: UInt64, _ conditions: DeleteConditions, _ moment: Moment,
    _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let base = memory.item(slot.reference).version
    let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
    let marks = ItemMarks(isStale: true, explicitCAS: conditions.explicitCAS)
    let reference = restate(slot, hash, base.changed(at: stamp), marks, moment.seconds, &replaced)
    if reference != 0, let expiresAt = conditions.expiresAt { keyspace.setExpiry(expiresAt, of: reference) }
    return reference
  }

  /// An empty value in its place, which is a set of it: it wins over what was computed from the one that is dropped.
  /// As in memcached the cas stays, unless the item is marked as stale besides.
  private func dropValue(
    _ slot: IndexSlot, _ key: Span<UInt8>, _ hash: UInt64, _ conditions: DeleteConditions, _ moment: Moment,
    _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let kept = conditions.marksStale ? nil : memory.item(slot.reference).cas
    return linkNew(
      key, hash, slot, valueCount: 0, clientFlags: conditions.clientFlags, expiresAt: conditions.expiresAt ?? 0,
      marks: ItemMarks(isStale: conditions.marksStale, explicitCAS: conditions.explicitCAS ?? kept), moment, &replaced)
  }
}
