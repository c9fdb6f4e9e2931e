import CLibevent
import Platform

/// The loop's side of a wake-up. Held by the loop, which it therefore does not hold.
@safe final class WakeupListener {
  private let descriptor: WakeupDescriptor
  private let handler: () -> Void
  private var event: OpaquePointer?

  init(base loop: EventLoop, descriptor: WakeupDescriptor, _ handler: @escaping () -> Void) throws(EventLoopError) {
    self.descriptor = descriptor
    self.handler = handler
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event = event_new(loop.base, descriptor.fd.rawValue, Int16(EV_READ | EV_PERSIST), wakeupArrived, argument)
    guard let event = unsafe event, unsafe event_add(event, nil) == 0 else { throw .outOfMemory }
  }

  deinit { unsafe event.map { unsafe event_free($0) } }

  fileprivate func fire() {
    descriptor.clear()
    handler()
  }
}

private func wakeupArrived(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  unsafe Unmanaged<WakeupListener>.fromOpaque(argument).takeUnretainedValue().fire()
}
