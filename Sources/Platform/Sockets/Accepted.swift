import SystemPackage

/// What an accept4(2) came to.
package enum Accepted: Sendable {
  case connection(FileDescriptor, SocketAddress)
  case wouldBlock
  /// Descriptors or kernel memory ran out: the connection stays queued, accepting should rest a while.
  case exhausted
  case failed(Errno)
}
