import EventLoop
import Platform
import SystemPackage
import Transport

/// A client, as long as it is idle: its event, which knows its socket, and eight bytes more.
///
/// Whatever it leaves unfinished between two wake-ups (half a line, half a value, answers it does not read) stands in a
/// `Transfer` of the worker, named by `transfer`; buffers belong to the worker, so an idle connection
/// costs this value and libevent's record.
struct Connection: ~Copyable {
  var event: SocketEvent
  /// The place of its unfinished business, `noTransfer`, `answerAside` or `atEnd`: an optional would take four bytes more.
  private var transferPlace = Self.noTransfer
  /// Process seconds of the last command, for `stats conns`.
  var lastCommandAt: UInt32

  private static var noTransfer: UInt32 { .max }
  private static var answerAside: UInt32 { .max - 1 }
  private static var atEnd: UInt32 { .max - 2 }

  init(socket: FileDescriptor, loop: EventLoop, now: UInt32) {
    event = SocketEvent(loop: loop, fd: socket)
    lastCommandAt = now
  }

  var socket: FileDescriptor { event.socket }
  var transport: Transport { .plain(event.socket) }

  /// Its turn begins: what it needs of the connection.
  mutating func begin(at seconds: UInt32) -> Transport {
    lastCommandAt = seconds
    return transport
  }

  /// Nothing is left of what it has sent, and nothing of what it was answered.
  var isIdle: Bool { transferPlace == Self.noTransfer }

  /// The place of its unfinished business in the worker's transfers.
  var transfer: UInt32? {
    get { transferPlace < Self.atEnd ? transferPlace : nil }
    set { transferPlace = newValue ?? Self.noTransfer }
  }

  /// Its answer is one of `PassAnswers`.
  var hasAnswerAside: Bool {
    get { transferPlace == Self.answerAside }
    set { transferPlace = newValue ? Self.answerAside : Self.noTransfer }
  }

  /// It waits for nothing but to be closed.
  var isClosing: Bool {
    get { transferPlace == Self.atEnd }
    set { transferPlace = newValue ? Self.atEnd : Self.noTransfer }
  }
}
