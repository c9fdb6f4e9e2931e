import ItemStore
import Synchronization

/// What maintenance does each time, and where it stands: no thread and no clock of its own.
struct MaintenanceRound {
  private var crawl = Crawl()
  private var ages = AgeSweep()
  private var surplus = SurplusWatch()
  private var hasFailedToGrow = false

  private static let maxBalanceSteps = 4096

  mutating func run(_ context: ServerContext, at moment: Moment) {
    let store = context.store
    store.advance(to: moment)
    urgent(context)
    context.digests.answer(store, now: moment.seconds) { urgent(context) }
    answerPairDigest(context, moment)
    context.certificates.answer(context)
    context.sizes.answer(store, now: moment.seconds) { urgent(context) }
    context.listings.begin(context.serving.listeners, uptime: moment.seconds - context.startedAt.seconds)
    crawl(context, moment)
    store.sweepAges(&ages, now: moment.seconds)
    var steps = 0
    while steps < Self.maxBalanceSteps, store.balance(now: moment.seconds) { steps += 1 }
    store.compactIdle(&surplus, now: moment.seconds)
    store.releaseSurplus()
  }

  /// For those who look at the pair, here and at the peer.
  private mutating func answerPairDigest(_ context: ServerContext, _ moment: Moment) {
    guard let wanted = context.pairMonitor.digestWanted() else { return }
    let walk = DigestRequests.walk(context.store, now: moment.seconds) { urgent(context) }
    context.pairMonitor.made(PairMonitor.Digest(sum: walk.sum, items: UInt64(clamping: walk.itemCount)), for: wanted)
  }

  private mutating func crawl(_ context: ServerContext, _ moment: Moment) {
    let (checked, reaped) = (context.store.crawledItems, context.store.reapedItems)
    _ = context.store.crawl(&crawl, now: moment.seconds)
    let reclaimed = context.store.reapedItems &- reaped
    if reclaimed > 0 { context.watch.crawled(examined: context.store.crawledItems &- checked, reclaimed: reclaimed) }
  }

  /// What clients would feel if it did not come for seconds.
  private mutating func urgent(_ context: ServerContext) {
    growIndex(context)
    context.store.trimTombstones()
  }

  private mutating func growIndex(_ context: ServerContext) {
    do {
      while try context.store.growIndex(buckets: 4096) {}
    } catch {
      // The index goes on with longer chains; said once.
      if !hasFailedToGrow { context.log("the index cannot grow: \(error)") }
      hasFailedToGrow = true
    }
  }
}
