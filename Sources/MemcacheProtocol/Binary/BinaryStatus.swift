/// How the binary protocol says what became of a request: a number, and a sentence that is the body of the answer. Numbers and
/// sentences are memcached's, but for the last two.
@usableFromInline package enum BinaryStatus: UInt16, Sendable, BitwiseCopyable, CaseIterable {
  case success = 0x00
  case notFound = 0x01
  case exists = 0x02
  case tooLarge = 0x03
  case invalidArguments = 0x04
  case notStored = 0x05
  case nonNumeric = 0x06
  case notAllowed = 0x20
  /// The login wants another step.
  case loginGoesOn = 0x21
  case unknownCommand = 0x81
  case outOfMemory = 0x82
  /// repcached alone has it: the number is the protocol's for a failure that passes, which memcached itself never gives.
  case refusedByPeer = 0x86
  /// repcached alone has it, with the protocol's number for what a server does not do: the answer has no room in as many datagrams as it may take.
  case replyTooLarge = 0x83

  @inlinable package var sentence: StaticString {
    switch self {
    case .success, .loginGoesOn: ""
    case .notFound: "Not found"
    case .exists: "Data exists for key."
    case .tooLarge: "Too large."
    case .invalidArguments: "Invalid arguments"
    case .notStored: "Not stored."
    case .nonNumeric: "Non-numeric server-side value for incr or decr"
    case .notAllowed: "Auth failure."
    case .unknownCommand: "Unknown command"
    case .outOfMemory: "Out of memory"
    case .refusedByPeer: "Not stored: the peer refused it"
    case .replyTooLarge: "Reply too large for UDP"
    }
  }
}
