import SystemPackage

/// What the kernel or libevent refused.
package enum EventLoopError: Error, Equatable, Sendable, CustomStringConvertible {
  case outOfMemory
  /// No event base: usually no descriptor is left.
  case noBase(Errno)
  /// No eventfd for a wake-up.
  case noWakeup(Errno)
  case noSignal(Int32)
  /// evhttp does not take a socket.
  case noListener

  package var description: String {
    switch self {
    case .outOfMemory: "out of memory for the event loop"
    case .noBase(let error): "cannot make an event loop: \(error)"
    case .noWakeup(let error): "cannot make a wake-up: \(error)"
    case .noSignal(let number): "cannot wait for signal \(number)"
    case .noListener: "cannot listen for HTTP"
    }
  }
}
