import Platform

/// mg: an item and what it was before, and what the command changes of it.
///
/// A get without options is a lookup, and costs what one costs. It changes something only where it finds an item
/// that is stale and that nobody has been told to fetch anew: then its client is.
///
/// For the pair a win is a touch: the value stays as it is, and of two who win on the two sides before they know of each
/// other the later one's state stays. What is vivified is set.
extension ItemStore {
  /// Hands the live item under `key` to `body`, under the stripe's lock: copy, or `pin`, and be quick.
  ///
  /// - Parameter leavesUse: this is no use of the item.
  @discardableResult @inlinable @inline(__always)
  package func metaView(
    _ key: Span<UInt8>, hash: UInt64, leavesUse: Bool = false, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView, MetaFound) -> Void
  ) -> Lookup {
    let found = findForMeta(key, hash, moment.seconds, leavesUse: leavesUse)
    guard let raw = unsafe found.raw else { return found.lookup }
    if found.isToWin {
      unsafe found.stripe.pointee.lock.unlock()
      return metaGet(key, hash: hash, MetaGetOptions(leavesUse: leavesUse), at: moment, journal: journal, body)
    }
    let view = unsafe ItemView(raw, found.reference, in: memory)
    body(view, MetaFound(found, expiredAt: view.expiresAt))
    unsafe found.stripe.pointee.lock.unlock()
    return .hit
  }

  /// Finds the live item under `key`, and leaves its stripe's lock taken.
  @usableFromInline func findForMeta(
    _ key: Span<UInt8>, _ hash: UInt64, _ now: UInt32, leavesUse: Bool
  ) -> FoundForMeta {
    index.lock(hash)
    guard let reference = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash)?.reference }) else {
      observeMiss(hash)
      return unsafe FoundForMeta(.miss, in: index.stripe(hash))
    }
    let item = index.memory.item(reference)
    let state = item.state
    if keyspace.isDead(item, now) || state.isTombstone {
      return unsafe FoundForMeta(reapExpired(key, hash), in: index.stripe(hash))
    }
    let marks = item.marks.bits
    if !leavesUse, marks & ItemMarks.winBits != ItemMarks.staleBit { item.noteUse(of: state) }
    return unsafe FoundForMeta(item, reference, state, marks, in: index.stripe(hash))
  }

  /// The same for a get that may change the item.
  ///
  /// Where there is no memory for what it would note, nobody wins, nothing is vivified, and a touch is a miss, as ever.
  @discardableResult @usableFromInline
  package func metaGet(
    _ key: Span<UInt8>, hash: UInt64, _ options: MetaGetOptions, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView, MetaFound) -> Void
  ) -> Lookup {
    keyspace.mutate(key, hash, journal) { slot, replaced in
      guard let slot, keyspace.isLive(slot, moment.seconds) else {
        return vivify(key, hash, slot, options, moment, journal, &replaced, body)
      }
      let item = memory.item(slot.reference)
      let marks = item.marks
      let (expiredAt, state) = (item.expiresAt, item.state)
      var hasWon = wins(item, marks, options)
      var reference = slot.reference
      if hasWon || options.expiresAt != nil {
        reference = note(hasWon ? marks.winSent : marks, slot, hash, options, moment, journal, &replaced)
        if reference == 0, options.expiresAt != nil { return .miss }
        if reference == 0 { (reference, hasWon) = (slot.reference, false) }
      }
      body(
        ItemView(reference, in: memory),
        MetaFound(expiredAt: expiredAt, state: state, marks: marks.bits, hasWon: hasWon))
      if !options.leavesUse { memory.item(reference).noteUse() }
      return .hit
    }
  }

  // MARK: Under the stripe's lock

  private func wins(_ item: ItemPointer, _ marks: ItemMarks, _ options: MetaGetOptions) -> Bool {
    if marks.isWinSent { return false }
    if marks.isStale { return true }
    guard let limit = options.recachesBefore else { return false }
    let expiresAt = options.touchesFirst ? options.expiresAt ?? item.expiresAt : item.expiresAt
    return expiresAt != 0 && expiresAt < limit
  }

  /// Gives the item its marks and its new expiry, if it gets one; 0 without memory.
  private func note(
    _ marks: ItemMarks, _ slot: IndexSlot, _ hash: UInt64, _ options: MetaGetOptions, _ moment: Moment,
    _ journal: (any MutationJournal)?, _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let version = memory.item(slot.reference).version
    let stamp = stampClock.next(unixMicroseconds: moment.unixMicroseconds)
    let reference = restate(slot, hash, version.touched(at: stamp), marks, moment.seconds, &replaced)
    if reference == 0 { return 0 }
    if let expiresAt = options.expiresAt { keyspace.setExpiry(expiresAt, of: reference) }
    journal?.record(ItemView(reference, in: memory))
    return reference
  }

  private func vivify(
    _ key: Span<UInt8>, _ hash: UInt64, _ slot: IndexSlot?, _ options: MetaGetOptions, _ moment: Moment,
    _ journal: (any MutationJournal)?, _ replaced: inout OwnedChunk?, _ body: (borrowing ItemView, MetaFound) -> Void
  ) -> Lookup {
    guard let expiresAt = options.vivifiesUntil else { return miss(slot, hash, &replaced) }
    let marks = ItemMarks(isWinSent: true, explicitCAS: options.explicitCAS)
    let reference = linkNew(
      key, hash, slot, valueCount: 0, expiresAt: expiresAt, marks: marks, moment, &replaced)
    if reference == 0 { return .miss }
    let view = ItemView(reference, in: memory)
    journal?.record(view)
    body(view, MetaFound(expiredAt: 0, state: ItemState(bits: 0), marks: 0, isCreated: true, hasWon: true))
    if !options.leavesUse { memory.item(reference).noteUse() }
    return .hit
  }

  private func miss(_ slot: IndexSlot?, _ hash: UInt64, _ replaced: inout OwnedChunk?) -> Lookup {
    guard let slot else {
      if let ghost = index.observeMiss(hash) { keyspace.recordRefault(ghost) }
      return .miss
    }
    let item = memory.item(slot.reference)
    if item.state.isTombstone { return .miss }
    let lookup: Lookup = keyspace.isFlushed(item) ? .flushed : .expired
    replaced = keyspace.removeDead(slot, hash)
    return lookup
  }

  // MARK: Last access

  /// `l`: seconds since the item was last accessed, before the command that found it: exact where nobody has read it,
  /// else no more than they are, by `AccessAges`.
  package func secondsSinceAccess(_ item: borrowing ItemView, _ found: MetaFound, at moment: Moment) -> UInt32 {
    found.isCreated ? 0 : accessAges.seconds(found.state, changed: item.changed, at: moment)
  }

  /// The same of an item that a command looks at without using it.
  package func secondsSinceAccess(_ item: borrowing ItemView, at moment: Moment) -> UInt32 {
    accessAges.seconds(item.state, changed: item.changed, at: moment)
  }
}

/// What a look for a meta get came to; see `FoundItem`.
@safe @usableFromInline struct FoundForMeta {
  @usableFromInline let stripe: UnsafeMutablePointer<IndexStripe>
  /// The item; nil where there is none.
  @usableFromInline let raw: UnsafeMutableRawPointer?
  @usableFromInline let reference: UInt32
  /// Before this use of it.
  let state: ItemState
  @usableFromInline let lookup: Lookup
  let marks: UInt8

  /// It is stale, and nobody has been told.
  @usableFromInline var isToWin: Bool { marks & ItemMarks.winBits == ItemMarks.staleBit }

  @inline(__always) init(_ lookup: Lookup, in stripe: UnsafeMutablePointer<IndexStripe>) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = nil
    reference = 0
    state = ItemState(bits: 0)
    self.lookup = lookup
    marks = 0
  }

  @inline(__always) init(
    _ item: ItemPointer, _ reference: UInt32, _ state: ItemState, _ marks: UInt8,
    in stripe: UnsafeMutablePointer<IndexStripe>
  ) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = item.raw
    self.reference = reference
    self.state = state
    lookup = .hit
    self.marks = marks
  }
}
