import CLibevent
import SystemPackage

// A socket that calls a closure when it is readable: for the few that are no connection, such as one of datagrams.
//
// Connections go to the loop's handler by their tokens (`SocketEvent`), which must not look for anything else among them.
// Invariants. The descriptor stays its owner's, who destroys the watch before closing it. The handler must not hold the
// watch's owner strongly: that is a cycle.

@safe package final class SocketWatch {
  package let socket: FileDescriptor
  private let loop: EventLoop
  private let handler: () -> Void
  private var event: OpaquePointer?
  private var isOn = false

  /// Watches nothing until `resume`.
  package init(loop: EventLoop, socket: FileDescriptor, _ handler: @escaping () -> Void) throws(EventLoopError) {
    self.loop = loop
    self.socket = socket
    self.handler = handler
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event = event_new(loop.base, socket.rawValue, Int16(EV_READ | EV_PERSIST), watchedIsReady, argument)
    if unsafe event == nil { throw .outOfMemory }
  }

  deinit { unsafe event.map { unsafe event_free($0) } }

  package func resume() {
    guard !isOn, let event = unsafe event else { return }
    isOn = unsafe event_add(event, nil) == 0
  }

  package func pause() {
    guard isOn, let event = unsafe event else { return }
    unsafe event_del(event)
    isOn = false
  }

  fileprivate func fire() { handler() }
}

private func watchedIsReady(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  unsafe Unmanaged<SocketWatch>.fromOpaque(argument).takeUnretainedValue().fire()
}
