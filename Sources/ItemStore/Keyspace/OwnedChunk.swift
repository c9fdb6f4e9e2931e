/// A chunk that is its holder's to free, once: nothing links it, and nobody pins it.
///
/// It is made by whoever takes an item's state to that (`ItemState`, "Who frees a chunk"), and ended by
/// `Keyspace.release`, or by whoever fills the chunk anew. One that is merely dropped would leave its memory lost, so
/// that stops a debug build.
struct OwnedChunk: ~Copyable {
  /// Of a chained item, the head.
  let reference: UInt32

  init(_ reference: UInt32) { self.reference = reference }

  /// Ends it: the chunk is what the caller makes of it.
  consuming func take() -> UInt32 {
    let reference = reference
    discard self
    return reference
  }

  deinit { assertionFailure("chunk \(reference) is lost") }
}
