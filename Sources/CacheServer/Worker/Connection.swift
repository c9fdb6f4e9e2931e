import EventLoop
import Platform
import SystemPackage

/// A client, as long as it is idle: its event, which knows its socket, and eight bytes more.
///
/// Whatever it leaves unfinished between two wake-ups (half a line, half a value, answers it does not read) stands in a
/// `Transfer` of the worker, named by `transfer`; buffers belong to the worker (DESIGN.md §2), so an idle connection
/// costs this value and libevent's record.
struct Connection: ~Copyable {
  var event: SocketEvent
  /// `noTransfer` or the place of its unfinished business: an optional would take four bytes more.
  private var transferPlace = Self.noTransfer
  /// Process seconds of the last command, for `stats conns`.
  var lastCommandAt: UInt32

  private static var noTransfer: UInt32 { .max }

  init(socket: FileDescriptor, loop: EventLoop, now: UInt32) {
    event = SocketEvent(loop: loop, fd: socket)
    lastCommandAt = now
  }

  var socket: FileDescriptor { event.socket }

  /// The place of its unfinished business in the worker's transfers.
  var transfer: UInt32? {
    get { transferPlace == Self.noTransfer ? nil : transferPlace }
    set { transferPlace = newValue ?? Self.noTransfer }
  }
}
