import MemcacheProtocol

/// What one client has asked and not been answered: it keeps the client's order.
struct PendingRequest: BitwiseCopyable {
  /// How the answers of its operations become its own.
  enum Form: UInt8 {
    /// One operation, whose answer it is.
    case single
    /// VALUE blocks of several, and END.
    case retrieval
    /// Of the main, or of the backup where that has none.
    case replicated
    /// Of all: OK where each says so, else what one said instead.
    case everywhere
    /// One operation of the binary protocol.
    case binary
  }

  enum Place: UInt8 {
    /// Nothing is to be sent.
    case nowhere
    /// In the buffer that was received to last.
    case received
    /// In a buffer.
    case buffered
  }

  /// None: nobody waits for it.
  var client: UInt32
  /// The next of the same client.
  var next = UInt32.none
  /// Operations under way.
  var pending: Int32 = 0
  var form: Form
  var place = Place.nowhere
  var isDone = false
  /// It has begun a write that ends with it; of which key, by hash: see `WriteGenerations`.
  var isWrite = false
  var written: UInt32 = 0
  /// Its answer is an error, whatever else comes.
  var isRefused = false
  /// Nothing is said of it.
  var isSilent = false
  /// The answer that is not asked for (`q` of a meta command): what it begins with.
  var silence = Silence.nothing
  /// Why there is no answer.
  var failure = Failure.nothing
  /// Of a retrieval: the main could not be asked, so the backup's word counts.
  var hasLostMain = false
  var isBinary = false
  /// Binary: an opcode as the client sent it, which quiet commands' answers have.
  var opcode: UInt8 = 0
  /// Binary: the client's own number.
  var opaque: UInt32 = 0
  /// Of a replicated write: how the answers of the main and of the backup rank.
  var mainRank = Rank.nothing
  var backupRank = Rank.nothing
  var start: Int32 = 0
  var count: Int32 = 0
  var buffer = UInt32.none

  init(client: UInt32, _ form: Form) { (self.client, self.form) = (client, form) }

  /// Of two answers to one write the greater is the client's: the main's where they rank alike.
  enum Rank: UInt8, Comparable {
    case nothing, backupError, miss, success, mainError

    static func < (one: Rank, other: Rank) -> Bool { one.rawValue < other.rawValue }
  }

  enum Failure: UInt8 {
    case nothing
    /// Nobody who should have the key answers.
    case down
    /// More requests are under way to the server than may be.
    case busy
    /// The command may have been executed or not.
    case lost
    /// One of several servers answered with an error.
    case refused
    case outOfMemory

    var line: StaticString {
      switch self {
      case .nothing: ""
      case .down: "SERVER_ERROR no server of this key answers\r\n"
      case .busy: "SERVER_ERROR too many requests under way to the server of this key\r\n"
      case .lost: "SERVER_ERROR the answer was lost: the command may have been executed\r\n"
      case .refused: "SERVER_ERROR a server of these keys answered with an error\r\n"
      case .outOfMemory: "SERVER_ERROR too much waits for clients that do not read\r\n"
      }
    }
  }

  /// What a quiet command leaves unsaid.
  enum Silence: UInt8 {
    case nothing
    /// EN
    case miss
    /// HD
    case success
    /// HD and NF
    case successAndMiss
  }
}
