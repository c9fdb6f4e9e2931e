import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// What a connection has begun and not finished, of what its session keeps. During a turn it is the session's `current` one.
///
/// At most one of `storing`, `retrieval`, `stream` and a positive `swallow` is there at a time: they say what comes next.
struct UnfinishedRequest: ~Copyable {
  /// A storage command whose data block is being received.
  var storing: Storing?
  /// Of a storage command that is a meta command.
  var meta = MetaStorage()
  /// A retrieval whose keys are served as they come, or as the client reads.
  var retrieval: Retrieval?
  /// An answer that is produced as the client reads. Whether there is one says `isStreaming`: to look at an
  /// existential is to copy it.
  private(set) var stream: (any StreamedReply)?
  private(set) var isStreaming = false
  /// Bytes of input to drop: the data block of a refused command.
  var swallow = 0
  /// The answers wait for the peer's word (`-o repl_ack`).
  var held = AckGate.HeldReply()
  /// The next answer is made by another thread.
  var deferred = Deferred.nothing

  /// A storage command in the middle of its data block.
  struct Storing: ~Copyable {
    var pending: PendingItem
    let mode: StoreMode
    let hash: UInt64
    let isCAS: Bool
    let noreply: Bool
    var isMeta = false
    /// As the client gave it, for who watches.
    var exptime: Int64 = 0
    /// What of the CRLF behind the value has come, and whether it was right so far.
    var terminatorCount = 0
    var isTerminated = true
    var isOutOfMemory = false
  }

  /// What `watch` shows, if that is the stream.
  var subscription: WatchSubscription? { (stream as? WatchStream)?.subscription }

  struct Retrieval {
    var line: LongRetrieval
    /// Its line is in the input as a whole: what is wrong at its end voids what was answered of its beginning.
    let isWhole: Bool
  }

  mutating func setStream(_ stream: (any StreamedReply)?) {
    self.stream = stream
    isStreaming = stream != nil
  }

  enum Deferred {
    case nothing, digest, connections, sizes, certificates
  }

  /// Bytes still to come of the value that is being received.
  var missingValue: Int {
    switch storing {
    case .some(let storing): storing.pending.missing
    case .none: 0
    }
  }

  var isNothing: Bool {
    let isInTheMiddle = storing != nil || retrieval != nil || swallow > 0 || isStreaming
    return !isInTheMiddle && held.until == nil && deferred == .nothing
  }
}

extension UnfinishedRequest.Storing {
  /// What its command said, as far as who watches is told of it.
  var storage: CommandExecutor.Storage {
    borrowing get {
      CommandExecutor.Storage(
        mode: mode, clientFlags: 0, exptime: exptime, valueCount: pending.valueCount, isCAS: isCAS, isSet: false)
    }
  }
}
