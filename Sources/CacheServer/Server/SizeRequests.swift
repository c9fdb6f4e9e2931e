import ConnectionServer
import ItemStore
import Synchronization

/// Connections that have asked for `stats sizes` and wait: the walk over all items is the maintenance thread's, as that of
/// `DigestRequests`. memcached counts each write for it, and only when it was told to at its start; this costs writes nothing.
final class SizeRequests: Sendable {
  private let requests = Mutex<[DeferredReply]>([])
  private static let bucketsPerStep = 64
  private static let stepsAtATime = 64

  func add(_ request: DeferredReply) { requests.withLock { $0.append(request) } }

  /// Answers all who wait with one walk. On the maintenance thread, which has other duties.
  func answer(_ store: ItemStore, now: UInt32, meanwhile: () -> Void = {}) {
    let waiting = requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
    if waiting.isEmpty { return }
    var walk = ItemStore.SizeWalk()
    var steps = 0
    while store.countSizes(&walk, buckets: Self.bucketsPerStep, now: now) {
      steps += 1
      if steps.isMultiple(of: Self.stepsAtATime) { meanwhile() }
    }
    let lines = walk.counts.sorted { $0.key < $1.key }.map { "STAT \($0.key) \($0.value)\r\n" }
    let text = lines.joined() + "END\r\n"
    for request in waiting { request.send(text) }
  }
}
