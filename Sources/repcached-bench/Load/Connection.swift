import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// One connection of the load: what it waits for, and what of its stream is half read or half sent.
///
/// Both buffers are empty and without memory most of the time; requests are written into the worker's buffer and answers
/// read from the worker's. Only a rest that cannot go on at once moves here.
struct Connection: ~Copyable {
  enum Role: Sendable { case active, idle, reconnecting }
  enum State: Sendable { case connecting, open, lost }

  let role: Role
  private(set) var transport: Transport
  var state = State.open
  var pending: PendingRequests
  var unread = ByteBuffer(capacity: 0)
  var unsent = ByteBuffer(capacity: 0)
  /// How many bytes the reply that begins `unread` takes at least.
  var needed = 0
  /// Of an open loop: requests that are due, and the turn of the first of them.
  var due = 0
  var turn: UInt64 = 0
  /// When a reconnecting connection was begun.
  var began: UInt64 = 0
  let lane: Int

  init(_ socket: FileDescriptor, _ role: Role, lane: Int, _ workload: borrowing Workload) {
    transport = .plain(socket)
    self.role = role
    self.lane = lane
    let depth = role != .idle ? max(workload.depth, workload.fillDepth) : 1
    pending = PendingRequests(depth: depth, keysPerGet: workload.keysPerGet)
  }

  deinit { if state != .lost { close() } }

  var socket: FileDescriptor { transport.socket }

  /// TCP is under way again.
  mutating func reopen(_ socket: FileDescriptor, at now: UInt64) {
    (transport, state, began) = (.plain(socket), .connecting, now)
  }

  /// From now on by this channel.
  mutating func seal(by channel: TLSChannel) { transport = .tls(channel) }

  /// What has not gone out goes on.
  mutating func continueSending() -> Sent { transport.send(&unsent) }

  func close() {
    let socket = socket
    transport.channel?.close()
    Socket.close(socket)
  }
}
