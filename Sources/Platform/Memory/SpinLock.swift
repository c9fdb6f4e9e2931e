import Glibc
import Synchronization

// A lock for a few dozen instructions: an index stripe, a free list, a ring's edge.
//
// Purpose. A pthread mutex costs 65 instructions a get, this costs 14, so what the request path locks is locked by this.
// The word is 0 when free and 1 when held.
//
//    lock():  try once ──held──▶ look (not write) up to 100 times ──still held──▶ sched_yield, look again …
//
// Invariants. Only the holder unlocks; it is not recursive. What it covers is short, never a system call, never a wait:
// a waiter burns its core and, when the holder lost its own, gives the core away with sched_yield.
// It must not know what it guards.

@usableFromInline package struct SpinLock: ~Copyable, Sendable {
  @usableFromInline let word = Atomic<UInt32>(0)

  @inlinable package init() {}

  @inlinable package borrowing func lock() {
    if tryLock() { return }
    wait()
  }

  /// True when the caller now holds the lock.
  @inlinable package borrowing func tryLock() -> Bool {
    word.compareExchange(expected: 0, desired: 1, successOrdering: .acquiring, failureOrdering: .relaxed).exchanged
  }

  @inlinable package borrowing func unlock() {
    word.store(0, ordering: .releasing)
  }

  @usableFromInline borrowing func wait() {
    var looks = 0
    while true {
      if word.load(ordering: .relaxed) == 0, tryLock() { return }
      looks += 1
      if looks.isMultiple(of: 100) { sched_yield() }
    }
  }
}

extension SpinLock {
  /// Runs `body` with the lock held. For the paths where a closure costs nothing that matters.
  @inlinable package borrowing func withLock<Result>(_ body: () -> Result) -> Result {
    lock()
    defer { unlock() }
    return body()
  }
}
