import ItemStore

/// Connections of a worker whose answers wait for the peer, in the order in which they began to wait.
///
/// Stamps of one worker only rise and every answer waits equally long, so the first in the line is the first to be free.
struct HeldAnswers {
  struct Entry {
    let token: UInt32
    /// Tells the connection from a later one under the same token.
    let transfer: UInt32
    let stamp: Stamp
    /// Monotonic nanoseconds.
    let deadline: UInt64
  }

  private var entries: [Entry] = []
  private var first = 0

  var isEmpty: Bool { first == entries.count }
  var nextDeadline: UInt64? { isEmpty ? nil : entries[first].deadline }

  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// The first in the line if it is free: acknowledged, or out of time.
  mutating func takeFree(now: UInt64, has: (Stamp) -> Bool) -> (entry: Entry, isLate: Bool)? {
    guard !isEmpty else { return nil }
    let entry = entries[first]
    let isAcknowledged = has(entry.stamp)
    guard isAcknowledged || entry.deadline <= now else { return nil }
    first += 1
    if first == entries.count || first > 1024 {
      entries.removeFirst(first)
      first = 0
    }
    return (entry, !isAcknowledged)
  }
}
