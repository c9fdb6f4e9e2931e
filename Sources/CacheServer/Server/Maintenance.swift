import ItemStore
import Platform
import Synchronization
import EventLoop

/// The maintenance thread: grows the index, crawls for dead items, moves pages, ten times a second.
///
/// Everything it does is the store's work in steps that hold a lock for microseconds; it sets the pace. A walk of the
/// crawler over the whole index takes about a minute, or longer where the index is large.
final class Maintenance: Sendable {
  private let wakeup: Wakeup
  private let thread: Thread

  init(context: ServerContext) throws(ServerError) {
    do {
      let body = try MaintenanceThread(context: context)
      wakeup = body.wakeup
      thread = try Thread.start(name: "maintenance") { body.run() }
    } catch {
      throw .system("cannot start the maintenance thread: \(error)")
    }
  }

  func stop() {
    wakeup.signal()
    thread.join()
  }
}

/// The thread's own side.
private final class MaintenanceThread {
  let wakeup: Wakeup
  private let loop: EventLoop
  private let context: ServerContext
  private var timer: Timer?
  private var cursor = WalkCursor()
  private var hasFailedToGrow = false

  private static let interval = Duration.milliseconds(100)
  /// Ticks a walk of the crawler is spread over, and the most buckets of one tick.
  private static let ticksPerWalk = 600
  private static let mostBucketsPerTick = 20_000
  private static let mostBalanceSteps = 4096

  init(context: ServerContext) throws(EventLoopError) {
    let loop = try EventLoop()
    self.loop = loop
    self.context = context
    wakeup = try Wakeup(loop: loop) { [unowned loop] in loop.stop() }
    timer = Timer(loop: loop) { [unowned self] in tick() }
  }

  func run() {
    timer?.schedule(every: Self.interval)
    loop.run()
    timer = nil
  }

  private func tick() {
    let store = context.store
    let moment = context.moment()
    store.advance(to: moment)
    growIndex(store)
    store.trimTombstones()
    context.digests.answer(store, now: moment.seconds)
    var steps = 0
    while steps < Self.mostBalanceSteps, store.balance(now: moment.seconds) { steps += 1 }
    let buckets = min(Self.mostBucketsPerTick, max(1, store.bucketCount / Self.ticksPerWalk))
    if !store.crawl(&cursor, buckets: buckets, now: moment.seconds) { cursor = WalkCursor() }
  }

  private func growIndex(_ store: ItemStore) {
    do {
      while try store.growIndex(buckets: 256) {}
    } catch {
      // The index goes on with longer chains; said once.
      if !hasFailedToGrow { context.log("the index cannot grow: \(error)") }
      hasFailedToGrow = true
    }
  }
}
