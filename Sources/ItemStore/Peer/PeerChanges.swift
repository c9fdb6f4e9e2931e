/// What comes from the peer: states with their stamps, of which the greater wins (`Version`; docs/spec/README.md,
/// "States").
///
/// Applying is commutative, associative and idempotent, so order, repeats and crossing writes cannot make the two
/// differ. Nothing here is told to a journal: what came from the peer does not go back to it.
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
  func apply(
    _ key: Span<UInt8>, hash: UInt64, version: Version, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    now: UInt32
  ) -> ApplyOutcome {
    let atOnce = applyAtOnce(
      key, hash: hash, version: version, clientFlags: clientFlags, expiresAt: expiresAt, value: value, now: now)
    if let atOnce { return atOnce }
    let reservation = allocator.reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count, version: version, now: now)
    if case .pending(var pending) = consume reservation {
      if allocator.write(value, to: &pending, now: now) {
        return apply(pending, hash: hash, version: version, now: now)
      }
      allocator.abandon(pending)
    }
    return applyOutOfMemory(key, hash: hash, version: version, now: now)
  }

  /// A record whose value was received piece by piece, into an item that was reserved for stamps such as these.
  func apply(
    _ pending: consuming PendingItem, hash: UInt64, version: Version, now: UInt32
  ) -> ApplyOutcome {
    let reference = pending.reference
    guard pending.isComplete, version.touched <= .greatest, keyspace.fits(reference, for: version) else {
      allocator.abandon(pending)
      return .ignoredOlder
    }
    stampClock.observe(version.touched)
    memory.item(reference).setVersion(version)
    index.lock(hash)
    let slot = keyspace.find(reference, hash)
    let resolution = resolve(reference, slot, version, hash)
    guard resolution == .applied || resolution == .conflict(applied: true) else {
      index.unlock(hash)
      allocator.abandon(pending)
      return resolution
    }
    if let slot {
      let item = memory.item(reference)
      let expiresAt = expiry(item.expiresAt, version, over: memory.item(slot.reference))
      if expiresAt != item.expiresAt { keyspace.setExpiry(expiresAt, of: reference) }
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
    _ key: Span<UInt8>, hash: UInt64, version: Version, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    now: UInt32
  ) -> ApplyOutcome? {
    if value.count > Self.maxCopied || version.touched > .greatest { return nil }
    stampClock.observe(version.touched)
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else {
      let resolution = resolveAbsent(version, hash)
      if resolution != .applied { return resolution }
      return applyNew(key, hash, version, clientFlags, expiresAt, value, now)
    }
    let item = memory.item(slot.reference)
    let held = item.version
    if isOlder(version, than: held) || keyspace.isFlushed(version) { return .ignoredOlder }
    guard held != version, keyspace.fits(item, for: value.count, clientFlags, version.extensionCount) else {
      return nil
    }
    keyspace.setExpiry(expiry(expiresAt, version, over: item), of: slot.reference)
    keyspace.overwrite(value, clientFlags, version, into: item, hash)
    return .applied
  }

  private func applyNew(
    _ key: Span<UInt8>, _ hash: UInt64, _ version: Version, _ clientFlags: UInt32, _ expiresAt: UInt32,
    _ value: Span<UInt8>, _ now: UInt32
  ) -> ApplyOutcome? {
    let reservation = allocator.reserve(
      key, clientFlags: clientFlags, expiresAt: expiresAt, valueCount: value.count, version: version, effort: .once,
      now: now)
    guard case .pending(var pending) = consume reservation else { return nil }
    if allocator.write(value, to: &pending, effort: .once, now: now) {
      memory.item(pending.reference).setVersion(version)
      if keyspace.link(pending.reference, in: nil, hash).isDone { return .applied }
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
