// The call from the loop to its handler.
//
// A stored `any EventHandler` is retained and released around every call through it. So the existential is opened once,
// when the handler is set; what remains is a class of its type which calls it unretained.

/// Calls nobody.
class Dispatcher {
  func dispatch(_ token: UInt32, _ readiness: Readiness) {}
  func endPass() {}
}

@safe final class HandlerDispatcher<Handler: EventHandler>: Dispatcher {
  private let handler: Unmanaged<Handler>

  init(_ handler: Handler) {
    unsafe self.handler = .passUnretained(handler)
  }

  override func dispatch(_ token: UInt32, _ readiness: Readiness) {
    unsafe handler._withUnsafeGuaranteedRef { $0.socketReady(token, readiness) }
  }

  override func endPass() {
    unsafe handler._withUnsafeGuaranteedRef { $0.passEnded() }
  }
}

/// Who is told, on the loop's thread, that a socket is ready; the token is the one its SocketEvent was made with.
package protocol EventHandler: AnyObject {
  func socketReady(_ token: UInt32, _ readiness: Readiness)
  /// All that was ready has been served, the timers and wake-ups of the same pass too: the loop looks for more, waits
  /// or ends. What the handler put off until the others had their turn is done here.
  func passEnded()
}

extension EventHandler {
  package func passEnded() {}

  /// Reached through an `any EventHandler`, which this opens.
  func makeDispatcher() -> Dispatcher { HandlerDispatcher(self) }
}
