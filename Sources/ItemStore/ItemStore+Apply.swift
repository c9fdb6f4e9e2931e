/// What comes from the peer: states with their stamps, of which the higher wins (DESIGN.md §5, "The one rule").
///
/// Applying is commutative, associative and idempotent, so order, repeats and crossing writes cannot make the two differ.
/// Nothing here is told to a journal: what came from the peer does not go back to it.
extension ItemStore {
  /// A record whose value is at hand: put in place of the old one where it can be, or else reserved, written and linked.
  ///
  /// - Parameter changed: its cas unique, where that is not the stamp.
  package func apply(
    _ key: Span<UInt8>, hash: UInt64, stamp: Stamp, changed: Stamp? = nil, clientFlags: UInt32, expiresAt: UInt32,
    value: Span<UInt8>, now: UInt32
  ) -> ApplyOutcome {
    let inPlace = applyInPlace(
      key, hash: hash, stamp: stamp, changed: changed, clientFlags: clientFlags, expiresAt: expiresAt, value: value)
    if let inPlace { return inPlace }
    let reservation = reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count, changed: changed, now: now)
    if case .pending(var pending) = consume reservation {
      if write(value, to: &pending, now: now) { return apply(pending, hash: hash, stamp: stamp, now: now) }
      abandon(pending)
    }
    return applyWithoutRoom(key, hash: hash, stamp: stamp, now: now)
  }

  /// A record whose value was received piece by piece.
  package func apply(
    _ pending: consuming PendingItem, hash: UInt64, stamp: Stamp, now: UInt32
  ) -> ApplyOutcome {
    let reference = pending.reference
    guard pending.isComplete, stamp <= .greatest else {
      discard(reference)
      return .ignoredOlder
    }
    stampClock.hear(stamp)
    memory.item(reference).stamp = stamp
    index.lock(hash)
    let slot = find(reference, hash)
    let verdict = verdict(on: reference, slot, stamp)
    guard verdict == .applied || verdict == .conflict(applied: true) else {
      index.unlock(hash)
      discard(reference)
      return verdict
    }
    let linked = link(reference, in: slot, hash)
    index.unlock(hash)
    if linked.freed != 0 { release(linked.freed) }
    if linked.done { return verdict }
    discard(reference)
    return .outOfMemory
  }

  private func verdict(on reference: UInt32, _ slot: IndexSlot?, _ stamp: Stamp) -> ApplyOutcome {
    if stamp <= floor { return .ignoredOlder }
    guard let slot else { return verdictOnNewcomer(stamp) }
    let mine = memory.item(slot.reference)
    if mine.stamp != stamp { return mine.stamp > stamp ? .ignoredOlder : .applied }
    if mine.state.isTombstone { return .conflict(applied: true) }
    let other = memory.item(reference)
    let order = ItemValue(other, memory).compare(with: ItemValue(mine, memory))
    // Which lives longer does not count: what remains grows by what the wire takes, with each copy.
    let tie = (other.clientFlags, other.changed) > (mine.clientFlags, mine.changed)
    let same = order == 0 && other.clientFlags == mine.clientFlags && other.changed == mine.changed
    if same { return .ignoredOlder }
    return .conflict(applied: order > 0 || order == 0 && tie)
  }

  /// A value for a key that is not held here.
  func verdictOnNewcomer(_ stamp: Stamp) -> ApplyOutcome {
    if stamp <= floor { return .ignoredOlder }
    return stamp <= horizon && rules.contains(.refusal) ? .refused : .applied
  }

  /// A delete, or the news that the peer has evicted what we may hold in an older state.
  package func applyDelete(_ key: Span<UInt8>, hash: UInt64, stamp: Stamp, now: UInt32) -> ApplyOutcome {
    if stamp > .greatest { return .ignoredOlder }
    stampClock.hear(stamp)
    defer { if tombstoneLog.needsCare { trimTombstones(atMost: Self.mostTrimmed) } }
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let isLate = stamp <= horizon && rules.contains(.noLateTombstone)
      let outcome: ApplyOutcome = isLate || stamp <= floor ? .ignoredOlder : .applied
      if outcome == .applied { _ = entomb(key, nil, hash, stamp: stamp) }
      index.unlock(hash)
      return outcome
    }
    let item = memory.item(slot.reference)
    if item.stamp >= stamp {
      let conflict = item.stamp == stamp && !item.state.isTombstone
      index.unlock(hash)
      return conflict ? .conflict(applied: false) : .ignoredOlder
    }
    let freed = entomb(slot, hash, stamp: stamp)
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return .applied
  }

  /// The peer refused this record: if it still stands here with that stamp it becomes a tombstone.
  package func applyRefusal(_ key: Span<UInt8>, hash: UInt64, stamp: Stamp, now: UInt32) {
    index.lock(hash)
    var freed: UInt32 = 0
    if let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) {
      let item = memory.item(slot.reference)
      if item.stamp == stamp, !item.state.isTombstone {
        let leavesTombstone = rules.contains(.refusedLeavesTombstone)
        freed = leavesTombstone ? entomb(slot, hash, stamp: stamp) : unlink(slot, hash) ?? 0
      }
    }
    index.unlock(hash)
    if freed != 0 { release(freed) }
  }

  /// A newer state that cannot be held here: the older one must not be served in its place, nor one between the two that
  /// comes after. As if it had been held and evicted; but where nothing is held, nothing is left, for a store that is full
  /// would have to raise its horizon with every value, and refuse what it has room for. Who calls this has to see to it that
  /// no older state comes after.
  ///
  /// What is not `outOfMemory` would not have been stored with room either.
  package func applyWithoutRoom(_ key: Span<UInt8>, hash: UInt64, stamp: Stamp, now: UInt32) -> ApplyOutcome {
    if stamp > .greatest { return .ignoredOlder }
    stampClock.hear(stamp)
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let verdict = verdictOnNewcomer(stamp)
      index.unlock(hash)
      return verdict == .applied ? .outOfMemory : verdict
    }
    let isNewer = memory.item(slot.reference).stamp < stamp && stamp > floor
    let freed = isNewer ? entomb(slot, hash, stamp: stamp) : 0
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return isNewer ? .outOfMemory : .ignoredOlder
  }
}
