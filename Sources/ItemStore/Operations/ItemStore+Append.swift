/// append and prepend: the bytes that came are joined to a copy of the live item's, which takes its place.
extension ItemStore {
  /// Joins the pending bytes to a copy of the live item's and puts that in its place; begins anew if the item has
  /// changed meanwhile. The copying is done on a pinned item, without a lock.
  func extend(
    _ addition: consuming PendingItem, mode: StoreMode, hash: UInt64, at moment: Moment,
    journal: (any MutationJournal)?
  ) -> StoreOutcome {
    let outcome = join(addition.reference, mode: mode, hash: hash, at: moment, journal: journal)
    allocator.abandon(addition)
    return outcome
  }

  private func join(
    _ added: UInt32, mode: StoreMode, hash: UInt64, at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreOutcome {
    var isAppend = true
    if case .prepend = mode { isAppend = false }
    while true {
      let base: PinnedBase
      switch pinLive(sameKeyAs: added, hash, moment.seconds) {
      case .missing: return .notStored
      case .held: return .outOfMemory
      case .pinned(let found): base = found
      }
      let joined = join(base, added, isAppend, .none, moment.seconds)
      keyspace.unpin(base.reference)
      switch consume joined {
      case .tooLarge: return .tooLarge
      case .outOfMemory: return .outOfMemory
      case .pending(let joined):
        let outcome = put(joined, mode: mode, hash: hash, at: moment, journal: journal, replacing: base)
        if outcome != .exists { return outcome }
      }
    }
  }

  /// An item that is being extended: pinned, and what may change of a pinned item as it was when that was done.
  struct PinnedBase {
    let reference: UInt32
    let version: Version
    let cas: UInt64
    let valueCount: Int
    let clientFlags: UInt32
    let expiresAt: UInt32
  }

  enum Pinning {
    case pinned(PinnedBase)
    case missing
    /// By as many as can be counted.
    case held
  }

  func pinLive(sameKeyAs reference: UInt32, _ hash: UInt64, _ now: UInt32) -> Pinning {
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = keyspace.find(reference, hash), keyspace.isLive(slot, now) else { return .missing }
    let item = memory.item(slot.reference)
    if item.state.pins >= ItemState.maxPins { return .held }
    item.pin()
    return .pinned(
      PinnedBase(
        reference: slot.reference, version: item.version, cas: item.cas, valueCount: item.valueCount,
        clientFlags: item.clientFlags, expiresAt: item.expiresAt))
  }

  /// - Parameter marks: of what comes of it.
  func join(
    _ base: PinnedBase, _ added: UInt32, _ isAppend: Bool, _ marks: ItemMarks, _ now: UInt32
  ) -> Reservation {
    let more = memory.item(added).valueCount
    var joined: PendingItem
    switch allocator.reserve(
      ItemView(base.reference, in: memory).key, clientFlags: base.clientFlags, expiresAt: base.expiresAt,
      valueCount: base.valueCount + more, version: .derived, marks: marks, now: now)
    {
    case .tooLarge: return .tooLarge
    case .outOfMemory: return .outOfMemory
    case .pending(let pending): joined = pending
    }
    let held = ItemValue(memory.item(base.reference), memory, count: base.valueCount)
    let addition = ItemValue(memory.item(added), memory)
    let parts = isAppend ? (held, addition) : (addition, held)
    let isWhole = allocator.copy(parts.0, to: &joined, now) && allocator.copy(parts.1, to: &joined, now)
    if isWhole { return .pending(joined) }
    allocator.abandon(joined)
    return .outOfMemory
  }
}
