/// Is told of every mutation that a client makes, in the order of the stamps of each key: the replication's way in.
///
/// A mutating thread has a journal of its own. It calls `willMutate`, then takes the stamp and changes the item under
/// the key's stripe lock, calls `record` under that same lock, and `didMutate` after it. So whoever sees the thread
/// outside of `willMutate … didMutate` after a `StampClock.fence` knows that all its records up to the fence have been
/// made.
@usableFromInline package protocol MutationJournal: AnyObject, Sendable {
  func willMutate()
  /// A new state of an item, or its tombstone. Called under a spin lock: must be as short as a copy of the value, and
  /// must not call the store.
  func record(_ item: borrowing ItemView)
  /// What a flush that was just asked for has led to; `issued` is its stamp.
  func recordFlush(_ state: FlushState)
  func didMutate()
}

/// A client's change of what stands under a key: all of them come by here.
extension Keyspace {
  /// Tells the journal that a change begins, takes the stripe's lock, looks the key up, has the body change what stands
  /// there, lets the lock go, tells the journal, and frees what was replaced.
  ///
  /// Between the two calls to the journal the body takes the stamp and records the change, so whoever sees the thread
  /// outside of them after a fence of the stamp clock knows that it has recorded all that was stamped before
  /// (`MutationJournal`). Inlined, so that the body is no closure.
  ///
  /// - Parameter body: `replaced` is where it leaves a chunk that the change has made its own: that is freed when no
  ///   stripe is locked any more.
  @inline(__always)
  func mutate<Outcome>(
    _ key: Span<UInt8>, _ hash: UInt64, _ journal: (any MutationJournal)?,
    _ body: (_ slot: IndexSlot?, _ replaced: inout OwnedChunk?) -> Outcome
  ) -> Outcome {
    journal?.willMutate()
    index.lock(hash)
    var replaced: OwnedChunk?
    let outcome = body(unsafe key.withUnsafeBytes { unsafe index.find($0, hash) }, &replaced)
    index.unlock(hash)
    journal?.didMutate()
    if let replaced = replaced.take() { release(replaced) }
    return outcome
  }
}
