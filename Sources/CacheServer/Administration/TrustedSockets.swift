import ConnectionServer
import Platform
import Synchronization
import SystemPackage
import Transport

/// Sockets whose other end this process holds: what comes there needs no login, for whoever writes it has logged in elsewhere.
///
/// A socket is known by the number that the kernel gives it, and let in once: a descriptor that is used again is another socket.
/// While there is none, which is nearly always, a connection's first byte costs one look at a word.
final class TrustedSockets: Sendable {
  private let count = Atomic<Int>(0)
  private let identities = Mutex<Set<UInt64>>([])

  func add(_ socket: FileDescriptor) {
    guard let identity = Socket.identity(socket) else { return }
    let isNew = identities.withLock { $0.insert(identity).inserted }
    if isNew { count.add(1, ordering: .releasing) }
  }

  /// Whether it is one; no more from now on.
  func admit(_ socket: FileDescriptor) -> Bool {
    if count.load(ordering: .acquiring) == 0 { return false }
    guard let identity = Socket.identity(socket) else { return false }
    let wasThere = identities.withLock { $0.remove(identity) != nil }
    if wasThere { count.subtract(1, ordering: .relaxed) }
    return wasThere
  }
}

extension ServerContext {
  /// A connection of this process to one of its workers, which serves it as a client that has logged in.
  ///
  /// - Parameter request: something must be there when the worker looks whose it is.
  /// - Returns: the near end, and how much of the request it has taken.
  func connectInternally(
    _ request: [UInt8], adopt: (Transport) -> Void
  ) throws(Errno) -> (socket: FileDescriptor, sent: Int) {
    let (near, far) = try Socket.pair()
    var sent = 0
    if case .bytes(let count) = Socket.send(near, request.span) { sent = count }
    trustedSockets.add(far)
    serving.connectionOpened()
    adopt(.plain(far))
    return (near, sent)
  }
}
