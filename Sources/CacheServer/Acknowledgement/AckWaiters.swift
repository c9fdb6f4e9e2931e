import ConnectionServer
import Platform
import Replication

/// Connections of a worker whose replies wait for the peer, in the order in which they began to wait.
///
/// Positions of one worker only rise and every reply waits equally long, so the first in the line is the first to be free.
/// But what was lost of the stream waits for a copy, and what comes after it does not: so there are two lines, and from the
/// one moves to the other what turns out to be lost, which is always the first.
struct AckWaiters {
  struct Waiter {
    let place: SuspendedPlace
    /// The session's number of what the connection has not finished.
    let state: UInt32
    /// Of the worker's last change that the reply speaks of.
    let position: UInt64
    /// The number of the first of its writes.
    let firstWrite: UInt64
    /// Monotonic nanoseconds.
    let deadline: UInt64
  }

  private var streamed = Backlog<Waiter>()
  private var lost = Backlog<Waiter>()

  var isEmpty: Bool { streamed.isEmpty && lost.isEmpty }
  var nextDeadline: UInt64? { least { $0.deadline } }

  /// The first of all writes whose replies wait.
  var firstWrite: UInt64? { least { $0.firstWrite } }

  /// Of the first of each line.
  private func least(_ number: (Waiter) -> UInt64) -> UInt64? {
    guard let first = streamed.first, let other = lost.first else { return (streamed.first ?? lost.first).map(number) }
    return min(number(first), number(other))
  }

  mutating func append(_ waiter: Waiter) { streamed.append(waiter) }

  /// The first that is free: the peer has what it speaks of, or is gone, or the time is over. `isLate`: not the first of these.
  mutating func takeFree(now: UInt64, state: (UInt64) -> WriteOutcomes.State) -> (waiter: Waiter, isLate: Bool)? {
    while let first = streamed.first, state(first.position) == .awaitsCopy, let waiter = streamed.takeFirst() {
      lost.append(waiter)
    }
    return Self.takeFree(&lost, now, state) ?? Self.takeFree(&streamed, now, state)
  }

  private static func takeFree(
    _ line: inout Backlog<Waiter>, _ now: UInt64, _ state: (UInt64) -> WriteOutcomes.State
  ) -> (waiter: Waiter, isLate: Bool)? {
    guard let first = line.first else { return nil }
    let state = state(first.position)
    guard state.isFree || first.deadline <= now, let waiter = line.takeFirst() else { return nil }
    return (waiter, state != .acknowledged)
  }
}
