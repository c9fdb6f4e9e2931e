/// What comes from the peer: states with their stamps, of which the greater wins (`Version`; docs/spec/README.md,
/// "States").
///
/// There is no change here of the kinds that clients ask for: an `append`, an `incr` or a `cas` comes as the whole value that
/// it made, with stamps that say what it was made from.
///
/// Applying is commutative, associative and idempotent, so order, repeats and crossing writes cannot make the two
/// differ. Nothing here is told to a journal: what came from the peer does not go back to it.
///
/// **Memory.** What comes evicts nothing that is younger than it: where that would be next, it finds no memory, and is the
/// peer's alone (`PeerOnlyStates`).
///
/// **Locks.** Each change takes its key's stripe's lock, and is one hold of it where its value is at hand and short.
final class PeerChanges: Sendable {
  let keyspace: Keyspace
  let index: ItemIndex
  let memory: ChunkMemory
  let tombstones: TombstoneLedger
  let stampClock: StampClock
  private let allocator: ItemAllocator
  let purger: TombstonePurger

  init(_ keyspace: Keyspace, _ allocator: ItemAllocator, _ purger: TombstonePurger) {
    self.keyspace = keyspace
    index = keyspace.index
    memory = keyspace.memory
    tombstones = keyspace.tombstones
    stampClock = keyspace.stampClock
    self.allocator = allocator
    self.purger = purger
  }

  var rules: PairRules { tombstones.rules }

  /// A record whose value is at hand: stored under one hold of the stripe's lock where that can be, or else reserved
  /// and written first.
  func apply(_ key: Span<UInt8>, _ record: PeerRecord, value: Span<UInt8>) -> ApplyOutcome {
    if let outcome = applyAtOnce(key, record, value) { return outcome }
    let (hash, version, now) = (record.hash, record.version, record.now)
    if let outcome = outcomeWithoutValue(key, hash: hash, version) { return outcome }
    if case .pending(var pending) = reserve(key, record, valueCount: value.count, effort: .full) {
      if allocator.write(value, to: &pending, now: now) {
        return apply(pending, hash: hash, version: version, marks: record.marks)
      }
      allocator.abandon(pending)
    }
    return applyOutOfMemory(key, hash: hash, version: version)
  }

  /// Up to which stamp there may be evicted for a state. The sender holds it: where something younger would go for it,
  /// it stays there alone. Or a copy of what is old would push out what was written here while the two were apart, and
  /// has not been sent yet.
  func evictsUpTo(_ version: Version) -> Stamp { rules.contains(.olderYields) ? version.touched : .greatest }

  private func reserve(
    _ key: Span<UInt8>, _ record: PeerRecord, valueCount: Int, effort: ItemAllocator.Effort
  ) -> Reservation {
    allocator.reserve(
      key, clientFlags: record.clientFlags, expiresAt: record.expiresAt, valueCount: valueCount,
      version: record.version, marks: record.marks, evictsUpTo: evictsUpTo(record.version), effort: effort,
      now: record.now)
  }

  /// A record whose value was received piece by piece, into an item that was reserved for stamps such as these.
  func apply(
    _ pending: consuming PendingItem, hash: UInt64, version: Version, marks: ItemMarks
  ) -> ApplyOutcome {
    let reference = pending.reference
    guard pending.isComplete, version.touched <= .greatest, keyspace.fits(reference, for: version, marks) else {
      allocator.abandon(pending)
      return .ignoredOlder
    }
    stampClock.observe(version.touched)
    memory.item(reference).setVersion(version, marks)
    index.lock(hash)
    let slot = keyspace.find(reference, hash)
    let resolution = resolve(reference, slot, version, hash)
    guard resolution.isStored else {
      index.unlock(hash)
      allocator.abandon(pending)
      return resolution
    }
    if let slot {
      let item = memory.item(reference)
      let held = memory.item(slot.reference)
      let expiresAt = expiry(item.expiresAt, version, over: held)
      if expiresAt != item.expiresAt { keyspace.setExpiry(expiresAt, of: reference) }
      // The value is the one that was read here.
      if held.changed == version.changed, !held.state.isTombstone { item.insert(held.state.access) }
    }
    let linked = keyspace.link(reference, in: slot, hash)
    if !linked.isDone { tombstones.notePeerOnly(hash, version) }
    index.unlock(hash)
    if !linked.isDone {
      allocator.abandon(pending)
      return .outOfMemory
    }
    if let replaced = linked.replaced { keyspace.release(replaced) }
    return resolution
  }

  // MARK: Values at hand

  /// What is copied while a lock is held.
  private static let maxCopied = ItemStore.maxCopied

