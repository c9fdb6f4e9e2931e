import ItemStore

/// A worker's way to the peer: the store's journal, and a word at the end of each batch.
package protocol WorkerJournal: MutationJournal {
  /// Called once when the answers of a wake-up have been handed to the kernel: whoever sends the records may be asleep.
  func flush()
  /// The newest stamp of this worker's changes, whether or not there is a peer, and whether or not it is sent yet.
  var newestStamp: Stamp { get }
}
