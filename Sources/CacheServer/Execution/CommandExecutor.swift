import ItemStore
import Platform

/// Executes commands on the store, and counts what comes of them: one executor a worker.
///
/// ```
///   session: bytes ──parse──▶ arguments ──▶ CommandExecutor ──▶ ItemStore, with the journal
///            bytes ◀─format── results   ◀──────┘   └──▶ WorkerCounters, PrefixStatistics
/// ```
///
/// **Purpose.** Every protocol and every transport has its commands executed here, so that all count alike. In go keys,
/// values and numbers, out come results: no byte of any protocol.
///
/// **Invariants.** A value is read and written under its stripe's lock by who asked for it, through the closure that the
/// caller gives or from the span that it names: nothing is copied on the way, and nothing is allocated. Store and journal are
/// handed in by the caller, who holds them for all requests of a turn, for each access to a property would count a
/// reference. The methods are mutating although most change nothing, for others are called with a copy of the executor.
/// **Locks**: none of its own.
struct CommandExecutor: ~Copyable {
  let context: ServerContext
  let counters: WorkerCounters
  let journal: WorkerJournal?
  /// Both clocks, as they are for all requests of a pass.
  private(set) var moment = Moment(seconds: 0, unixMicroseconds: 0)
  /// Somebody looks on.
  private(set) var observed = Observed()
  /// Somebody wants to know what comes of requests.
  private(set) var isObserved = false
  /// Whose request it is, while somebody looks on.
  var client: Int32 = -1

  init(context: ServerContext, journal: WorkerJournal?, counters: WorkerCounters) {
    self.context = context
    self.journal = journal
    self.counters = counters
  }

  /// Looks at what may change between requests.
  mutating func update(at moment: Moment) {
    self.moment = moment
    observed = context.observation.current
    isObserved = observed.wantsResults
  }

  // MARK: Reading

  enum Retrieved: Equatable {
    /// A hit of `get` that is not counted yet: see `HitTally`.
    case hit(slabClass: Int)
    case counted
    /// The item is here and was not taken: nothing has been counted.
    case declined
  }

  /// Hands the item to `take`, under its stripe's lock; that says whether it could take it.
  ///
  /// - Parameter isObserved: a constant where it is called, so that a get that nobody looks on keeps neither key nor outcome.
  @inline(__always)
  mutating func get(
    _ key: Span<UInt8>, _ hash: UInt64, isObserved: Bool, _ store: ItemStore, _ take: (borrowing ItemView) -> Bool
  ) -> Retrieved {
    var retrieved = Retrieved.counted
    let found = store.view(key, hash: hash, now: moment.seconds) { item in
      retrieved = take(item) ? .hit(slabClass: item.slabClass) : .declined
    }
    if retrieved == .declined { return .declined }
    if found != .hit { countMiss(found) }
    if isObserved { observeGet(key, found) }
    return retrieved
  }

  @inline(never)
  mutating func countMiss(_ found: Lookup) {
    counters.add(.getMisses)
    if found == .expired { counters.add(.getExpired) }
    if found == .flushed { counters.add(.getFlushed) }
  }

  /// Gives the item another expiry and hands it to `take`, under its stripe's lock. Whether it was there.
  mutating func touch(
    _ key: Span<UInt8>, _ hash: UInt64, exptime: Int64, _ store: ItemStore, _ journal: WorkerJournal?,
    _ take: (borrowing ItemView) -> Void = { _ in }
  ) -> Bool {
    var slabClass = 0
    let expiresAt = ProcessClock.expiresAt(exptime: exptime, at: moment)
    let found = store.touch(key, hash: hash, expiresAt: expiresAt, at: moment, journal: journal) { item in
      slabClass = item.slabClass
      take(item)
    }
    if found == .hit {
      counters.add(.touchHits, in: slabClass)
    } else {
      counters.add(.touchMisses)
    }
    return found == .hit
  }

  // MARK: Changing

  /// Whether there was something to delete.
  mutating func delete(_ key: Span<UInt8>, _ store: ItemStore, _ journal: WorkerJournal?) -> Bool {
    let hash = store.hash(key)
    if !isObserved { return remove(key, hash, store, journal) }
    return observedDelete(key, hash, store) { executor in
      let isDone = executor.remove(key, hash, store, journal)
      return (isDone, isDone)
    }
  }

  @inline(__always)
  private mutating func remove(
    _ key: Span<UInt8>, _ hash: UInt64, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    var slabClass = 0
    let outcome = store.delete(key, hash: hash, at: moment, journal: journal) { slabClass = $0.slabClass }
    if case .stored = outcome {
      counters.add(.deleteHits, in: slabClass)
      return true
    }
    counters.add(.deleteMisses)
    return false
  }

  /// incr and decr.
  mutating func arithmetic(
    _ key: Span<UInt8>, isIncrement: Bool, _ delta: UInt64, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> ArithmeticOutcome {
    var slabClass = 0
    let hash = store.hash(key)
    if isObserved { observeLookup(key, hash, store) }
    let outcome = store.increment(
      key, hash: hash, by: delta, isDecrement: !isIncrement, at: moment, journal: journal
    ) { item, _ in slabClass = item.slabClass }
    count(outcome, isIncrement: isIncrement, slabClass)
    return outcome
  }

  /// What came of incr or decr, in whatever protocol it was asked for.
  func count(_ outcome: ArithmeticOutcome, isIncrement: Bool, _ slabClass: Int) {
    switch outcome {
    case .value: counters.add(isIncrement ? .incrHits : .decrHits, in: slabClass)
    case .created: counters.add(.totalItems)
    case .notFound: counters.add(isIncrement ? .incrMisses : .decrMisses)
    case .exists, .nonNumeric, .outOfMemory: break
    }
  }

  /// False where flushing is turned off.
  ///
  /// - Parameter countsRefusal: a refused one is a `cmd_flush`, too: memcached has it so in text, and not in binary.
  mutating func flushAll(
    delay: Int64, countsRefusal: Bool, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    let isEnabled = context.settings.isFlushCommandEnabled
    if isEnabled || countsRefusal { counters.add(.cmdFlush) }
    if !isEnabled { return false }
    // Like every other time, more than 30 days is a point of unix time.
    var seconds = delay
    if delay > ProcessClock.relativeLimit { seconds = delay - Int64(moment.unixMicroseconds / 1_000_000) }
    store.flush(delay: seconds, at: moment, journal: journal)
    return true
  }
}

/// Hits of `get` that follow each other in one slab class: counted together, as nearly all of a group are.
struct HitTally {
  private var slabClass = 0
  private var hits = 0

  @inline(__always)
  mutating func note(_ retrieved: CommandExecutor.Retrieved, in counters: WorkerCounters) {
    guard case .hit(let other) = retrieved else { return }
    if other != slabClass {
      count(in: counters)
      slabClass = other
    }
    hits += 1
  }

  /// To be called at the end, before anybody asks for the counters.
  mutating func count(in counters: WorkerCounters) {
    if hits > 0 { counters.add(.getHits, hits, in: slabClass) }
    hits = 0
  }
}