  /// All under one hold of the stripe's lock, so the key is looked up once. Nil where a chunk is not soon found, or
  /// where the stamps are equal, which is seldom; what is not stored at all is judged without one.
  private func applyAtOnce(
    _ key: Span<UInt8>, _ record: PeerRecord, _ value: Span<UInt8>
  ) -> ApplyOutcome? {
    let (hash, version) = (record.hash, record.version)
    if value.count > Self.maxCopied || version.touched > .greatest { return nil }
    stampClock.observe(version.touched)
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let resolution = resolveAbsent(version, hash)
      if resolution != .applied { return resolution }
      return applyNew(key, record, value)
    }
    let item = memory.item(slot.reference)
    let held = item.version
    if isOlder(version, than: held) { return ignored(version, for: held) }
    if keyspace.isFlushed(version) || held == version && isSame(item, record, value) { return .ignoredOlder }
    let extensionCount = version.extensionCount(with: record.marks)
    guard held != version, keyspace.fits(item, for: value.count, record.clientFlags, extensionCount) else {
      return nil
    }
    let access = held.changed == version.changed ? item.state.access : 0
    keyspace.setExpiry(expiry(record.expiresAt, version, over: item), of: slot.reference)
    keyspace.overwrite(value, record.clientFlags, version, record.marks, into: item, hash)
    // The value is the one that was read here.
    if access != 0 { item.insert(access) }
    return stored(version, over: held)
  }

  private func applyNew(
    _ key: Span<UInt8>, _ record: PeerRecord, _ value: Span<UInt8>
  ) -> ApplyOutcome? {
    guard case .pending(var pending) = reserve(key, record, valueCount: value.count, effort: .once) else { return nil }
    if allocator.write(value, to: &pending, effort: .once, now: record.now) {
      memory.item(pending.reference).setVersion(record.version, record.marks)
      if keyspace.link(pending.reference, in: nil, record.hash).isDone { return .applied }
    }
    allocator.abandon(pending)
    return nil
  }

  // MARK: Which state wins; under the stripe's lock

  private func resolve(
    _ reference: UInt32, _ slot: IndexSlot?, _ version: Version, _ hash: UInt64
  ) -> ApplyOutcome {
    if keyspace.isFlushed(version) { return .ignoredOlder }
    guard let slot else { return resolveAbsent(version, hash) }
    let local = memory.item(slot.reference)
    if isOlder(local.version, than: version) { return stored(version, over: local.version) }
    if local.version != version { return ignored(version, for: local.version) }
    if local.state.isTombstone { return .conflict(applied: true) }
    let remote = memory.item(reference)
    let order = ItemValue(remote, memory).compare(with: ItemValue(local, memory))
    // Which lives longer does not count: what remains grows by what the wire takes, with each copy.
    if order != 0 { return .conflict(applied: order > 0) }
    if remote.clientFlags != local.clientFlags {
      return .conflict(applied: remote.clientFlags > local.clientFlags)
    }
    return remote.marks == local.marks ? .ignoredOlder : .conflict(applied: remote.marks > local.marks)
  }

  /// Why a state that is held stays, where an older one comes. The node's bit of a stamp tells on which side it was given:
  /// what was written here had to do without what the peer wrote, for that comes only now. What has the same value, and
  /// was only touched, has overtaken nothing.
  func ignored(_ version: Version, for held: Version) -> ApplyOutcome {
    let isSameBase = held.fresh == version.fresh
    if isSameBase, held.changed == version.changed { return .ignoredOlder }
    guard isLocal(isSameBase ? held.changed : held.fresh), !isLocal(version.changed) else { return .ignoredOlder }
    return isSameBase ? .overtakenDerived : .overtaken
  }

  /// How a state is stored that takes the place of an older one. Of what has the same base it cannot be said who knew.
  func stored(_ version: Version, over held: Version) -> ApplyOutcome {
    let isUnaware = held.fresh != version.fresh && isLocal(held.fresh) && !isLocal(version.fresh)
    return isUnaware ? .overtook(held) : .applied
  }

  private func isLocal(_ stamp: Stamp) -> Bool { stamp.rawValue & 1 == stampClock.nodeBit }

  /// The order of states, as far as stamps decide it.
  func isOlder(_ left: Version, than right: Version) -> Bool { rules.isOlder(left, than: right) }

  /// A value for a key that is not held here. What was here and is the peer's, newer than this, has found no memory
  /// either.
  func resolveAbsent(_ version: Version, _ hash: UInt64) -> ApplyOutcome {
    if keyspace.isFlushed(version) { return .ignoredOlder }
    if tombstones.mayHavePurged(hash, version), rules.contains(.refusal) { return .refused }
    return isPeerOnly(hash, version) ? .outOfMemory : .applied
  }

  /// Whether a newer state of a key that is not held is the peer's. What comes then is not held either.
  func isPeerOnly(_ hash: UInt64, _ version: Version) -> Bool {
    guard tombstones.isPeerOnly(hash, version) else { return false }
    tombstones.notePeerOnly(hash, version)
    return true
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
}

/// What the peer says of an item, besides its key and value.
struct PeerRecord {
  let hash: UInt64
  let version: Version
  let marks: ItemMarks
  let clientFlags: UInt32
  let expiresAt: UInt32
  let now: UInt32
}
