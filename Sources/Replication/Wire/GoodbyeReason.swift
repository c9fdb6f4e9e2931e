/// Why a side closes the link, told to the other and written in the log. An unknown number reads as `other`.
package enum GoodbyeReason: UInt8, Sendable, Equatable {
  case other = 0
  case shutdown = 1
  case alreadyConnected = 2
  case wrongVersion = 3
  /// It has items from a time to come.
  case clockApart = 4
  case wrongSecret = 5
  case notAdmitted = 6
  case malformed = 7
  /// Two links arose between the same two; this is the one that goes.
  case secondLink = 8
  /// A connection to oneself.
  case oneself = 9
  case tooManyHandshakes = 10
  /// The one that says it has a secret, the one that is told has none.
  case secretMissing = 11
  /// The one that says it has no secret, the one that is told has one.
  case secretUnwanted = 12
  /// The receiver's clock is so much ahead of the one's that says it; behind it.
  case clockAhead = 13
  case clockBehind = 14
  /// The receiver has the node number of the peer that is connected: a host that was cloned.
  case sameNode = 15
  /// The one that says it was told to pair with another daemon.
  case anotherPeer = 16
  /// The one that says it has items from a time to come.
  case clockApartHere = 17

  package var text: String {
    switch self {
    case .other: "closed"
    case .shutdown: "shutdown"
    case .alreadyConnected: "already connected"
    case .sameNode: "a daemon with the same host name, -l, -p and -X is connected: give each host its own name"
    case .anotherPeer: "it was told to pair with another"
    case .wrongVersion: "another protocol version"
    case .clockApart: "this side's items are from more than 60 s ahead of its clock"
    case .clockApartHere: "its items are from more than 60 s ahead of its clock"
    case .clockAhead: "this side's clock is more than 60 s ahead of its clock"
    case .clockBehind: "this side's clock is more than 60 s behind its clock"
    case .wrongSecret: "the secrets differ: -o repl_secret"
    case .notAdmitted: "not admitted (-x)"
    case .malformed: "malformed data"
    case .secondLink: "a second link"
    case .oneself: "connected to itself"
    case .tooManyHandshakes: "too many handshakes"
    case .secretMissing: "it has a secret, this side has none: -o repl_secret"
    case .secretUnwanted: "it has no secret, this side has one: -o repl_secret"
    }
  }
}
