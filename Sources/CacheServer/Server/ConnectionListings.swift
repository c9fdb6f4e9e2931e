import Synchronization

/// Connections that have asked for `stats conns` and wait: each worker tells of its own connections when it reads its
/// mail, the last one answers. No worker waits for another, and there is one listing at a time for all who asked: the
/// maintenance thread begins it, so many clients that ask cost no more than ten listings a second.
final class ConnectionListings: Sendable {
  private struct State {
    var mailboxes: [WorkerMailbox] = []
    var waiting: [WaitingConnection] = []
    /// Workers that have not told yet, of the listing under way.
    var missing = 0
    var asked: [WaitingConnection] = []
    var text = ""
  }

  private let state = Mutex(State())
  /// Beyond which no more is told: every asker holds the text until it has read it.
  private static let longestText = 256 << 10

  /// Each worker once, before any connection asks.
  func register(_ mailbox: WorkerMailbox) { state.withLock { $0.mailboxes.append(mailbox) } }

  func add(_ connection: WaitingConnection) { state.withLock { $0.waiting.append(connection) } }

  /// Asks the workers, if anyone waits and no listing is under way. On the maintenance thread.
  func begin() {
    let mailboxes: [WorkerMailbox] = state.withLock { state in
      guard state.missing == 0, !state.waiting.isEmpty else { return [] }
      state.missing = state.mailboxes.count
      state.asked = state.waiting
      state.waiting = []
      return state.mailboxes
    }
    for mailbox in mailboxes { mailbox.post(.listConnections) }
  }

  /// What one worker tells.
  func tell(_ text: String) {
    let (asked, whole): ([WaitingConnection], String) = state.withLock { state in
      if state.text.utf8.count < Self.longestText { state.text += text }
      state.missing -= 1
      if state.missing > 0 { return ([], "") }
      defer {
        state.asked = []
        state.text = ""
      }
      return (state.asked, state.text + "END\r\n")
    }
    for connection in asked { connection.mailbox.post(.answer(connection.place, whole)) }
  }
}
