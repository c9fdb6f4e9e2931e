/// Storage commands with what meta and binary commands add (`StoreConditions`): a given cas, a value that is stored as
/// stale, append and prepend that compare or vivify.
///
/// A value that is stored with a lower cas than that of what is held was computed from an older state, and takes the
/// place of the newer one all the same. So its stamps are derived from what it replaces: it wins over that on both
/// sides, and loses to a set or delete that crosses it.
extension ItemStore {
  /// Begins an item that is to be committed with these conditions.
  package func reserve(
    _ key: Span<UInt8>, clientFlags: UInt32, expiresAt: UInt32, valueCount: Int, mode: StoreMode,
    conditions: StoreConditions, now: UInt32
  ) -> Reservation {
    allocator.reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: valueCount,
      version: mode.isDerived && !mode.extends ? .derived : .zero, marks: conditions.marks, now: now)
  }

  /// Ends a pending item, which was reserved with the same mode and conditions.
  package func commit(
    _ pending: consuming PendingItem, mode: StoreMode, conditions: StoreConditions, hash: UInt64, at moment: Moment,
    journal: (any MutationJournal)?
  ) -> StoreResult {
    let command = ConditionalSet(mode: mode, conditions: conditions, hash: hash, moment: moment)
    if mode.extends, pending.isComplete { return extend(pending, command, journal) }
    let result = pending.isComplete ? put(pending.reference, command, journal) : StoreResult(outcome: .outOfMemory)
    if !result.isStored { allocator.abandon(pending) }
    return result
  }

  /// A value that is whole and at hand.
  package func store(
    _ key: Span<UInt8>, hash: UInt64, mode: StoreMode, conditions: StoreConditions, clientFlags: UInt32,
    expiresAt: UInt32, value: Span<UInt8>, at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreResult {
    switch reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count, mode: mode, conditions: conditions,
      now: moment.seconds)
    {
    case .tooLarge: return StoreResult(outcome: .tooLarge)
    case .outOfMemory: return StoreResult(outcome: .outOfMemory)
    case .pending(var pending):
      if !write(value, to: &pending, now: moment.seconds) {
        abandon(pending)
        return StoreResult(outcome: .outOfMemory)
      }
      return commit(pending, mode: mode, conditions: conditions, hash: hash, at: moment, journal: journal)
    }
  }

  // MARK: Under the stripe's lock

  /// Puts a whole item under its key if the conditions hold; it is the caller's still where that is not `stored`.
  private func put(
    _ reference: UInt32, _ command: ConditionalSet, replacing expected: PinnedBase? = nil,
    _ journal: (any MutationJournal)?
  ) -> StoreResult {
    let moment = command.moment
    return keyspace.mutate(ItemView(reference, in: memory).key, command.hash, journal) { slot, replaced in
      let old = slot.map { memory.item($0.reference) }
      let isStale = staleness(command, slot)
      if !isStale, let refusal = refusal(command.mode, slot, expected, moment.seconds) {
        return StoreResult(outcome: refusal)
      }
      let base = keyspace.version(of: slot)
      let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
      let item = memory.item(reference)
      let marks = ItemMarks(
        isStale: isStale, isWinSent: isStale && old?.marks.isWinSent == true,
        explicitCAS: command.conditions.explicitCAS)
      let version = command.mode.isDerived ? base.changed(at: stamp) : Version(stamp)
      guard keyspace.restate(item, version, marks) else { return StoreResult(outcome: .outOfMemory) }
      if isStale, let old { keyspace.setExpiry(old.expiresAt, of: reference) }
      if let slot, let old, keyspace.isDead(slot, moment.seconds) { keyspace.countReplacedDead(old) }
      let linked = keyspace.link(reference, in: slot, command.hash)
      if !linked.isDone { return StoreResult(outcome: .outOfMemory) }
      replaced = linked.replaced
      journal?.record(ItemView(reference, in: memory))
      return StoreResult(outcome: .stored(stamp), cas: item.cas, valueCount: item.valueCount)
    }
  }

  /// Whether the given cas is one that what is held has had, or would have.
  private func staleness(_ command: ConditionalSet, _ slot: IndexSlot?) -> Bool {
    guard case .compareAndSwap(let unique) = command.mode, command.conditions.takesStale, unique != 0, let slot,
      keyspace.isLive(slot, command.moment.seconds)
    else { return false }
    return unique < memory.item(slot.reference).cas
  }

  // MARK: append and prepend

  private func extend(
    _ addition: consuming PendingItem, _ command: ConditionalSet, _ journal: (any MutationJournal)?
  ) -> StoreResult {
    while true {
      let (result, isLinked) = join(addition.reference, command, journal)
      guard let result else { continue }
      if !isLinked { allocator.abandon(addition) }
      return result
    }
  }

  /// Nil where the item has changed meanwhile. Also whether it was the addition itself that was put under the key.
  private func join(
    _ added: UInt32, _ command: ConditionalSet, _ journal: (any MutationJournal)?
  ) -> (result: StoreResult?, isLinked: Bool) {
    let conditions = command.conditions
    let base: PinnedBase
    switch pinLive(sameKeyAs: added, command.hash, command.moment.seconds) {
    case .missing:
      if !conditions.vivifies { return (StoreResult(outcome: .notStored), false) }
      let result = put(added, command.vivifying, journal)
      return (result.outcome == .notStored ? nil : result, result.isStored)
    case .held: return (StoreResult(outcome: .outOfMemory), false)
    case .pinned(let found): base = found
    }
    let given = conditions.unique ?? 0
    let isRefused = given != 0 && given != base.cas
    let joined = isRefused ? .tooLarge : join(base, added, command)
    keyspace.unpin(base.reference)
    if isRefused { return (StoreResult(outcome: .exists), false) }
    switch consume joined {
    case .tooLarge: return (StoreResult(outcome: .tooLarge), false)
    case .outOfMemory: return (StoreResult(outcome: .outOfMemory), false)
    case .pending(let joined):
      let result = put(joined.reference, command, replacing: base, journal)
      if result.isStored { return (result, false) }
      allocator.abandon(joined)
      let hasChanged = result.outcome == .exists || result.outcome == .notStored && conditions.vivifies
      return (hasChanged ? nil : result, false)
    }
  }

  private func join(_ base: PinnedBase, _ added: UInt32, _ command: ConditionalSet) -> Reservation {
    var isAppend = true
    if case .prepend = command.mode { isAppend = false }
    return join(base, added, isAppend, command.conditions.marks, command.moment.seconds)
  }
}

/// A storage command on its way.
private struct ConditionalSet {
  let mode: StoreMode
  let conditions: StoreConditions
  let hash: UInt64
  let moment: Moment

  /// What append and prepend are where nothing is held.
  var vivifying: ConditionalSet { ConditionalSet(mode: .add, conditions: conditions, hash: hash, moment: moment) }
}
