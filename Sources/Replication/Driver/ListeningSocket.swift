import EventLoop
import SystemPackage

/// One of the sockets on which the peer is awaited.
final class ListeningSocket {
  let fd: FileDescriptor
  private var event: SocketEvent

  init(fd: FileDescriptor, loop: EventLoop, token: UInt32) {
    self.fd = fd
    event = SocketEvent(loop: loop, fd: fd, token: token)
    event.want(.readable)
  }

  /// No descriptor is left: not to be told of the same connection without end.
  func pause() { event.want([]) }

  func resume() { event.want(.readable) }
}
