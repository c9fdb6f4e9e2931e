import ConnectionServer
import Platform
import Synchronization

/// Connections that have asked for `stats conns` and wait: each worker tells of its own connections when it reads its
/// mail, the last one answers. No worker waits for another, and there is one listing at a time for all who asked: the
/// maintenance thread begins it, so many clients that ask cost no more than ten listings a second.
final class ConnectionListings: Sendable {
  private struct State {
    var mailboxes: [WorkerMailbox] = []
    var waiting: [DeferredReply] = []
    /// Workers that have not told yet, of the listing under way.
    var missing = 0
    var asked: [DeferredReply] = []
    var text = ""
  }

  private let state = Mutex(State())
  /// Beyond which no more is told: every asker holds the text until it has read it.
  private static let maxTextBytes = 256 << 10

  /// Each worker once, before any connection asks.
  func register(_ mailbox: WorkerMailbox) { state.withLock { $0.mailboxes.append(mailbox) } }

  func add(_ reply: DeferredReply) { state.withLock { $0.waiting.append(reply) } }

  /// Asks the workers, if anyone waits and no listing is under way. On the maintenance thread.
  func begin() {
    let mailboxes: [WorkerMailbox] = state.withLock { state in
      guard state.missing == 0, !state.waiting.isEmpty else { return [] }
      state.missing = state.mailboxes.count
      state.asked = state.waiting
      state.waiting = []
      return state.mailboxes
    }
    for mailbox in mailboxes { mailbox.post(.list { [self] in tell($0) }) }
  }

  /// What one worker tells.
  private func tell(_ connections: [ConnectionDescription]) {
    let text = connections.map(\.statistics).joined()
    let (asked, whole): ([DeferredReply], String) = state.withLock { state in
      if state.text.utf8.count < Self.maxTextBytes { state.text += text }
      state.missing -= 1
      if state.missing > 0 { return ([], "") }
      defer {
        state.asked = []
        state.text = ""
      }
      return (state.asked, state.text + "END\r\n")
    }
    for reply in asked { reply.send(whole) }
  }
}

extension ConnectionDescription {
  /// Its lines, under memcached's names.
  fileprivate var statistics: String {
    let name = "STAT \(descriptor):"
    if isDatagram {
      let address = "udp" + Self.describe(local).dropFirst(3)
      return "\(name)UDP UDP\r\n\(name)addr \(address)\r\n\(name)state \(state)\r\n"
    }
    return "\(name)addr \(Self.describe(peer))\r\n\(name)listen_addr \(Self.describe(local))\r\n"
      + "\(name)state \(state)\r\n\(name)secs_since_last_cmd \(idleSeconds)\r\n"
  }

  private static func describe(_ address: SocketAddress?) -> String {
    switch address {
    case .v4: "tcp:\(address?.description ?? "")"
    case .v6: "tcp6:\(address?.description ?? "")"
    case .unix(let path): "unix:\(path)"
    case nil: "unknown"
    }
  }

  /// memcached's word for what the connection waits for.
  private var state: String {
    switch activity {
    case .reading: "conn_read"
    case .writing: "conn_mwrite"
    case .closing: "conn_closing"
    case .waiting: "conn_waiting"
    case .receivingValue: "conn_nread"
    case .discardingInput: "conn_swallow"
    }
  }
}
