import Platform
import SystemPackage

// The one way into a loop from another thread.
//
//    any thread: signal() ── rung? ──no──▶ eventfd ──▶ loop's thread: not rung any more, then handler()
//                              └──yes──▶ nothing: the handler has not run yet and will see what was done before
//
// Invariants. What a thread did before `signal()` is visible to a handler call that begins after it; many signals may
// make one call. The loop holds the handler and calls it until the loop dies; a signal after that rings a bell nobody
// hears and is harmless, for the bell lives as long as anyone holds a Wakeup.
// The handler must not hold the loop (or who owns it) strongly: that is a cycle.

package struct Wakeup: Sendable {
  private let bell: Bell

  /// On the loop's thread, or before it runs.
  package init(loop: EventLoop, _ handler: @escaping () -> Void) throws(EventLoopError) {
    bell = try Bell()
    loop.keep(try WakeupListener(base: loop, bell: bell, handler))
  }

  /// From any thread, at any time.
  package func signal() { bell.ring() }
}
