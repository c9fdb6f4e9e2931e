/// Who hears, on the loop's thread, that a socket is ready; the token is the one its SocketEvent was made with.
package protocol EventHandler: AnyObject {
  func socketReady(_ token: UInt32, _ readiness: Readiness)
  /// All that was ready has been served, the timers and wake-ups of the same pass too: the loop looks for more, waits or
  /// ends. What the handler put off until the others had their turn is done here.
  func passEnded()
}

extension EventHandler {
  package func passEnded() {}

  /// Reached through an `any EventHandler`, which this opens.
  func makeDispatcher() -> Dispatcher { HandlerDispatcher(self) }
}
