import Platform
import Replication

/// Connections of a worker whose answers wait for the peer, in the order in which they began to wait.
///
/// Positions of one worker only rise and every answer waits equally long, so the first in the line is the first to be free.
/// But what was lost of the stream waits for a copy, and what comes after it does not: so there are two lines, and from the
/// one moves to the other what turns out to be lost, which is always the first.
struct HeldAnswers {
  struct Entry {
    let token: UInt32
    /// Tells the connection from a later one under the same token.
    let transfer: UInt32
    /// Of the worker's last change that the answers speak of.
    let position: UInt64
    /// The number of the first of its writes.
    let firstWrite: UInt64
    /// Monotonic nanoseconds.
    let deadline: UInt64
  }

  private var streamed = Backlog<Entry>()
  private var lost = Backlog<Entry>()

  var isEmpty: Bool { streamed.isEmpty && lost.isEmpty }
  var nextDeadline: UInt64? { least { $0.deadline } }

  /// The first of all writes whose answers wait.
  var firstWrite: UInt64? { least { $0.firstWrite } }

  /// Of the first of each line.
  private func least(_ number: (Entry) -> UInt64) -> UInt64? {
    guard let first = streamed.first, let other = lost.first else { return (streamed.first ?? lost.first).map(number) }
    return min(number(first), number(other))
  }

  mutating func append(_ entry: Entry) { streamed.append(entry) }

  /// The first that is free: the peer has what it speaks of, or is gone, or the time is over. `isLate`: not the first of these.
  mutating func takeFree(now: UInt64, state: (UInt64) -> WriteOutcomes.State) -> (entry: Entry, isLate: Bool)? {
    while let first = streamed.first, state(first.position) == .awaitsCopy, let entry = streamed.takeFirst() {
      lost.append(entry)
    }
    return Self.takeFree(&lost, now, state) ?? Self.takeFree(&streamed, now, state)
  }

  private static func takeFree(
    _ line: inout Backlog<Entry>, _ now: UInt64, _ state: (UInt64) -> WriteOutcomes.State
  ) -> (entry: Entry, isLate: Bool)? {
    guard let first = line.first else { return nil }
    let state = state(first.position)
    guard state.isFree || first.deadline <= now, let entry = line.takeFirst() else { return nil }
    return (entry, state != .acknowledged)
  }
}
