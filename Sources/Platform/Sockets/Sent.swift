import SystemPackage

/// What a send(2) came to.
@usableFromInline package enum Sent: Equatable, Sendable {
  /// May be fewer than were offered.
  case bytes(Int)
  case wouldBlock
  case failed(Errno)
}
