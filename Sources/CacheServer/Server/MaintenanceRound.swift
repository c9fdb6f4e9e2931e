import ItemStore
import Synchronization

/// What maintenance does each time, and where it stands: no thread and no clock of its own.
struct MaintenanceRound {
  private var cursor = WalkCursor()
  private var surplus = SurplusWatch()
  private var hasFailedToGrow = false

  /// Rounds a walk of the crawler is spread over, and the most steps of one round.
  private static let roundsPerWalk = 600
  private static let mostBuckets = 20_000
  private static let mostBalanceSteps = 4096

  mutating func run(_ context: ServerContext, at moment: Moment) {
    let store = context.store
    store.advance(to: moment)
    urgent(context)
    context.digests.answer(store, now: moment.seconds) { urgent(context) }
    context.listings.begin()
    var steps = 0
    while steps < Self.mostBalanceSteps, store.balance(now: moment.seconds) { steps += 1 }
    store.compactIdle(&surplus, now: moment.seconds)
    crawl(context, now: moment.seconds)
  }

  /// What clients would feel if it did not come for seconds.
  private mutating func urgent(_ context: ServerContext) {
    growIndex(context)
    context.store.trimTombstones()
  }

  private mutating func crawl(_ context: ServerContext, now: UInt32) {
    let store = context.store
    let buckets = min(Self.mostBuckets, max(1, store.walkLength / Self.roundsPerWalk))
    if store.crawl(&cursor, buckets: buckets, now: now) { return }
    cursor = WalkCursor()
    context.crawls.add(1, ordering: .relaxed)
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
