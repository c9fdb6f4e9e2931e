import Platform
import SystemPackage

/// What a worker tells of one of its connections.
package struct ConnectionDescription: Sendable {
  package let descriptor: Int32
  package let peer: SocketAddress?
  package let local: SocketAddress?
  package let activity: ConnectionActivity
  package let idleSeconds: UInt32
  /// It takes datagrams, and is no connection.
  package var isDatagram = false
}

extension ConnectionDescription {
  /// Of a socket that clients come in by.
  init(listener: FileDescriptor, address: SocketAddress) {
    self.init(descriptor: listener.rawValue, peer: nil, local: address, activity: .listening, idleSeconds: 0)
  }
}

/// What a connection is in the middle of, or waits for.
package enum ConnectionActivity: Sendable {
  case reading, writing, closing
  /// For something that is neither the client's to send nor to read.
  case waiting
  case receivingValue, discardingInput
  /// A request that another thread answers.
  case executing
  /// For events that it wants to be told of.
  case watching
  case listening
}

extension WorkerState {
  /// Connections told of: a worker with ten thousands has better things to do.
  private static let maxDescriptions = 1000

  func descriptions(_ session: any ProtocolSession, now: UInt32) -> [ConnectionDescription] {
    var tokens: [UInt32] = []
    connections.forEachIndex { if tokens.count < Self.maxDescriptions { tokens.append($0) } }
    return tokens.map { token in
      let socket = connections[token].socket
      let last = connections[token].lastTurnAt
      return ConnectionDescription(
        descriptor: socket.rawValue, peer: try? Socket.peerAddress(socket), local: try? Socket.localAddress(socket),
        activity: activity(of: token, session), idleSeconds: now - min(last, now))
    }
  }

  private func activity(of token: UInt32, _ session: any ProtocolSession) -> ConnectionActivity {
    if connections[token].event.interest == .writable { return .writing }
    if connections[token].isClosing { return .closing }
    guard let place = connections[token].suspension else { return .reading }
    if suspended[place].isAwaitingReply { return .executing }
    if let state = suspended[place].session, let activity = session.activity(of: state) { return activity }
    return connections[token].event.interest.isEmpty ? .waiting : .reading
  }
}
