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
