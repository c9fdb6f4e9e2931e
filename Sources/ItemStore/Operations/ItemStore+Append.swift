/// append and prepend: the bytes that came are joined to a copy of the live item's, which takes its place.
extension ItemStore {
  /// Joins the pending bytes to a copy of the live item's and puts that in its place; begins anew if the item has
  /// changed meanwhile. The copying is done on a pinned item, without a lock.
  func extend(
    _ addition: consuming PendingItem, mode: StoreMode, hash: UInt64, at moment: Moment,
    journal: (any MutationJournal)?
  ) -> StoreOutcome {
    let added = addition.reference
    var isAppend = true
    if case .prepend = mode { isAppend = false }
    defer { discard(added) }
    while true {
      let base: PinnedBase
      switch pinLive(sameKeyAs: added, hash, moment.seconds) {
      case .missing: return .notStored
      case .held: return .outOfMemory
      case .pinned(let found): base = found
      }
      let joined = join(base, added, isAppend, moment.seconds)
      discard(base.reference)
      if joined.reference == 0 { return joined.tooLarge ? .tooLarge : .outOfMemory }
      let outcome = put(
        joined.reference, mode: mode, hash: hash, at: moment, journal: journal, replacing: base)
      if outcome != .exists { return outcome }
    }
  }

  /// An item that is being extended: pinned, and what may change of a pinned item as it was when that was done.
  struct PinnedBase {
    let reference: UInt32
    let version: Version
    let valueCount: Int
    let clientFlags: UInt32
    let expiresAt: UInt32
  }

  private enum Pinning {
    case pinned(PinnedBase)
    case missing
    /// By as many as can be counted.
    case held
  }

  private func pinLive(sameKeyAs reference: UInt32, _ hash: UInt64, _ now: UInt32) -> Pinning {
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = find(reference, hash), isLive(slot, now) else { return .missing }
    let item = memory.item(slot.reference)
    if item.state.pins >= ItemState.maxPins { return .held }
    item.pin()
    return .pinned(
      PinnedBase(
        reference: slot.reference, version: item.version, valueCount: item.valueCount,
        clientFlags: item.clientFlags, expiresAt: item.expiresAt))
  }

  private func join(
    _ base: PinnedBase, _ added: UInt32, _ isAppend: Bool, _ now: UInt32
  ) -> (reference: UInt32, tooLarge: Bool) {
    let more = memory.item(added).valueCount
    let key = ItemView(base.reference, in: memory)
    switch reserve(
      key.key, clientFlags: base.clientFlags, expiresAt: base.expiresAt, valueCount: base.valueCount + more,
      version: .derived, now: now)
    {
    case .tooLarge: return (0, true)
    case .outOfMemory: return (0, false)
    case .pending(var joined):
      let held = ItemValue(memory.item(base.reference), memory, count: base.valueCount)
      let addition = ItemValue(memory.item(added), memory)
      let parts = isAppend ? (held, addition) : (addition, held)
      let whole = copy(parts.0, to: &joined, now) && copy(parts.1, to: &joined, now)
      let reference = joined.reference
      if whole { return (reference, false) }
      abandon(joined)
      return (0, false)
    }
  }

  /// - Parameter mayCompact: see `allocate`.
  func copy(_ source: ItemValue, to target: inout PendingItem, mayCompact: Bool = true, _ now: UInt32) -> Bool {
    var whole = true
    unsafe source.forEachPiece(from: 0) {
      whole = unsafe write($0, to: &target, mayCompact: mayCompact, now: now)
      return whole
    }
    return whole
  }
}
