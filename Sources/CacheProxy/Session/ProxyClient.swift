import ConnectionServer
import MemcacheProtocol

/// A client that waits for answers, or has sent a part of a value. One that does neither costs nothing here.
struct ProxyClient: BitwiseCopyable {
  /// Where the worker keeps it, while it can be told to go on.
  var place: SuspendedPlace?
  /// Its requests, in their order.
  var first = UInt32.none
  var last = UInt32.none
  var count = 0
  /// It is among those that have an answer.
  var isReady = false
  /// It asked for more than it may have under way, and is not read from.
  var isFull = false

  /// A retrieval whose line is longer than the buffer, and how far it is read.
  var retrieval = UInt32.none
  var line: LongRetrieval?

  // A value of which not all has come.

  /// Its command and its bytes so far.
  var storing = UInt32.none
  /// Bytes that are missing, the two at its end among them.
  var missing = 0
  var draft = StorageDraft()
  /// Bytes that belong to no command, and are dropped.
  var swallow = 0
  /// It has said quit, or what it says is no protocol.
  var isLeaving = false
}

/// A storage command whose value is on its way.
struct StorageDraft: BitwiseCopyable {
  var keyStart: Int32 = 0
  var keyCount: UInt16 = 0
  var isRepeatable = false
  /// The backup is told when the main has accepted it.
  var isGuarded = false
  var isAdd = false
  var noreply = false
  var kind = Kind.text

  enum Kind: UInt8 {
    case text, meta, binary
  }
}
