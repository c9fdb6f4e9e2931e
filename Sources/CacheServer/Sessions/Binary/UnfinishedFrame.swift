import ItemStore
import MemcacheProtocol

/// What a connection of the binary protocol has begun and not finished. During a turn it is the session's `current` one.
///
/// A positive `swallow` goes before the rest, and at most one of the others is there at a time: they say what comes next.
struct UnfinishedFrame: ~Copyable {
  /// A storage command whose value is being received.
  var storing: Storing?
  /// Bytes of input to drop.
  var swallow = 0
  /// What is answered next, and the connection closes.
  var refusal: Refusal?
  /// Statistics that are told as the client reads.
  var statistics: StatisticFrames?
  /// The answers wait for the peer's word (`-o repl_ack`).
  var held = AckGate.HeldReply()

  /// A storage command in the middle of its value.
  struct Storing: ~Copyable {
    var pending: PendingItem
    let hash: UInt64
    let request: BinaryRequest
  }

  struct Refusal {
    let request: BinaryHeader
    let status: BinaryStatus
  }

  /// Bytes still to come of the value that is being received.
  var missingValue: Int {
    switch storing {
    case .some(let storing): storing.pending.missing
    case .none: 0
    }
  }

  var isNothing: Bool {
    storing == nil && swallow == 0 && refusal == nil && statistics == nil && held.until == nil
  }
}
