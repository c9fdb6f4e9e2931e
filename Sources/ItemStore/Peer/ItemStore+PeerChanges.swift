/// What comes from the peer: states with their stamps, of which the greater wins (`Version`; docs/spec/README.md,
/// "States").
///
/// Applying is commutative, associative and idempotent, so order, repeats and crossing writes cannot make the two
/// differ. Nothing here is told to a journal: what came from the peer does not go back to it.
extension ItemStore {
  /// A record whose value is at hand: put in place of the old one where it can be, or else reserved, written and
  /// linked.
  package func apply(
    _ key: Span<UInt8>, hash: UInt64, version: Version, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    now: UInt32
  ) -> ApplyOutcome {
    let inPlace = applyInPlace(
      key, hash: hash, version: version, clientFlags: clientFlags, expiresAt: expiresAt, value: value)
    if let inPlace { return inPlace }
    let reservation = reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count, version: version, now: now)
    if case .pending(var pending) = consume reservation {
      if write(value, to: &pending, now: now) { return apply(pending, hash: hash, version: version, now: now) }
      abandon(pending)
    }
    return applyOutOfMemory(key, hash: hash, version: version, now: now)
  }

  /// A record whose value was received piece by piece, into an item that was reserved for stamps such as these.
  package func apply(
    _ pending: consuming PendingItem, hash: UInt64, version: Version, now: UInt32
  ) -> ApplyOutcome {
    let reference = pending.reference
    guard pending.isComplete, version.touched <= .greatest, fits(reference, for: version) else {
      discard(reference)
      return .ignoredOlder
    }
    stampClock.observe(version.touched)
    memory.item(reference).setVersion(version)
    index.lock(hash)
    let slot = find(reference, hash)
    let resolution = resolve(reference, slot, version, hash)
    guard resolution == .applied || resolution == .conflict(applied: true) else {
      index.unlock(hash)
      discard(reference)
      return resolution
    }
    if let slot {
      let item = memory.item(reference)
      let expiresAt = expiry(item.expiresAt, version, over: memory.item(slot.reference))
      if expiresAt != item.expiresAt { setExpiry(expiresAt, of: reference) }
    }
    let linked = link(reference, in: slot, hash)
    if !linked.done { tombstones.notePeerOnly(hash, version) }
    index.unlock(hash)
    if linked.freed != 0 { release(linked.freed) }
    if linked.done { return resolution }
    discard(reference)
    return .outOfMemory
  }

  /// When what comes is to expire. What the peer has derived from a value of this side has crossed twice, and a second
  /// or two came to what remained each time: a counter that both sides count would never expire.
  func expiry(_ expiresAt: UInt32, _ version: Version, over held: ItemPointer) -> UInt32 {
    let end = held.expiresAt
    let isOwn = version.fresh == held.fresh && version.fresh.rawValue & 1 == stampClock.nodeBit
    guard isOwn, version.changed == version.touched, end != 0, expiresAt > end, expiresAt - end <= 2 else {
      return expiresAt
    }
    return end
  }

  /// Whether the item was reserved for stamps that need as much space.
  func fits(_ reference: UInt32, for version: Version) -> Bool {
    let item = memory.item(reference)
    return item.state.isChained || item.extensionCount == version.extensionCount
  }

  private func resolve(
    _ reference: UInt32, _ slot: IndexSlot?, _ version: Version, _ hash: UInt64
  ) -> ApplyOutcome {
    if isFlushed(version) { return .ignoredOlder }
    guard let slot else { return resolveAbsent(version, hash) }
    let local = memory.item(slot.reference)
    if isOlder(local.version, than: version) { return .applied }
    if local.version != version { return .ignoredOlder }
    if local.state.isTombstone { return .conflict(applied: true) }
    let remote = memory.item(reference)
    let order = ItemValue(remote, memory).compare(with: ItemValue(local, memory))
    // Which lives longer does not count: what remains grows by what the wire takes, with each copy.
    if order != 0 { return .conflict(applied: order > 0) }
    if remote.clientFlags == local.clientFlags { return .ignoredOlder }
    return .conflict(applied: remote.clientFlags > local.clientFlags)
  }

  /// The order of states, as far as stamps decide it.
  package func isOlder(_ left: Version, than right: Version) -> Bool { rules.isOlder(left, than: right) }

  /// A value for a key that is not held here. What was here and is the peer's, newer than this, has found no memory
  /// either.
  func resolveAbsent(_ version: Version, _ hash: UInt64) -> ApplyOutcome {
    if isFlushed(version) { return .ignoredOlder }
    if tombstones.mayHavePurged(hash, version), rules.contains(.refusal) { return .refused }
    return isPeerOnly(hash, version) ? .outOfMemory : .applied
  }

  /// A delete, or the news that the peer has evicted what we may hold in an older state.
  package func applyDelete(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> ApplyOutcome {
    if version.touched > .greatest { return .ignoredOlder }
    stampClock.observe(version.touched)
    defer { if tombstoneLog.needsCleaning { trimTombstones(atMost: Self.maxTrimmed) } }
    index.lock(hash)
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let isLate = tombstones.mayHavePurged(hash, version) && rules.contains(.noLateTombstone)
      // One that is older than what was here and is the peer's would let in values that are.
      let isKeptOut = isFlushed(version) || isLate || isPeerOnly(hash, version)
      if !isKeptOut { _ = replaceWithTombstone(key, nil, hash, version) }
      index.unlock(hash)
      return isKeptOut ? .ignoredOlder : .applied
    }
    let item = memory.item(slot.reference)
    if !isOlder(item.version, than: version) {
      let conflict = item.version == version && !item.state.isTombstone
      index.unlock(hash)
      return conflict ? .conflict(applied: false) : .ignoredOlder
    }
    let freed = replaceWithTombstone(slot, hash, version)
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return .applied
  }

  /// The peer refused this record: if it still stands here, or what was derived from it since, that becomes a
  /// tombstone. It would be refused in turn, and what is derived faster than refusals come back would be refused for
  /// ever. Returns the version of what did.
  @discardableResult
  package func applyRefusal(_ key: Span<UInt8>, hash: UInt64, version: Version, now: UInt32) -> Version? {
    index.lock(hash)
    var freed: UInt32 = 0
    var removed: Version?
    if let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) {
      let item = memory.item(slot.reference)
      let isSame = rules.contains(.tombstoneByFresh) ? item.fresh == version.fresh : item.version == version
      if isSame, !item.state.isTombstone {
        let leavesTombstone = rules.contains(.refusedLeavesTombstone)
        removed = item.version
        freed = leavesTombstone ? replaceWithTombstone(slot, hash, item.version) : unlink(slot, hash) ?? 0
      }
    }
    index.unlock(hash)
    if freed != 0 { release(freed) }
    return removed
  }
}
