import EventLoop
import Platform

/// Deletes keys where they were, when they are elsewhere for good: if they came back to that server, it would have what they were then.
///
/// **Invariants.** It begins when no worker asks or writes the old places. A key is deleted where the list of before had it and the
/// newest has not; what else a server holds is not touched. A server that cannot be reached, or cannot list its keys, keeps them, and that
/// is told. On the accepting thread.
final class MovedKeys {
  private let loop: AcceptingLoop
  private let newest: BackendPool
  private var left: [BackendPool]
  private let done: (_ count: Int, _ isWhole: Bool) -> Void
  private var walk: KeyWalk?
  private var batch: [[UInt8]] = []
  private var batchSource = 0
  private var batchPool: BackendPool?
  private var probes: [HealthProbe] = []
  private var timer: Timer?
  private var count = 0
  private var isWhole = true
  private var unanswered = 0

  private static let batchSize = 1000

  /// - Parameters:
  ///   - pools: whose servers may have keys that they had a part in copying; the last one is looked at first.
  ///   - done: called once.
  init(
    of pools: [BackendPool], for newest: BackendPool, loop: AcceptingLoop,
    done: @escaping (_ count: Int, _ isWhole: Bool) -> Void
  ) {
    (left, self.newest, self.loop, self.done) = (pools, newest, loop, done)
    timer = Timer(loop: loop.events) { [unowned self] in endWhenDeleted() }
    walkNext()
  }

  private func walkNext() {
    guard let pool = left.popLast() else {
      timer?.schedule(every: .milliseconds(20))
      return
    }
    let sources = pool.backends.indices.filter { !pool.isSecondSide($0) && !pool.backends[$0].isBackup }
    let newest = newest
    walk = KeyWalk(
      through: sources, of: pool, loop: loop, wants: { key, source in Self.isLeft(key, at: source, pool, newest) },
      take: { [unowned self] key, source in take(key, source, pool) }
    ) { [unowned self] outcome in
      deleteBatch()
      count += walk?.keyCount ?? 0
      isWhole = isWhole && outcome == .whole
      // Not from inside of the walk that ends.
      walk = nil
      walkNext()
    }
  }

  private func endWhenDeleted() {
    probes.removeAll { $0.isOver }
    if !probes.isEmpty { return }
    timer?.cancel()
    done(count, isWhole && unanswered == 0)
  }

  /// It was that server's, and is not.
  static func isLeft(_ key: [UInt8], at source: Int, _ pool: BackendPool, _ newest: BackendPool) -> Bool {
    let route = pool.router.route(key.span)
    guard route.main == source || route.backup == source else { return false }
    return !pool.shares(source, with: newest, newest.router.route(key.span).main)
  }

  private func take(_ key: [UInt8], _ source: Int, _ pool: BackendPool) {
    if source != batchSource || pool !== batchPool { deleteBatch() }
    (batchSource, batchPool) = (source, pool)
    batch.append(key)
    if batch.count >= Self.batchSize { deleteBatch() }
  }

  private func deleteBatch() {
    probes.removeAll { $0.isOver }
    guard let pool = batchPool, !batch.isEmpty else { return }
    unanswered += 1
    probes.append(
      HealthProbe(to: pool.side(of: batchSource), pool, deleting: MissedWrites(batch), loop: loop) {
        [unowned self] isDone in
        if isDone { unanswered -= 1 }
      })
    batch = []
  }
}
