import ConnectionServer
import ItemStore
import Synchronization

/// Connections that have asked for `stats digest` and wait: the walk over all items is the maintenance thread's, so that
/// no worker stands still for it.
final class DigestRequests: Sendable {
  private let requests = Mutex<[DeferredReply]>([])
  private static let bucketsPerStep = 64
  /// A few milliseconds of walking.
  private static let stepsAtATime = 64

  func add(_ request: DeferredReply) { requests.withLock { $0.append(request) } }

  /// Answers all who wait with one walk. On the maintenance thread, which has other duties: of millions of items a walk
  /// takes seconds, and an index that does not grow for so long takes no more items.
  func answer(_ store: ItemStore, now: UInt32, meanwhile: () -> Void = {}) {
    let waiting = requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
    if waiting.isEmpty { return }
    var walk = ItemStore.DigestWalk()
    var steps = 0
    while store.digest(&walk, buckets: Self.bucketsPerStep, now: now) {
      steps += 1
      if steps.isMultiple(of: Self.stepsAtATime) { meanwhile() }
    }
    let digits = String(walk.sum, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    let text = "STAT digest \(padded)\r\nEND\r\n"
    for request in waiting { request.send(text) }
  }
}
