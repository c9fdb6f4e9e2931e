import ItemStore
import Synchronization

/// What has become at the peer of what one worker has changed: told by the link thread, read by the worker, whose
/// answers wait for it (`-o repl_ack`).
///
/// ```
///   position   1 2 3 4 5 6 │ 7 8 9 …              counts the worker's changes while there is a peer
///              lost        │ streamed             │ start: the stream was given up, or the link replaced: a new one
///                  └ copied    └ streamed         what the peer has processed of the two
/// ```
///
/// What was lost is acknowledged when the copy that makes up for it has ended, what is streamed by itself, so it need
/// not wait for that copy.
///
/// **Rejections** are told before the position that they belong to is acknowledged, so whoever sees the one finds the
/// others. They bear only a stamp, which may be another worker's: what is newer than this worker's newest change is,
/// and what is older than all that its answers wait for is of no use. The rest is kept until the worker takes it.
package final class WriteOutcomes: Sendable {
  package enum State: Sendable, Equatable {
    case waiting
    /// For the end of a copy.
    case awaitsCopy
    case acknowledged
    /// The link broke first.
    case released

    package var isFree: Bool { self == .acknowledged || self == .released }
  }

  /// Why the peer does not hold a value that it was told of, as it was told.
  package enum Rejection: Sendable, Equatable {
    /// It has no room, or the value is too large for it: it is here alone.
    case outOfMemory
    /// It may have forgotten a delete of the key, and so the value is gone here, too.
    case refused
    /// Clients of the other side had written the key before they could know of it, and what they wrote counts.
    case overtaken
  }

  private let start = Atomic<UInt64>(0)
  private let streamed = Atomic<UInt64>(0)
  private let copied = Atomic<UInt64>(0)
  private let released = Atomic<UInt64>(.max)
  private let hasChanged = Atomic<Bool>(false)
  private let rejectionCount = Atomic<Int>(0)
  private let answered = Atomic<UInt64>(0)
  private let rejections = Mutex<[(stamp: Stamp, rejection: Rejection)]>([])

  /// Beyond that only refusals are kept.
  private static let maxUnrefused = 4096

  package init() {}

  // MARK: The worker

  package func state(of position: UInt64) -> State {
    let isLost = position <= start.load(ordering: .sequentiallyConsistent)
    let processed =
      isLost ? copied.load(ordering: .sequentiallyConsistent) : streamed.load(ordering: .sequentiallyConsistent)
    if position <= processed { return .acknowledged }
    if position <= released.load(ordering: .sequentiallyConsistent) { return .released }
    return isLost ? .awaitsCopy : .waiting
  }

  /// What was told since the last time.
  package func takeRejections(_ take: (Stamp, Rejection) -> Void) {
    if rejectionCount.load(ordering: .acquiring) == 0 { return }
    let taken = rejections.withLock { rejections in
      defer { rejections = [] }
      rejectionCount.store(0, ordering: .relaxed)
      return rejections
    }
    for (stamp, rejection) in taken { take(stamp, rejection) }
  }

  /// No answer waits for a change as old as this one.
  package func noteAnswered(upTo stamp: Stamp) { answered.store(stamp.rawValue, ordering: .relaxed) }

  // MARK: The link thread

  /// The stream begins, behind this position; there is a peer.
  package func begin(at position: UInt64) {
    start.store(position, ordering: .sequentiallyConsistent)
    if released.load(ordering: .relaxed) == .max { released.store(position, ordering: .sequentiallyConsistent) }
  }

  /// The peer has processed the stream so far.
  package func noteStreamed(upTo position: UInt64) { raise(streamed, to: position) }

  /// The same of a copy that makes up for all that was lost so far.
  package func noteCopied(upTo position: UInt64) { raise(copied, to: position) }

  private func raise(_ word: borrowing Atomic<UInt64>, to position: UInt64) {
    guard position > word.load(ordering: .relaxed) else { return }
    word.store(position, ordering: .sequentiallyConsistent)
    hasChanged.store(true, ordering: .relaxed)
  }

  /// - Parameter newest: the worker's newest change.
  package func reject(_ stamp: Stamp, _ rejection: Rejection, newest: Stamp) {
    guard stamp <= newest, stamp.rawValue > answered.load(ordering: .relaxed) else { return }
    rejections.withLock {
      // There can be as many as a copy has items while no worker asks: then no answer waits.
      if rejection != .refused, $0.count >= Self.maxUnrefused { return }
      $0.append((stamp, rejection))
      rejectionCount.store($0.count, ordering: .releasing)
    }
  }

  /// There is no peer: nothing waits until the next stream begins.
  package func release() {
    released.store(.max, ordering: .sequentiallyConsistent)
    hasChanged.store(true, ordering: .relaxed)
  }

  /// Whether anything was acknowledged or released since the last time.
  package func takeChange() -> Bool {
    guard hasChanged.load(ordering: .relaxed) else { return false }
    return hasChanged.exchange(false, ordering: .relaxed)
  }
}
