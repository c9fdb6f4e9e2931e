import Synchronization

/// Counters that one thread raises and any thread reads.
///
/// Raising is a plain load and store of an atomic word, not a read-modify-write: no bus lock, no contention, no torn reads.
/// Two threads that raise the same table lose counts, so every thread has a table of its own and readers add them up.
@safe @usableFromInline package final class CounterTable: @unchecked Sendable {
  @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline package let count: Int

  package init(count: Int) {
    self.count = count
    unsafe words = .allocate(capacity: count)
    for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe words.deinitialize(count: count)
    unsafe words.deallocate()
  }

  /// Only on the owning thread.
  @inlinable package func add(_ amount: UInt64, to index: Int) {
    precondition(index >= 0 && index < count)
    let value = unsafe words[index].load(ordering: .relaxed)
    unsafe words[index].store(value &+ amount, ordering: .relaxed)
  }

  /// By any thread, for words that are no counters: what is there becomes what the body makes of it.
  ///
  /// - Parameter body: may be called more than once.
  /// - Returns: what was there before.
  package func exchange(_ index: Int, _ body: (UInt64) -> UInt64) -> UInt64 {
    precondition(index >= 0 && index < count)
    var value = unsafe words[index].load(ordering: .relaxed)
    while true {
      let answer = unsafe words[index].compareExchange(
        expected: value, desired: body(value), ordering: .acquiringAndReleasing)
      if answer.exchanged { return value }
      value = answer.original
    }
  }

  @inlinable package subscript(index: Int) -> UInt64 {
    precondition(index >= 0 && index < count)
    return unsafe words[index].load(ordering: .relaxed)
  }

  /// Back to zero; counts made on the owning thread at that very moment may survive.
  package func reset() {
    for index in 0..<count { unsafe words[index].store(0, ordering: .relaxed) }
  }
}
