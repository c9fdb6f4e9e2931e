import CLibevent
import Platform
import SystemPackage

// libevent as safe Swift.
//
// Purpose. One loop a thread: it waits for sockets, timers, signals and wake-ups and calls, one after another, whom
// they concern. Sockets go to one handler by token, without a closure, a retain or an allocation, for they are many and
// often ready; timers, signals and wake-ups carry a closure, for they are few and rare.
//
//    epoll ──▶ libevent ──▶ socketIsReady(…, record) ──▶ dispatcher ──▶ handler.socketReady(token, readiness)
//                     │           └ SocketEvent's record, before libevent's own struct in one cell of the loop's
//                     └────▶ Timer, SignalEvent, Wakeup: their closures
//
// It runs in passes: one epoll_wait, then all that was ready, then handler.passEnded(). In a pass no socket is ready
// twice.
//
// Invariants. All of it belongs to one thread, `Wakeup.signal` excepted. Every event keeps the loop alive, so the base
// is freed after the last of them; the loop keeps no event alive but the listeners of its wake-ups. The handler is not
// kept alive: it outlives its socket events or has taken itself out (`dispatch(to: nil)`).
// What is being dispatched may be destroyed by the handler it is dispatched to: libevent has taken all it needs from an
// event before it calls.
// Locks: none; the base is made without (EVENT_BASE_FLAG_NOLOCK). It must not know what the sockets carry.

@safe package final class EventLoop {
  let base: OpaquePointer
  var cells: SocketEventCells
  private var dispatcher = Dispatcher()
  // The same, for the call that must not retain it.
  private var unretainedDispatcher: Unmanaged<Dispatcher>
  private var wakeups: [WakeupListener] = []
  private var isStopping = false
  /// Descriptors that are to be closed: those of this pass, and those of the one before.
  private var retired: [FileDescriptor] = []
  private var retiredBefore: [FileDescriptor] = []

  package init() throws(EventLoopError) {
    _ = LibeventMemory.isInstalled
    do { cells = try SocketEventCells() } catch { throw .noBase(error) }
    guard let config = unsafe event_config_new() else { throw .outOfMemory }
    defer { unsafe event_config_free(config) }
    // Changes of interest are gathered until the next wait: a socket that turns from reading to writing and back
    // costs one epoll_ctl or none.
    let flags = EVENT_BASE_FLAG_NOLOCK.rawValue | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue
    unsafe event_config_set_flag(config, Int32(flags))
    guard let base = unsafe event_base_new_with_config(config) else { throw .noBase(Errno.last) }
    unsafe self.base = unsafe base
    unsafe unretainedDispatcher = .passUnretained(dispatcher)
  }

  deinit {
    for descriptor in retiredBefore + retired { Socket.close(descriptor) }
    wakeups.removeAll()
    unsafe event_base_free(base)
  }

  /// Sends the sockets' readiness to `handler` from now on, or nowhere. The handler is not kept alive: it must outlive
  /// its socket events, or take itself out first.
  package func dispatch(to handler: (any EventHandler)?) {
    dispatcher = handler.map { $0.makeDispatcher() } ?? Dispatcher()
    unsafe unretainedDispatcher = .passUnretained(dispatcher)
  }

  /// Of libevent, for `stats`.
  package static var libraryVersion: String { unsafe String(cString: event_get_version()) }

  /// Until `stop`, even when nothing is waited for.
  package func run() {
    while !isStopping, pass(EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY) {}
    isStopping = false
  }

  /// Ends `run` after the call under way, and `passEnded`; before `run`, makes it return at once. On the loop's thread.
  package func stop() {
    isStopping = true
    unsafe event_base_loopbreak(base)
  }

  /// Serves what is ready, once; waits for something to be ready if told so.
  package func runOnce(waiting: Bool = false) {
    _ = pass(waiting ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK)
  }

  /// False when the kernel refuses to wait.
  private func pass(_ flags: Int32) -> Bool {
    let result = unsafe event_base_loop(base, flags)
    // It may put another handler in its place meanwhile, as in `dispatch`.
    unsafe unretainedDispatcher._withUnsafeGuaranteedRef { $0.endPass() }
    if !retiredBefore.isEmpty || !retired.isEmpty { closeRetired() }
    return result >= 0
  }

  /// Closes a descriptor whose events are gone, when the kernel has been told: at the end of the next pass.
  ///
  /// Changes of interest are gathered (see `init`). A descriptor that is closed meanwhile and made anew under the same number, and is
  /// then watched for the same, has not changed for libevent: the kernel would never be told.
  package func close(_ descriptor: FileDescriptor) { retired.append(descriptor) }

  private func closeRetired() {
    for descriptor in retiredBefore { Socket.close(descriptor) }
    retiredBefore = retired
    retired = []
  }

  /// Has the handler called. It may put another in its place meanwhile: a dispatcher does nothing after its call.
  func dispatch(_ token: UInt32, _ readiness: Readiness) {
    unsafe unretainedDispatcher._withUnsafeGuaranteedRef { $0.dispatch(token, readiness) }
  }

  func keep(_ listener: WakeupListener) { wakeups.append(listener) }
}
