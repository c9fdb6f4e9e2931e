import Logging
import MemcacheClientCore
import Metrics

/// What operators see: lines by swift-log, numbers by swift-metrics, both to wherever the program has sent them.
final class ClientObserver: Sendable {
  private let logger: Logger
  private let names: [String]
  private let requests = Counter(label: "memcache_client_requests_total")
  private let failures = Counter(label: "memcache_client_failures_total")
  private let unknown = Counter(label: "memcache_client_unknown_outcomes_total")
  private let hits = Counter(label: "memcache_client_hits_total")
  private let misses = Counter(label: "memcache_client_misses_total")
  private let repeats = Counter(label: "memcache_client_repeats_total")
  private let hedges = Counter(label: "memcache_client_hedges_total")
  private let moves = Counter(label: "memcache_client_moves_total")
  private let deaths = Counter(label: "memcache_client_dead_servers_total")

  init(_ logger: Logger, _ names: [String]) {
    self.logger = logger
    self.names = names
  }

  func completed(_ result: Result<Outcome, RequestFailure>) {
    requests.increment()
    switch result {
    case .success(.item(nil)): misses.increment()
    case .success(.item): hits.increment()
    case .success: break
    case .failure(.cancelled): break
    case .failure(.outcomeUnknown): unknown.increment()
    case .failure: failures.increment()
    }
  }

  func note(_ note: ClientNote) {
    switch note {
    case .serverDied(let server, let why):
      deaths.increment()
      logger.warning("server is dead", metadata: metadata(server, why: why))
    case .serverReturned(let server): logger.notice("server is back", metadata: metadata(server))
    case .moved(let server, let side):
      moves.increment()
      logger.notice("pair: the \(side) side is asked", metadata: metadata(server))
    case .linkFailed(let server, let side, let why):
      logger.info("connection lost", metadata: metadata(server, why: "\(side) side: \(why)"))
    case .hedged: hedges.increment()
    case .repeated: repeats.increment()
    }
  }

  private func metadata(_ server: Int, why: String? = nil) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["server": "\(names.indices.contains(server) ? names[server] : "")"]
    if let why { metadata["reason"] = "\(why)" }
    return metadata
  }
}
