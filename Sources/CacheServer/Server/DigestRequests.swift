import ConnectionServer
import ItemStore

/// Connections that have asked for `stats digest` and wait for a walk over all items.
final class DigestRequests: Sendable {
  private let replies = DeferredReplies()

  func add(_ reply: DeferredReply) { replies.add(reply) }

  /// Answers all who wait with one walk. On the maintenance thread.
  func answer(_ store: ItemStore, now: UInt32, meanwhile: () -> Void = {}) {
    replies.answer {
      let digits = String(Self.walk(store, now: now, meanwhile: meanwhile).sum, radix: 16)
      let padded = String(repeating: "0", count: 16 - digits.count) + digits
      return "STAT digest \(padded)\r\nEND\r\n"
    }
  }

  /// Through the whole store.
  static func walk(_ store: ItemStore, now: UInt32, meanwhile: () -> Void) -> ItemStore.DigestWalk {
    var walk = ItemStore.DigestWalk()
    DeferredReplies.walk(meanwhile: meanwhile) {
      store.digest(&walk, buckets: DeferredReplies.bucketsPerStep, now: now)
    }
    return walk
  }
}
