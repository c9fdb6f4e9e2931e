import EventLoop
import Platform
import SystemPackage

/// A client, as long as it is idle: its socket, its event, and nothing else.
///
/// Whatever it leaves unfinished between two wake-ups (half a line, half a value, answers it does not read) stands in a
/// `Transfer` of the worker, named by `transfer`; buffers belong to the worker (DESIGN.md §2), so an idle connection
/// costs this value and libevent's record.
struct Connection: ~Copyable {
  let socket: FileDescriptor
  var event: SocketEvent
  /// The place of its unfinished business in the worker's transfers.
  var transfer: UInt32?
  /// Process seconds of the last command, for `stats conns`.
  var lastCommandAt: UInt32

  init(socket: FileDescriptor, loop: EventLoop, now: UInt32) {
    self.socket = socket
    event = SocketEvent(loop: loop, fd: socket, token: .max)
    lastCommandAt = now
  }
}
