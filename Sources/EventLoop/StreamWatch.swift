import CLibevent
import SystemPackage

// A socket that calls a closure when it is ready for what is wanted of it: for the connections that a session makes itself, to
// other servers. Those of clients go to the loop's handler by their tokens (`SocketEvent`), which must not look for anything
// else among them.
//
// Invariants. The descriptor stays its owner's, who destroys the watch before closing it by `EventLoop.close`; the handler itself
// may do that.
// The handler must not hold the watch's owner strongly: that is a cycle.

@safe package final class StreamWatch {
  package let socket: FileDescriptor
  private let loop: EventLoop
  private let handler: (Readiness) -> Void
  private var event: OpaquePointer?
  package private(set) var interest: Readiness = []

  /// Waits for nothing until `want`.
  package init(
    loop: EventLoop, socket: FileDescriptor, _ handler: @escaping (Readiness) -> Void
  ) throws(EventLoopError) {
    self.loop = loop
    self.socket = socket
    self.handler = handler
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event = event_new(loop.base, socket.rawValue, Int16(EV_PERSIST), streamIsReady, argument)
    if unsafe event == nil { throw .outOfMemory }
  }

  deinit { unsafe event.map { unsafe event_free($0) } }

  /// What the handler is told from now on, as long as it is so (level-triggered). False when the kernel refuses to watch.
  @discardableResult
  package func want(_ interest: Readiness) -> Bool {
    guard interest != self.interest, let event = unsafe event else { return true }
    if !self.interest.isEmpty { unsafe event_del(event) }
    self.interest = interest
    if interest.isEmpty { return true }
    let events = Int16(EV_PERSIST) | Int16(interest.rawValue) << 1
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event_assign(event, loop.base, socket.rawValue, events, streamIsReady, argument)
    if unsafe event_add(event, nil) == 0 { return true }
    self.interest = []
    return false
  }

  fileprivate func fire(_ readiness: Readiness) { handler(readiness) }
}

private func streamIsReady(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  // EV_READ is 2 and EV_WRITE 4. Retained for the call: the handler may release the watch.
  let readiness = Readiness(rawValue: UInt8(truncatingIfNeeded: what) >> 1 & 3)
  unsafe Unmanaged<StreamWatch>.fromOpaque(argument).takeUnretainedValue().fire(readiness)
}
