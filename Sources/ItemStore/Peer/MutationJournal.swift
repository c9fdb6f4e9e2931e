/// Is told of every mutation that a client makes, in the order of the stamps of each key: the replication's way in.
///
/// A mutating thread has a journal of its own. It calls `willMutate`, then takes the stamp and changes the item under
/// the key's stripe lock, calls `record` under that same lock, and `didMutate` after it. So whoever sees the thread
/// outside of `willMutate … didMutate` after a `StampClock.fence` knows that all its records up to the fence have been
/// made.
package protocol MutationJournal: AnyObject, Sendable {
  func willMutate()
  /// A new state of an item, or its tombstone. Called under a spin lock: must be as short as a copy of the value, and
  /// must not call the store.
  func record(_ item: borrowing ItemView)
  /// What a flush that was just asked for has led to; `issued` is its stamp.
  func recordFlush(_ state: FlushState)
  func didMutate()
}
