import MemcacheProtocol
import Platform
import SystemPackage

/// One connection of the load: what it waits for, and what of its stream is half read or half sent.
///
/// Both buffers are empty and without memory most of the time; requests are written into the worker's buffer and answers
/// read from the worker's. Only a rest that cannot go on at once moves here.
struct Connection: ~Copyable {
  enum Role: Sendable { case active, idle, fleeting }
  enum State: Sendable { case connecting, open, lost }

  let role: Role
  var socket: FileDescriptor
  var state = State.open
  var pending: PendingRequests
  var unread = ByteBuffer(capacity: 0)
  var unsent = ByteBuffer(capacity: 0)
  /// How many bytes the reply that begins `unread` takes at least.
  var needed = 0
  /// Of an open loop: requests that are due, and the turn of the first of them.
  var due = 0
  var turn: UInt64 = 0
  /// When a fleeting connection was begun.
  var began: UInt64 = 0
  let lane: Int

  init(_ socket: FileDescriptor, _ role: Role, lane: Int, _ workload: borrowing Workload) {
    self.socket = socket
    self.role = role
    self.lane = lane
    let depth = role != .idle ? max(workload.depth, workload.fillDepth) : 1
    pending = PendingRequests(depth: depth, keysPerGet: workload.keysPerGet)
  }

  deinit { if state != .lost { Socket.close(socket) } }
}
