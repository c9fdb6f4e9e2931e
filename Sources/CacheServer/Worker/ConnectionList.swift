import ItemStore
import Platform
import SystemPackage

/// What a worker tells of its connections for `stats conns`, under memcached's names.
enum ConnectionList {
  /// Connections told of: a worker with ten thousands has better things to do.
  private static let longest = 1000

  static func text(_ state: borrowing WorkerState, at moment: Moment) -> String {
    var text = ""
    var count = 0
    state.connections.forEachIndex { token in
      if count < longest { add(token, state, moment, to: &text) }
      count += 1
    }
    return text
  }

  private static func add(
    _ token: UInt32, _ state: borrowing WorkerState, _ moment: Moment, to text: inout String
  ) {
    let socket = state.connections[token].socket
    let name = "STAT \(socket.rawValue):"
    text += "\(name)addr \(describe(try? Socket.peerAddress(socket)))\r\n"
    text += "\(name)listen_addr \(describe(try? Socket.localAddress(socket)))\r\n"
    text += "\(name)state \(doing(token, state))\r\n"
    let last = state.connections[token].lastCommandAt
    text += "\(name)secs_since_last_cmd \(moment.seconds - min(last, moment.seconds))\r\n"
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
  private static func doing(_ token: UInt32, _ state: borrowing WorkerState) -> String {
    if state.connections[token].event.interest == .writable { return "conn_mwrite" }
    if state.connections[token].isClosing { return "conn_closing" }
    guard let place = state.connections[token].transfer else { return "conn_read" }
    if state.transfers[place].swallow > 0 { return "conn_swallow" }
    if state.transfers[place].missingValue > 0 { return "conn_nread" }
    return state.connections[token].event.interest.isEmpty ? "conn_waiting" : "conn_read"
  }
}
