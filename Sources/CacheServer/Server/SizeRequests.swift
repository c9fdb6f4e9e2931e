import ConnectionServer
import ItemStore

/// Connections that have asked for `stats sizes` and wait. memcached counts each write for it, and only when it was told to at
/// its start; a walk over all items costs writes nothing.
final class SizeRequests: Sendable {
  private let replies = DeferredReplies()

  func add(_ reply: DeferredReply) { replies.add(reply) }

  /// Answers all who wait with one walk. On the maintenance thread.
  func answer(_ store: ItemStore, now: UInt32, meanwhile: () -> Void = {}) {
    replies.answer {
      var walk = ItemStore.SizeWalk()
      DeferredReplies.walk(meanwhile: meanwhile) {
        store.countSizes(&walk, buckets: DeferredReplies.bucketsPerStep, now: now)
      }
      let lines = walk.counts.sorted { $0.key < $1.key }.map { "STAT \($0.key) \($0.value)\r\n" }
      return lines.joined() + "END\r\n"
    }
  }
}
