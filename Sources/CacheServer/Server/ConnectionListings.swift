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
    /// What has been told: each socket's lines, and bytes of all.
    var parts: [(descriptor: Int32, lines: String)] = []
    var bytes = 0

    mutating func add(_ descriptor: Int32, _ lines: String) {
      if bytes >= ConnectionListings.maxTextBytes { return }
      parts.append((descriptor, lines))
      bytes += lines.utf8.count
    }

    /// In the order of the descriptors, as memcached's is.
    var text: String { parts.sorted { $0.descriptor < $1.descriptor }.map(\.lines).joined() }
  }

  private let state = Mutex(State())
  /// Beyond which no more is told: every asker holds the text until it has read it.
  private static let maxTextBytes = 256 << 10

  /// Each worker once, before any connection asks.
  func register(_ mailbox: WorkerMailbox) { state.withLock { $0.mailboxes.append(mailbox) } }

  func add(_ reply: DeferredReply) { state.withLock { $0.waiting.append(reply) } }

  /// Asks the workers, if anyone waits and no listing is under way. On the maintenance thread.
  ///
  /// - Parameter listeners: the sockets that clients come in by, which stand first.
  func begin(_ listeners: [ConnectionDescription] = [], uptime: UInt32 = 0) {
    let mailboxes: [WorkerMailbox] = state.withLock { state in
      guard state.missing == 0, !state.waiting.isEmpty else { return [] }
      state.missing = state.mailboxes.count
      state.asked = state.waiting
      state.waiting = []
      for listener in listeners { state.add(listener.descriptor, listener.statistics(uptime: uptime)) }
      return state.mailboxes
    }
    for mailbox in mailboxes { mailbox.post(.list { [self] in tell($0) }) }
  }

  /// What one worker tells.
  private func tell(_ connections: [ConnectionDescription]) {
    let parts = connections.map { (descriptor: $0.descriptor, lines: $0.statistics) }
    let (asked, whole): ([DeferredReply], String) = state.withLock { state in
      for part in parts { state.add(part.descriptor, part.lines) }
      state.missing -= 1
      if state.missing > 0 { return ([], "") }
      defer {
        state.asked = []
        state.parts = []
        state.bytes = 0
      }
      return (state.asked, state.text + "END\r\n")
    }
    for reply in asked { reply.send(whole) }
  }
}

extension ConnectionDescription {
  /// Of a socket that clients come in by.
  fileprivate func statistics(uptime: UInt32) -> String {
    let name = "STAT \(descriptor):"
    return "\(name)addr \(Self.describe(local))\r\n\(name)state \(state)\r\n\(name)secs_since_last_cmd \(uptime)\r\n"
  }

  /// Its lines, under memcached's names.
  fileprivate var statistics: String {
    let name = "STAT \(descriptor):"
    if isDatagram {
      let address = "udp" + Self.describe(local).dropFirst(3)
      return "\(name)UDP UDP\r\n\(name)addr \(address)\r\n" + ending(name)
    }
    return "\(name)addr \(Self.describe(peer))\r\n\(name)listen_addr \(Self.describe(local))\r\n" + ending(name)
  }

  private func ending(_ name: String) -> String {
    "\(name)state \(state)\r\n\(name)secs_since_last_cmd \(idleSeconds)\r\n"
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
    case .executing: "conn_parse_cmd"
    case .watching: "conn_watch"
    case .listening: "conn_listening"
    }
  }
}
