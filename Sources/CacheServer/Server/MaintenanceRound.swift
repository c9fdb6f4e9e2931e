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
    context.listings.begin()
    context.certificates.answer(context)
    _ = store.crawl(&crawl, now: moment.seconds)
    store.sweepAges(&ages, now: moment.seconds)
    var steps = 0
    while steps < Self.maxBalanceSteps, store.balance(now: moment.seconds) { steps += 1 }
    store.compactIdle(&surplus, now: moment.seconds)
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
