/// Storage commands: an item that was filled beside the index is put into it, if the command's condition holds.
extension ItemStore {
  /// Ends a pending item: linked under its key, or abandoned.
  ///
  /// - Parameter hash: of the key it was reserved with.
  package func commit(
    _ pending: consuming PendingItem, mode: StoreMode, hash: UInt64, at moment: Moment,
    journal: (any MutationJournal)?
  ) -> StoreOutcome {
    guard pending.isComplete, mode.extends || fits(pending.reference, for: mode.isDerived ? .derived : .zero) else {
      abandon(pending)
      return .outOfMemory
    }
    if mode.extends { return extend(pending, mode: mode, hash: hash, at: moment, journal: journal) }
    return put(pending.reference, mode: mode, hash: hash, at: moment, journal: journal)
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
    _ reference: UInt32, mode: StoreMode, hash: UInt64, at moment: Moment, journal: (any MutationJournal)?,
    replacing expected: PinnedBase? = nil
  ) -> StoreOutcome {
    journal?.willMutate()
    index.lock(hash)
    let slot = find(reference, hash)
    if let refusal = refusal(mode, slot, expected, moment.seconds) {
      index.unlock(hash)
      journal?.didMutate()
      discard(reference)
      return refusal
    }
    if let slot, !memory.item(slot.reference).state.isTombstone, isDead(memory.item(slot.reference), moment.seconds) {
      countReplacedDead(memory.item(slot.reference))
    }
    let base = version(of: slot)
    let stamp = stampClock.next(after: base.touched, unixMicroseconds: moment.unixMicroseconds)
    memory.item(reference).setVersion(mode.isDerived ? base.changed(at: stamp) : Version(stamp))
    let linked = link(reference, in: slot, hash)
    if linked.done { journal?.record(ItemView(reference, in: memory)) }
    index.unlock(hash)
    journal?.didMutate()
    if linked.freed != 0 { release(linked.freed) }
    if linked.done { return .stored(stamp) }
    discard(reference)
    return .outOfMemory
  }

  // MARK: Under the stripe's lock

  /// The slot of the key that the chunk at `reference` bears.
  func find(_ reference: UInt32, _ hash: UInt64) -> IndexSlot? {
    unsafe index.find(memory.item(reference).keyBytes, hash)
  }

  func version(of slot: IndexSlot?) -> Version {
    guard let slot else { return .zero }
    return memory.item(slot.reference).version
  }

  func hasUnique(_ slot: IndexSlot, _ unique: Stamp) -> Bool { memory.item(slot.reference).changed == unique }

  func isLive(_ slot: IndexSlot, _ now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    return !item.state.isTombstone && !isDead(item, now)
  }

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
    let live = slot.map { isLive($0, now) } ?? false
    switch mode {
    case .set: return nil
    case .add:
      if let slot, live { memory.item(slot.reference).noteUse() }
      return live ? .notStored : nil
    case .replace: return live ? nil : .notStored
    case .compareAndSwap(let unique):
      guard let slot, live else { return .notFound }
      return hasUnique(slot, unique) ? nil : .exists
    case .append, .prepend:
      // A newer state than the one extended: the caller begins anew.
      guard let slot, live, let expected else { return .notStored }
      return slot.reference == expected.reference && version(of: slot) == expected.version ? nil : .exists
    }
  }

  /// Puts a filled chunk into the index, in the slot's place if there is one; ends its author's pin.
  ///
  /// `freed` is a chunk that has become the caller's to release; not `done` is an index without space.
  func link(_ reference: UInt32, in slot: IndexSlot?, _ hash: UInt64) -> (done: Bool, freed: UInt32) {
    let item = memory.item(reference)
    let kept = item.state.bits & ~(ItemState.onePin | ItemState.useMask)
    guard let slot else {
      item.setState(kept | ItemState.linked)
      switch index.insert(reference, hash) {
      case .added: break
      case .returned(let ghost): noteReturn(reference, ghost)
      case .asked: item.setUsed()
      case .refused:
        item.setState(kept | ItemState.onePin)
        return (false, 0)
      }
      index.count(hash, items: item.state.isTombstone ? 0 : 1, bytes: item.state.isTombstone ? 0 : liveBytes(item))
      return (true, 0)
    }
    let old = memory.item(slot.reference)
    let wasTombstone = old.state.isTombstone
    // Written again is used.
    item.setState(kept | ItemState.linked | min(old.state.use + 1, ItemState.maxUse))
    index.replace(slot, with: reference)
    let isTombstone = item.state.isTombstone
    index.count(
      hash, items: (isTombstone ? 0 : 1) - (wasTombstone ? 0 : 1),
      bytes: (isTombstone ? 0 : liveBytes(item)) - (wasTombstone ? 0 : liveBytes(old)))
    return (true, unlinked(slot.reference))
  }

  /// It was evicted not long ago. A chained item may have lacked its last piece as well as the others.
  private func noteReturn(_ reference: UInt32, _ ghost: Ghost) {
    let item = memory.item(reference)
    if !ghost.isSeen { recordRefault(ghost) }
    if ghost.isSeen, !ghost.wasNewcomer { item.setUsed() }
    if !item.state.isChained {
      if ghost.wasNewcomer { slabs.endProbation(reference, item.slabClass) }
      return
    }
    let last = memory.item(item.piece(item.pieceCount - 1)).slabClass
    if last != homeClass(item) { slabs.countRefault(last) }
    if ghost.wasNewcomer { item.setUsed() }
  }
}
