/// Who hears, on the loop's thread, that a socket is ready; the token is the one its SocketEvent was made with.
package protocol EventHandler: AnyObject {
  func socketReady(_ token: UInt32, _ readiness: Readiness)
}

extension EventHandler {
  /// Reached through an `any EventHandler`, which this opens.
  func makeDispatcher() -> Dispatcher { HandlerDispatcher(self) }
}
