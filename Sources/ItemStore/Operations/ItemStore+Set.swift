/// Storage commands: an item that was filled beside the index is put into it, if the command's condition holds.
extension ItemStore {
  /// Ends a pending item: linked under its key, or abandoned.
  ///
  /// - Parameter hash: of the key it was reserved with.
  package func commit(
    _ pending: consuming PendingItem, mode: StoreMode, hash: UInt64, at moment: Moment,
    journal: (any MutationJournal)?
  ) -> StoreOutcome {
    guard pending.isComplete, mode.extends || keyspace.fits(pending.reference, for: mode.isDerived ? .derived : .zero)
    else {
      abandon(pending)
      return .outOfMemory
    }
    if mode.extends { return extend(pending, mode: mode, hash: hash, at: moment, journal: journal) }
    return put(pending, mode: mode, hash: hash, at: moment, journal: journal)
  }

  /// A value that is whole and at hand: overwrite, or else reserve, write and commit in one.
  package func store(
    _ key: Span<UInt8>, hash: UInt64, mode: StoreMode, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreOutcome {
    let overwritten = overwrite(
      key, hash: hash, mode: mode, clientFlags: clientFlags, expiresAt: expiresAt, value: value, at: moment,
      journal: journal)
    if let overwritten { return overwritten }
    switch reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count,
      version: mode.isDerived ? .derived : .zero, now: moment.seconds)
    {
    case .tooLarge: return .tooLarge
    case .outOfMemory: return .outOfMemory
    case .pending(var pending):
      if !write(value, to: &pending, now: moment.seconds) {
        abandon(pending)
        return .outOfMemory
      }
      return commit(pending, mode: mode, hash: hash, at: moment, journal: journal)
    }
  }

  func put(
    _ pending: consuming PendingItem, mode: StoreMode, hash: UInt64, at moment: Moment, journal: (any MutationJournal)?,
    replacing expected: PinnedBase? = nil
  ) -> StoreOutcome {
    let reference = pending.reference
    let outcome = keyspace.mutate(ItemView(reference, in: memory).key, hash, journal) { slot, replaced in
      if let refusal = refusal(mode, slot, expected, moment.seconds) { return refusal }
      if let slot, keyspace.isDead(slot, moment.seconds) { keyspace.countReplacedDead(memory.item(slot.reference)) }
      let base = keyspace.version(of: slot)
      let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
      memory.item(reference).setVersion(mode.isDerived ? base.changed(at: stamp) : Version(stamp))
      let linked = keyspace.link(reference, in: slot, hash)
      if !linked.isDone { return StoreOutcome.outOfMemory }
      replaced = linked.replaced
      journal?.record(ItemView(reference, in: memory))
      return .stored(stamp)
    }
    if case .stored = outcome { return outcome }
    allocator.abandon(pending)
    return outcome
  }

  // MARK: Under the stripe's lock

  /// What keeps the mode from storing; a `set`, the most frequent, is asked nothing.
  @inline(__always) func refusal(
    _ mode: StoreMode, _ slot: IndexSlot?, _ expected: PinnedBase?, _ now: UInt32
  ) -> StoreOutcome? {
    if case .set = mode { return nil }
    return refusalOfCondition(mode, slot, expected, now)
  }

  private func refusalOfCondition(
    _ mode: StoreMode, _ slot: IndexSlot?, _ expected: PinnedBase?, _ now: UInt32
  ) -> StoreOutcome? {
    let live = slot.map { keyspace.isLive($0, now) } ?? false
    switch mode {
    case .set: return nil
    case .add:
      if let slot, live { memory.item(slot.reference).noteUpdate() }
      return live ? .notStored : nil
    case .replace: return live ? nil : .notStored
    case .compareAndSwap(let unique):
      guard let slot, live else { return .notFound }
      return unique != 0 && keyspace.hasUnique(slot, unique) ? nil : .exists
    case .append, .prepend:
      // A newer state than the one extended: the caller begins anew.
      guard let slot, live, let expected else { return .notStored }
      return slot.reference == expected.reference && keyspace.version(of: slot) == expected.version ? nil : .exists
    }
  }
}
