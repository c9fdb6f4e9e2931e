import ConnectionServer
import ItemStore
import Synchronization

/// Connections that wait for one and the same text: it is made once for all of them, on the maintenance thread, so that no worker
/// stands still for it and many who ask cost no more than ten of them a second.
final class DeferredReplies: Sendable {
  /// Buckets that a walk over the store looks at in one step, and so under locks.
  static let bucketsPerStep = 64
  /// A few milliseconds of walking.
  private static let stepsAtATime = 64

  private let waiting = Mutex<[DeferredReply]>([])

  func add(_ reply: DeferredReply) { waiting.withLock { $0.append(reply) } }

  /// - Parameter make: not called when nobody waits.
  func answer(_ make: () -> String) {
    let replies = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    if replies.isEmpty { return }
    let text = make()
    for reply in replies { reply.send(text) }
  }

  /// A walk over the whole store. The thread has other duties: of millions of items a walk takes seconds, and an index that does
  /// not grow for so long takes no more items.
  ///
  /// - Parameter step: false when all is walked.
  static func walk(meanwhile: () -> Void, _ step: () -> Bool) {
    var steps = 0
    while step() {
      steps += 1
      if steps.isMultiple(of: stepsAtATime) { meanwhile() }
    }
  }
}
