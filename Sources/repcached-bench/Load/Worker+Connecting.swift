import Platform
import SystemPackage
import Transport

extension Worker {
  /// Connects and waits until it is done: a server that cannot be reached ends the run before it began.
  mutating func addConnection(_ lane: Int) throws(Errno) {
    let role = lane >= activeCount ? Connection.Role.idle : reconnects ? .reconnecting : .active
    let socket = try connectNow()
    var connection = Connection(socket, role, lane: lane, workload)
    if let tls { connection.seal(by: try greet(socket, tls)) }
    let index = connections.insert(connection)
    try poller.add(socket, token: index, .readable)
  }

  /// The handshake of TLS, waited for.
  private mutating func greet(_ socket: FileDescriptor, _ tls: TLSContext) throws(Errno) -> TLSChannel {
    guard let channel = try? tls.connect(socket) else { throw .protocolError }
    try poller.add(socket, token: 0, .readable)
    defer { try? poller.remove(socket) }
    while true {
      switch channel.handshake() {
      case .done: return channel
      case .wantsRead: if poller.wait(nanoseconds: 5_000_000_000) == 0 { throw .timedOut }
      case .wantsWrite: _ = poller.wait(nanoseconds: 1_000_000)
      case .failed: throw .protocolError
      }
    }
  }

  private mutating func connectNow() throws(Errno) -> FileDescriptor {
    while true {
      do throws(Errno) {
        let socket = try Socket.connect(to: address)
        do throws(Errno) {
          try waitUntilConnected(socket)
          return socket
        } catch {
          Socket.close(socket)
          throw error
        }
      } catch .wouldBlock {
        // A unix socket whose backlog is full says so at once.
        _ = poller.wait(nanoseconds: 1_000_000)
      }
    }
  }

  private mutating func waitUntilConnected(_ socket: FileDescriptor) throws(Errno) {
    if !address.isUnix { try Socket.setNoDelay(socket) }
    try poller.add(socket, token: 0, .writable)
    let ready = poller.wait(nanoseconds: 5_000_000_000)
    try poller.remove(socket)
    if ready == 0 { throw .timedOut }
    if let error = Socket.pendingError(socket) { throw error }
  }

  /// Closes a reconnecting connection and opens the next one; its request goes out when it is connected, and its latency
  /// counts from here.
  mutating func reconnect(_ index: UInt32) {
    let now = SystemClock.monotonicNanoseconds()
    connections[index].close()
    connections[index].state = .lost
    guard source.take(1, at: now) > 0 else { return }
    guard let socket = try? Socket.connect(to: address) else { return noteLoss(index) }
    connections[index].reopen(socket, at: now)
    do { try poller.add(socket, token: index, .writable) } catch { lose(index) }
  }

  mutating func finishConnecting(_ index: UInt32) {
    if Socket.pendingError(connections[index].socket) != nil { return lose(index) }
    if let tls, !resumeHandshake(index, tls) { return }
    connections[index].state = .open
    if !address.isUnix { try? Socket.setNoDelay(connections[index].socket) }
    want(.readable, index)
    fill(index)
  }

  /// A step of the handshake; false while it is not over, or where it has failed.
  private mutating func resumeHandshake(_ index: UInt32, _ tls: TLSContext) -> Bool {
    if connections[index].transport.isPlain {
      guard let channel = try? tls.connect(connections[index].socket) else {
        lose(index)
        return false
      }
      connections[index].seal(by: channel)
    }
    switch connections[index].transport.channel?.handshake() {
    case .done: return true
    case .wantsRead: want(.readable, index)
    case .wantsWrite: want(.writable, index)
    case .failed, nil: lose(index)
    }
    return false
  }

  /// Everything that was asked of the connection stays unanswered.
  mutating func lose(_ index: UInt32) {
    if connections[index].state == .lost { return }
    connections[index].close()
    connections[index].state = .lost
    noteLoss(index)
  }

  private mutating func noteLoss(_ index: UInt32) {
    tally.count(.lostConnections)
    if index < UInt32(activeCount) { usableCount -= 1 }
    tally.count(.unanswered, connections[index].pending.count)
    waiting &-= connections[index].pending.count
    while !connections[index].pending.isEmpty { connections[index].pending.removeFirst() }
  }

  /// The server has been silent for too long: nothing that is under way will be answered.
  mutating func giveUp() {
    for index in 0..<UInt32(activeCount + idleCount) where !connections[index].pending.isEmpty { lose(index) }
  }
}
