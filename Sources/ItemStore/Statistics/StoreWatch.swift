import Synchronization

/// Who wants to be told of what the store does by itself: items that it evicts, pages that it moves.
///
/// Told under locks of the store, so whoever listens must be quick, lock nothing that a caller of the store holds, and make no
/// system call. While nobody listens an eviction looks at one word.
package final class StoreWatch: Sendable {
  /// An item that goes.
  package struct Eviction: Sendable {
    /// Seconds that it had to live; nil: for ever.
    package let timeToLive: UInt32?
    /// Seconds since it was asked for, coarsely, as meta gets tell.
    package let idleSeconds: UInt32
  }

  private let evictionsWord = Atomic<Bool>(false)
  private let movesWord = Atomic<Bool>(false)
  private let evicted: @Sendable (borrowing ItemView, Eviction) -> Void
  private let moved: @Sendable (_ source: Int, _ target: Int) -> Void

  /// - Parameters:
  ///   - evicted: called while items are to be told of.
  ///   - moved: called when a page begins to be moved, 0 is the pool.
  package init(
    evicted: @escaping @Sendable (borrowing ItemView, Eviction) -> Void = { _, _ in },
    moved: @escaping @Sendable (_ source: Int, _ target: Int) -> Void = { _, _ in }
  ) {
    self.evicted = evicted
    self.moved = moved
  }

  package func turn(evictions: Bool, moves: Bool) {
    evictionsWord.store(evictions, ordering: .relaxed)
    movesWord.store(moves, ordering: .relaxed)
  }

  var wantsEvictions: Bool { evictionsWord.load(ordering: .relaxed) }

  func tell(_ view: borrowing ItemView, _ eviction: Eviction) { evicted(view, eviction) }

  func tellMove(from source: UInt8, to target: UInt8?) {
    if movesWord.load(ordering: .relaxed) { moved(Int(source), Int(target ?? 0)) }
  }
}
