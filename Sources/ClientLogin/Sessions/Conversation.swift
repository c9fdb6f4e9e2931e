/// How far a connection has come with its server.
///
/// ```
///   negotiating ──first byte──▶ (authenticating ──login──▶) ready(protocol)
/// ```
///
/// It is a connection's own note (`Turn.phase`) and stays while that is idle, so it is a number of three bits. Requests, those
/// of the fast way for groups of keys too, are executed by what a connection is `ready` for and by nothing else.
@usableFromInline package enum Conversation: Equatable, Sendable {
  /// Nothing has come: the first byte tells the protocol.
  case negotiating
  /// Nothing is executed but a login (`-Y`).
  case authenticating(Login)
  case ready(Protocol)

  @usableFromInline package enum `Protocol`: Sendable {
    case text, binary
  }

  /// How a connection logs in.
  @usableFromInline package enum Login: Sendable {
    case text, binary
    /// A first step was taken, which the client has to go on with.
    case binaryStep
  }

  @inlinable @inline(__always)
  package init(phase: UInt8) {
    switch phase {
    case Self.text: self = .ready(.text)
    case Self.binary: self = .ready(.binary)
    case 0: self = .negotiating
    case 1: self = .authenticating(.text)
    case 4: self = .authenticating(.binary)
    default: self = .authenticating(.binaryStep)
    }
  }

  @inlinable package var phase: UInt8 {
    switch self {
    case .negotiating: 0
    case .authenticating(.text): 1
    case .ready(.text): Self.text
    case .ready(.binary): Self.binary
    case .authenticating(.binary): 4
    case .authenticating(.binaryStep): 5
    }
  }

  @inlinable static var text: UInt8 { 2 }
  @inlinable static var binary: UInt8 { 3 }
}
