import Platform

extension ItemStore {
  /// Hands the live item under `key` to `body`, under the stripe's lock: copy, or `pin`, and be quick.
  ///
  /// Counts as a hit for eviction. A dead item is removed on the way. Inlined, so that the body is no closure: its call
  /// would cost a fifth of the lookup.
  @discardableResult @inlinable @inline(__always)
  package func view(
    _ key: Span<UInt8>, hash: UInt64, now: UInt32, _ body: (borrowing ItemView) -> Void
  ) -> Lookup {
    let found = findLocked(key, hash, now)
    guard let raw = unsafe found.raw else { return found.lookup }
    unsafe body(ItemView(raw, found.reference, in: memory))
    unsafe found.stripe.pointee.lock.unlock()
    return .hit
  }

  /// Finds the live item under `key`, and leaves its stripe's lock taken.
  @usableFromInline func findLocked(_ key: Span<UInt8>, _ hash: UInt64, _ now: UInt32) -> FoundItem {
    index.lock(hash)
    guard let reference = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash)?.reference }) else {
      observeMiss(hash)
      return unsafe FoundItem(.miss, in: index.stripe(hash))
    }
    let item = index.memory.item(reference)
    let state = item.state
    if keyspace.isDead(item, now) || state.isTombstone {
      return unsafe FoundItem(reapExpired(key, hash), in: index.stripe(hash))
    }
    item.noteUse(of: state)
    return unsafe FoundItem(item, reference, in: index.stripe(hash))
  }

  /// Releases the stripe's lock, and records if what was asked for had been evicted not long ago.
  @inline(never)
  func observeMiss(_ hash: UInt64) {
    let ghost = index.observeMiss(hash)
    index.unlock(hash)
    if let ghost { keyspace.recordRefault(ghost) }
  }

  /// Whatever is held under `key`, dead or a tombstone, for the peer's sake; false where nothing is. No hit is counted.
  @discardableResult
  package func viewAny(_ key: Span<UInt8>, hash: UInt64, _ body: (borrowing ItemView) -> Void) -> Bool {
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else { return false }
    body(ItemView(slot.reference, in: memory))
    return true
  }

  /// The live item under `key` as it is: no use of it is counted, and nothing changes. False where there is none.
  @discardableResult
  package func peek(_ key: Span<UInt8>, hash: UInt64, now: UInt32, _ body: (borrowing ItemView) -> Void) -> Bool {
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }), keyspace.isLive(slot, now) else {
      return false
    }
    body(ItemView(slot.reference, in: memory))
    return true
  }

  /// Brings the index lines of keys that will be asked for into the cache, then their items: the misses of many
  /// overlap, where a lookup would wait for one after the other. Worth its instructions where several keys are asked
  /// for.
  package func prefetch(_ hashes: Span<UInt64>) {
    for number in hashes.indices { index.prefetch(hashes[number]) }
    for number in hashes.indices { index.prefetchItem(hashes[number]) }
  }

  /// Removes a dead item that a lookup met, unless it is a tombstone, and releases the stripe's lock. It counts among
  /// the lookups that found it dead, and as memcached has it not among the reclaimed.
  @inline(never)
  func reapExpired(_ key: Span<UInt8>, _ hash: UInt64) -> Lookup {
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }),
      !memory.item(slot.reference).state.isTombstone
    else {
      index.unlock(hash)
      return .miss
    }
    let item = memory.item(slot.reference)
    let lookup: Lookup = keyspace.isFlushed(item) ? .flushed : .expired
    let removed = keyspace.removeDead(slot, hash)
    index.unlock(hash)
    if let removed { keyspace.release(removed) }
    return lookup
  }

  // MARK: Pinning

  /// Keeps a viewed item's chunks as they are until `unpin`, so that its value can be sent without a lock.
  ///
  /// Returns nil where too many hold it already. To be called by the body of a view.
  ///
  /// - Parameter isBrief: taken by the many, who let go soon: they leave space for those who hold it long.
  package func pin(_ view: borrowing ItemView, isBrief: Bool = false) -> PinnedItem? {
    let item = memory.item(view.reference)
    if item.state.pins >= (isBrief ? ItemState.maxBriefSenders : ItemState.maxSenders) { return nil }
    item.pin()
    return PinnedItem(reference: view.reference, valueCount: item.valueCount)
  }

  /// What `pin` returns, for whoever has pinned the item before.
  package func pinned(_ view: borrowing ItemView) -> PinnedItem {
    PinnedItem(reference: view.reference, valueCount: view.valueCount)
  }

  package func unpin(_ pinned: PinnedItem) { keyspace.unpin(pinned.reference) }

  /// The value's bytes from `offset`, which lies in it, to the end of the chunk that holds them.
  @_lifetime(borrow self)
  package func piece(of pinned: PinnedItem, at offset: Int) -> Span<UInt8> {
    let bytes = unsafe ItemValue(memory.item(pinned.reference), memory, count: pinned.valueCount).run(at: offset)
    return unsafe _overrideLifetime(Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)), borrowing: self)
  }

  /// The value's bytes from `offset` on, in order; the body returns whether it wants more.
  package func forEachPiece(of pinned: PinnedItem, from offset: Int, _ body: (Span<UInt8>) -> Bool) {
    let value = ItemValue(memory.item(pinned.reference), memory, count: pinned.valueCount)
    unsafe value.forEachPiece(from: offset) { unsafe body(Span(_unsafeElements: $0.bindMemory(to: UInt8.self))) }
  }
}

/// A value that is being sent. Whoever has it owes the store an `unpin`.
package struct PinnedItem: Sendable, Hashable {
  let reference: UInt32
  package let valueCount: Int
}

/// What a lookup came to: an item whose stripe is locked, or why there is none, and then nothing is locked.
///
/// A few words that fit in registers. `ItemStore.view` alone makes use of it, and releases the lock.
@safe @usableFromInline struct FoundItem {
  @usableFromInline let stripe: UnsafeMutablePointer<IndexStripe>
  /// The item; nil where there is none.
  @usableFromInline let raw: UnsafeMutableRawPointer?
  @usableFromInline let reference: UInt32
  @usableFromInline let lookup: Lookup

  @inline(__always) init(_ lookup: Lookup, in stripe: UnsafeMutablePointer<IndexStripe>) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = nil
    reference = 0
    self.lookup = lookup
  }

  @inline(__always) init(
    _ item: ItemPointer, _ reference: UInt32, in stripe: UnsafeMutablePointer<IndexStripe>
  ) {
    unsafe self.stripe = unsafe stripe
    unsafe raw = item.raw
    self.reference = reference
    lookup = .hit
  }
}
