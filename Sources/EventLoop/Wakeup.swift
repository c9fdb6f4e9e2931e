import Platform
import SystemPackage

// The one way into a loop from another thread.
//
//    any thread: signal() ── signaled? ──no──▶ eventfd ──▶ loop's thread: not signaled any more, then handler()
//                              └──yes──▶ nothing: the handler has not run yet and will see what was done before
//
// Invariants. What a thread did before `signal()` is visible to a handler call that begins after it; many signals may
// make one call. The loop holds the handler and calls it until the loop is freed; a signal after that writes to a
// descriptor that nobody reads and is harmless, for the descriptor lives as long as anyone holds a Wakeup.
// The handler must not hold the loop (or who owns it) strongly: that is a cycle.

package struct Wakeup: Sendable {
  private let descriptor: WakeupDescriptor

  /// On the loop's thread, or before it runs.
  package init(loop: EventLoop, _ handler: @escaping () -> Void) throws(EventLoopError) {
    descriptor = try WakeupDescriptor()
    loop.keep(try WakeupListener(base: loop, descriptor: descriptor, handler))
  }

  /// From any thread, at any time.
  package func signal() { descriptor.signal() }
}
