/// How far a connection has come with its server.
///
/// ```
///   negotiating ──first byte──▶ (authenticating ──▶) ready(protocol)
/// ```
///
/// It is a connection's own note (`Turn.phase`) and stays while that is idle, so it is a number of three bits. Requests, those
/// of the fast way for groups of keys too, are executed by what a connection is `ready` for and by nothing else.
enum Conversation: Equatable {
  /// Nothing has come: the first byte tells the protocol.
  case negotiating
  /// Nothing is executed but a login. There is none to ask for yet, so no connection is here.
  case authenticating
  case ready(Protocol)

  enum `Protocol` {
    case text, binary
  }

  @inline(__always)
  init(phase: UInt8) {
    switch phase {
    case Self.text: self = .ready(.text)
    case Self.binary: self = .ready(.binary)
    case 0: self = .negotiating
    default: self = .authenticating
    }
  }

  var phase: UInt8 {
    switch self {
    case .negotiating: 0
    case .authenticating: 1
    case .ready(.text): Self.text
    case .ready(.binary): Self.binary
    }
  }

  private static var text: UInt8 { 2 }
  private static var binary: UInt8 { 3 }
}
