import ItemStore
import Platform

/// The groups of `stats`: gathered from workers, store and acceptor when asked for, in memcached's names and order.
///
/// Called on the thread of the worker that was asked; everything read here is an atomic word or behind a short lock.
final class Statistics: Sendable {
  typealias Line = (name: String, value: String)

  let context: ServerContext
  /// Of each worker.
  let counters: [WorkerCounters]
  let pairing: Pairing

  init(context: ServerContext, counters: [WorkerCounters], pairing: Pairing) {
    self.context = context
    self.counters = counters
    self.pairing = pairing
  }

  /// The lines of a group, or nil where there is no such group.
  func lines(_ group: String) -> [Line]? {
    switch group {
    case "": general
    case "settings": settings
    case "items": items
    case "slabs": slabs
    case "replication": replication
    default: nil
    }
  }

  /// Counters begin anew; what is held stays counted.
  func reset() {
    for worker in counters { worker.reset() }
    context.accepting.reset()
    context.prefixStatistics.reset()
    context.store.resetCounters()
  }

  func sum(_ counter: WorkerCounter) -> UInt64 {
    counters.reduce(0) { $0 &+ $1[counter] }
  }

  func sum(_ counter: ClassCounter) -> UInt64 {
    counters.reduce(0) { $0 &+ $1.sum(counter) }
  }

  func sum(_ counter: ClassCounter, _ slabClass: Int) -> UInt64 {
    counters.reduce(0) { $0 &+ $1[counter, slabClass] }
  }
}

/// Lines of a group in the making.
struct StatisticsLines {
  private(set) var lines: [Statistics.Line] = []

  mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    lines.append((name, value.description))
  }

  /// memcached shows switches as 0 and 1, or in `stats settings` as yes and no.
  mutating func add(_ name: String, flag: Bool) { add(name, flag ? 1 : 0) }
  mutating func add(_ name: String, yes: Bool) { add(name, yes ? "yes" : "no") }
}
