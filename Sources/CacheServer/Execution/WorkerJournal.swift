import ItemStore
import Replication

/// A worker's way to the peer: the store's journal, and a word at the end of each batch.
package protocol WorkerJournal: MutationJournal {
  /// Called before the answers of a pass are sent, and when answers of another kind have been: whoever sends the records
  /// may be asleep.
  func flush()
  /// How many changes of this worker there have been for the peer; none while there is no peer.
  var position: UInt64 { get }
  /// The stamp of this worker's last change.
  var newestStamp: Stamp { get }
  /// What has become of them.
  var outcomes: WriteOutcomes { get }
}
