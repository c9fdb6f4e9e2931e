import EventLoop
import Platform
import SystemPackage

/// Why there is no replication at all.
package enum ReplicationError: Error, Sendable, Equatable, CustomStringConvertible {
  case cannotListen(SocketAddress, Errno)
  case noMemory(Errno)
  case noLoop(EventLoopError)
  case noThread(Errno)

  /// Without the place, for a line that names it.
  var cause: String {
    switch self {
    case .cannotListen(_, let error), .noMemory(let error), .noThread(let error): error.description
    case .noLoop(let error): error.description
    }
  }

  package var description: String {
    switch self {
    case .cannotListen(let address, let error): "cannot listen for the peer on \(address): \(error)"
    case .noMemory(let error): "no memory for the replication queue: \(error)"
    case .noLoop(let error): "\(error)"
    case .noThread(let error): "cannot start the replication thread: \(error)"
    }
  }
}
