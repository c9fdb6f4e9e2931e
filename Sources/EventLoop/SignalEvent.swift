import CLibevent

// Calls its handler, on the loop's thread and outside of signal context, when the process got a signal. libevent can
// deliver signals to one loop of a process: the main thread's. Released, it gives the signal its former meaning.

@safe package final class SignalEvent {
  private let loop: EventLoop
  private var event: OpaquePointer?
  private let handler: () -> Void

  package init(loop: EventLoop, signal: Int32, _ handler: @escaping () -> Void) throws(EventLoopError) {
    self.loop = loop
    self.handler = handler
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event = event_new(loop.base, signal, Int16(EV_SIGNAL | EV_PERSIST), signalArrived, argument)
    guard let event = unsafe event, unsafe event_add(event, nil) == 0 else { throw .noSignal(signal) }
  }

  deinit { unsafe event.map { unsafe event_free($0) } }

  fileprivate func fire() { handler() }
}

private func signalArrived(_ signal: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  unsafe Unmanaged<SignalEvent>.fromOpaque(argument).takeUnretainedValue().fire()
}
