import ItemStore
import MemcacheProtocol
import Platform

/// What a connection has begun and not finished. During a wake-up it is the worker's `current` one.
///
/// At most one of `storing`, `retrieval` and a positive `swallow` is there at a time: they say what the next input is.
/// What the next output is, `output` and `inserts` say together.
struct Transfer: ~Copyable {
  /// Received and not consumed.
  var input: ByteBuffer?
  /// Answered and not sent.
  var output: ByteBuffer?
  /// A storage command whose data block is being received.
  var storing: Storing?
  /// A retrieval whose keys are served as they come, or as the client reads.
  var retrieval: LongRetrieval?
  /// Bytes of input to drop: the data block of a refused command.
  var swallow = 0
  /// Large values that are sent from their items, in order, between output's bytes.
  var inserts: [Insert] = []

  /// A storage command in the middle of its data block.
  struct Storing: ~Copyable {
    var pending: PendingItem
    let mode: StoreMode
    let hash: UInt64
    let isCAS: Bool
    let noreply: Bool
    /// What of the CRLF behind the value has come, and whether it was right so far.
    var terminatorCount = 0
    var isTerminated = true
  }

  /// Bytes still to come of the value that is being received.
  var missingValue: Int {
    switch storing {
    case .some(let storing): storing.pending.missing
    case .none: 0
    }
  }

  /// The answers wait until the peer has processed the worker's changes so far (`-o repl_ack`).
  var heldUntil: UInt64?
  /// Numbers of the writes that they speak of.
  var writes: Range<UInt64> = 0..<0
  /// The next answer is made by another thread.
  var awaited = Awaited.nothing
  /// The client has sent all it will: the connection closes when the answers are out.
  var isEnding = false

  enum Awaited {
    case nothing
    /// To be asked for when what stands before it has been sent.
    case digest, connections
    case asked
  }

  var isNothing: Bool {
    let isReceiving = storing != nil || retrieval != nil || swallow > 0
    let isWaiting = heldUntil != nil || awaited != .nothing || isEnding
    return !isReceiving && !isWaiting && input == nil && output == nil && inserts.isEmpty
  }
}
