import SystemPackage

/// What a recv(2) came to.
@usableFromInline package enum Received: Equatable, Sendable {
  /// More than zero.
  case bytes(Int)
  case wouldBlock
  /// The peer has sent its last byte.
  case closed
  case failed(Errno)
}
