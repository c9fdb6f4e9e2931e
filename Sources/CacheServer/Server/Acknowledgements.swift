import ItemStore
import Synchronization

/// What the peer has acknowledged, for workers that hold answers until it has (`-o repl_ack`).
///
/// The link's thread notes each acknowledgement; a worker that holds answers has left a bell and is rung. Without a peer
/// everything counts as acknowledged, so nothing waits.
final class Acknowledgements: Sendable {
  /// How long an answer may wait; nil: none does.
  let limit: Duration?
  private let word = Atomic<UInt64>(Stamp.greatest.rawValue)
  private let timeouts = Atomic<UInt64>(0)
  private let bells = Mutex<[WorkerMailbox]>([])

  init(limit: Duration?) { self.limit = limit }

  var isOn: Bool { limit != nil }
  var timeoutCount: UInt64 { timeouts.load(ordering: .relaxed) }

  func has(_ stamp: Stamp) -> Bool { stamp.rawValue <= word.load(ordering: .sequentiallyConsistent) }

  func countTimeout() { timeouts.add(1, ordering: .relaxed) }

  func register(_ mailbox: WorkerMailbox) { bells.withLock { $0.append(mailbox) } }

  /// On the link's thread; `Stamp.greatest` when there is no peer.
  func note(_ stamp: Stamp) {
    guard isOn else { return }
    word.store(stamp.rawValue, ordering: .sequentiallyConsistent)
    bells.withLock { for mailbox in $0 { mailbox.ringIfHolding() } }
  }
}
