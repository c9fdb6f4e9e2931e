import ItemStore

/// A worker's way to the peer: the store's journal, and a word at the end of each batch.
package protocol WorkerJournal: MutationJournal {
  /// Called before the answers of a pass are sent, and when answers of another kind have been: whoever sends the records
  /// may be asleep.
  func flush()
  /// The newest stamp of this worker's changes, whether or not there is a peer, and whether or not it is sent yet.
  var newestStamp: Stamp { get }
}
