import ItemStore
import Platform

/// The groups of `stats`: tables of metrics, read when asked for, in memcached's names and order.
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
    samples(group)?.map { sample in
      let classNumber = sample.label.map { "\($0.value):" } ?? ""
      return ((group == "items" ? "items:" : "") + classNumber + sample.name, sample.value.description)
    }
  }

  /// The metrics of a group, or nil where there is no such group.
  func samples(_ group: String) -> [MetricSample]? {
    switch group {
    case "": general
    case "settings": SettingsMetrics.table.samples(of: self)
    case "items": classes(SlabMetrics.items) { $0.slab.usedChunks > 0 }
    case "slabs": slabs
    case "sizes": Self.sizes.samples(of: self)
    case "replication": replication
    default: nil
    }
  }

  /// Under memcached's names and in its order; what it does not tell comes last.
  private var general: [MetricSample] {
    let counted = snapshot
    let stored = StoreMetrics.Source(context, counted)
    return ProcessMetrics.table.samples(of: self) + ServerMetrics.table.samples(of: counted)
      + StoreMetrics.table.samples(of: stored) + TLSMetrics.table.samples(of: self)
      + StoreMetrics.contents.samples(of: stored) + ProcessMetrics.pair.samples(of: self)
      + StoreMetrics.others.samples(of: stored) + TLSMetrics.others.samples(of: self)
  }

  var snapshot: CounterSnapshot { CounterSnapshot(context, counters) }

  private var replication: [MetricSample] {
    guard let source = PairMetrics.Source(self) else { return PairMetrics.off.samples(of: self) }
    return PairMetrics.table.samples(of: source)
  }

  /// For the binary protocol: the walk that text has made takes too long to wait for, and nothing there is made elsewhere.
  private static let sizes: [Metric<Statistics>] = [
    .info("sizes_status", "the text protocol tells") { _ in .text("disabled") }
  ]

  private var slabs: [MetricSample] {
    // What was counted of a class is shown also when its last page has gone back to the pool.
    classes(SlabMetrics.slabs) { $0.slab.pageCount > 0 || $0.sum(.cmdSet) > 0 }
      + SlabMetrics.totals.samples(of: context.store)
  }

  private func classes(
    _ table: [Metric<SlabMetrics.Source>], where isShown: (SlabMetrics.Source) -> Bool
  ) -> [MetricSample] {
    let (now, requests) = (context.moment(), snapshot)
    return context.store.slabStatistics.map { SlabMetrics.Source(slab: $0, now: now, requests: requests) }
      .filter(isShown).flatMap { source in
        table.samples(of: source, label: MetricLabel(name: "slab", value: String(source.slab.slabClass)))
      }
  }

  /// Counters begin anew; what is held stays counted.
  func reset() {
    for worker in counters { worker.reset() }
    context.accepting.reset()
    context.prefixStatistics.reset()
    context.watch.resetCounts()
    context.store.resetCounters()
  }
}
