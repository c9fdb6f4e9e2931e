import MemcacheProtocol

/// One command on its way to one backend: what was asked, and for whom.
///
/// Its bytes stand in its connection's buffer until it is answered, so what is to be said again to the same server or to another
/// need not be kept anywhere else.
struct Operation: BitwiseCopyable {
  /// What its answer looks like.
  enum Expected: UInt8 {
    /// VALUE blocks and END.
    case values
    /// One line.
    case line
    /// A line of the meta commands, a value behind it where it begins with VA.
    case meta
    /// One frame of the binary protocol, or several whose last is empty (`stat`).
    case frame
    /// The first that is asked on a connection: whether the server knows meta commands.
    case greeting
  }

  /// What becomes of its answer.
  enum Role: UInt8 {
    /// It is its request's answer as it is.
    case forward
    /// Of a retrieval of several keys or with backups: its values are collected.
    case collect
    /// Of the backup, for what the main does not have or cannot say; refills the main with what it finds.
    case second
    /// A write that is repeated on the backup.
    case replica
    /// A write that the other side is told of when it is accepted here.
    case guarded
    /// A value that is put back to its main: nobody waits for it.
    case refill
    /// A copy that is taken off, where it may be old.
    case erase
    /// Its answer is nobody's.
    case ignored
  }

  var request: UInt32
  /// The next of the same connection.
  var next: UInt32 = .none
  /// In the connection's buffer.
  var byteCount: Int32 = 0
  /// Where the first key stands in those, which is not answered yet.
  var keyStart: Int32 = 0
  var keyCount: UInt16 = 0
  var expected: Expected
  var role: Role
  /// May be said twice.
  var isRepeatable = true
  /// How often it was said again.
  var repeats: UInt8 = 0
  /// Of a retrieval: some of its keys are answered.
  var isPartlyAnswered = false
  /// Of `second`: the backup has it.
  var isFound = false
  var hasExptime = false
  /// More keys than one.
  var hasManyKeys = false
  var withCAS = false
  /// Milliseconds, when it was made.
  var madeAt: UInt32 = 0
  /// It changes nothing: the other side of a pair may be asked as well.
  var isRead = false
  /// The same question at the other side of a pair: the first answer counts.
  var otherAttempt: UInt32 = .none
  /// Of two attempts, the later one.
  var isHedge = false
  /// The other attempt has an answer, or is waited for alone.
  var isAbandoned = false
  /// What `refill` does is undone where this has changed; see `WriteGenerations`.
  var generation: UInt32 = 0
  /// Of `erase`: a copy under way is over when it is done.
  var endsCopy = false
  /// Of a write: the other place of the key is not told of it.
  var isSole = false

  init(_ request: UInt32, _ expected: Expected, _ role: Role) {
    (self.request, self.expected, self.role) = (request, expected, role)
  }
}

extension UInt32 {
  /// No element of a `StableArray`.
  static var none: UInt32 { .max }
}
