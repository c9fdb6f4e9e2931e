/// The error answers of the text protocol and its meta commands, byte for byte as memcached 1.6 gives them. It has no peer:
/// the last four are repcached's alone.
@usableFromInline package enum TextError: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case unknownCommand
  case badCommandLine
  case badDataChunk
  case invalidExptime
  case invalidDelta
  case nonNumeric
  case tooLarge
  case outOfMemoryStoring
  case outOfMemory
  case flushNotAllowed
  case shutdownNotEnabled
  case invalidShutdownMode
  case automoveWindow
  case tooManyConnections
  case optionsTooLong
  case duplicateFlag
  case invalidFlag
  case invalidOrDuplicateFlag
  case badToken
  case errorDecodingKey
  case opaqueTooLong
  case invalidInitialValue
  case invalidDeltaValue
  case invalidStoreMode
  case invalidArithmeticMode
  case tooManyReaders
  case unauthenticated
  case authTokenTooLong
  case authBadTermination
  case authBadToken
  case authFailure
  case refusedByPeer
  case replicationUsage
  case notFromHere
  case replyTooLarge

  /// The whole answer with its CRLF.
  @inlinable package var line: StaticString {
    switch self {
    case .unknownCommand: "ERROR\r\n"
    case .badCommandLine: "CLIENT_ERROR bad command line format\r\n"
    case .badDataChunk: "CLIENT_ERROR bad data chunk\r\n"
    case .invalidExptime: "CLIENT_ERROR invalid exptime argument\r\n"
    case .invalidDelta: "CLIENT_ERROR invalid numeric delta argument\r\n"
    case .nonNumeric: "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"
    case .tooLarge: "SERVER_ERROR object too large for cache\r\n"
    case .outOfMemoryStoring: "SERVER_ERROR out of memory storing object\r\n"
    case .outOfMemory: "SERVER_ERROR out of memory\r\n"
    case .flushNotAllowed: "CLIENT_ERROR flush_all not allowed\r\n"
    case .shutdownNotEnabled: "SERVER_ERROR: shutdown not enabled\r\n"
    case .invalidShutdownMode: "CLIENT_ERROR invalid shutdown mode\r\n"
    case .automoveWindow: "CLIENT_ERROR automove window too low or too high\r\n"
    case .tooManyConnections: "ERROR Too many open connections\r\n"
    case .optionsTooLong: "CLIENT_ERROR options flags are too long\r\n"
    case .duplicateFlag: "CLIENT_ERROR duplicate flag\r\n"
    case .invalidFlag: "CLIENT_ERROR invalid flag\r\n"
    case .invalidOrDuplicateFlag: "CLIENT_ERROR invalid or duplicate flag\r\n"
    case .badToken: "CLIENT_ERROR bad token in command line format\r\n"
    case .errorDecodingKey: "CLIENT_ERROR error decoding key\r\n"
    case .opaqueTooLong: "CLIENT_ERROR opaque token too long\r\n"
    case .invalidInitialValue: "CLIENT_ERROR invalid numeric initial value\r\n"
    case .invalidDeltaValue: "CLIENT_ERROR invalid numeric delta value\r\n"
    case .invalidStoreMode: "CLIENT_ERROR invalid mode for ms M token\r\n"
    case .invalidArithmeticMode: "CLIENT_ERROR invalid mode for ma M token\r\n"
    case .tooManyReaders: "SERVER_ERROR refcount overflow during fetch\r\n"
    case .replicationUsage: "CLIENT_ERROR usage: replication peer HOST[:PORT]|none\r\n"
    case .notFromHere: "CLIENT_ERROR only clients on the same host may do that\r\n"
    case .replyTooLarge: "SERVER_ERROR reply too large for UDP\r\n"
    case .unauthenticated: "CLIENT_ERROR unauthenticated\r\n"
    case .authTokenTooLong: "CLIENT_ERROR auth token too long\r\n"
    case .authBadTermination: "CLIENT_ERROR bad command line termination\r\n"
    case .authBadToken: "CLIENT_ERROR bad authentication token format\r\n"
    case .authFailure: "CLIENT_ERROR authentication failure\r\n"
    case .refusedByPeer: "SERVER_ERROR not stored: the peer refused it\r\n"
    }
  }
}
