import CLibevent

// Calls its handler after a time, once or again and again. Cancelled when it is released; the handler may do that
// itself. Its resolution is the kernel's coarse clock, some milliseconds. A handler that holds the timer's owner holds
// a cycle: capture that `unowned` or `weak`.

@safe package final class Timer {
  private let loop: EventLoop
  private var event: OpaquePointer?
  private let handler: () -> Void
  private var isRepeating = false

  package init(loop: EventLoop, _ handler: @escaping () -> Void) {
    self.loop = loop
    self.handler = handler
  }

  deinit { unsafe event.map { unsafe event_free($0) } }

  package var isScheduled: Bool {
    guard let event = unsafe event else { return false }
    return unsafe event_pending(event, Int16(EV_TIMEOUT), nil) != 0
  }

  /// Once; what was scheduled before is forgotten.
  package func schedule(after delay: Duration) { schedule(delay, repeating: false) }

  /// Again and again, first after one interval; what was scheduled before is forgotten.
  package func schedule(every interval: Duration) { schedule(interval, repeating: true) }

  package func cancel() {
    guard let event = unsafe event else { return }
    unsafe event_del(event)
  }

  private func schedule(_ delay: Duration, repeating: Bool) {
    if unsafe event == nil || isRepeating != repeating { makeEvent(repeating: repeating) }
    guard let event = unsafe event else { return }
    let (seconds, attoseconds) = max(delay, .zero).components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    unsafe event_add(event, &time)
  }

  private func makeEvent(repeating: Bool) {
    unsafe event.map { unsafe event_free($0) }
    isRepeating = repeating
    let flags = Int16(EV_TIMEOUT) | (repeating ? Int16(EV_PERSIST) : 0)
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe event = event_new(loop.base, -1, flags, timerIsDue, argument)
    if unsafe event == nil { fatalError("out of memory for a timer") }
  }

  fileprivate func fire() { handler() }
}

private func timerIsDue(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  // Retained for the call: the handler may release the timer.
  unsafe Unmanaged<Timer>.fromOpaque(argument).takeUnretainedValue().fire()
}
