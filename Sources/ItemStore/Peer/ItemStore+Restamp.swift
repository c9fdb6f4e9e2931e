import Synchronization

/// Stamps that lie ahead, given anew: what a daemon does whose wall clock was wrong for a while, before it joins a peer
/// whose clock was right (docs/spec, "Clocks").
///
/// ```
///                 base        limit                                              ahead
///   ──────────────┼───────────┼───────────────────────────────────────────────────┤
///     unchanged   │ given anew│ clients' from now on ─▶   …   old ones, wherever they lie above the base
/// ```
///
/// The base is the peer's stamp clock, or this side's wall clock where that is later. The peer has never held a stamp
/// of this side's above its own clock: so no state has two stamps, and what both have confirmed to each other stays
/// true.
///
/// Nothing is held up, so clients go on while it is done:
///
/// 1. What a flush has killed is removed, if its floor lies ahead: below a lower floor it would live again.
/// 2. In one moment the floor falls to the base and the stamp clock to the limit; between the two there is space for a
///    stamp for each that there is. From now on clients' stamps are right, and above all that are given anew.
/// 3. A walk gives each entry that lies above the stamp clock new ones, one for each of its stamps above the base, in
///    their order. An entry that a client has set since lies below the clock, and stays as it is. One that is met
///    twice, too. Of one that a client has touched since, or derived, only what lies ahead behind the client's stamps
///    is given anew: it comes to lie below the limit, and so below them.
///
/// The order is that of each key's states, and of all against the floor and the horizon; of two keys no one asks which
/// is older. What had settled with the peer, and what it has had, counts up to the base only: what was above bears
/// other stamps. What found no memory (`PeerOnlyStates`) was forgotten with the link. A flush during the walk must kill
/// what has not had its turn, so its floor lies ahead again, and all begins anew.
///
/// The link thread's, which has no link meanwhile. Locks: each bucket's for itself; the flushes' for the one moment.
extension ItemStore {
  package struct Restamping: Sendable {
    /// Stamps at or below stay.
    package let base: Stamp
    /// The clock's since the second step; zero before.
    fileprivate(set) var limit = Stamp.zero
    fileprivate var last: UInt64
    fileprivate var floor = Stamp.zero
    fileprivate var cursor = WalkCursor()
    /// Items and tombstones that have new stamps.
    package fileprivate(set) var count = 0

    fileprivate init(base: Stamp) {
      self.base = base
      last = base.rawValue
    }

    /// Of an entry some of whose stamps lie above the clock: these, and those before them, if they are above the base,
    /// given anew, in their order. Behind them clients' own may follow.
    mutating func renewed(_ version: Version, above clock: Stamp, nodeBit: UInt64) -> Version {
      let stamps: [3 of Stamp] = [version.fresh, version.changed, version.touched]
      var new = stamps
      let end = stamps[2] > clock ? 3 : stamps[1] > clock ? 2 : 1
      for index in 0..<end where stamps[index] > base {
        let isSame = index > 0 && stamps[index] == stamps[index - 1]
        if !isSame { last = (last | 1) + 1 }
        new[index] = Stamp(rawValue: last | nodeBit)
      }
      return Version(ordered: new[0], new[1], new[2])
    }
  }

  /// The greatest stamp that an entry may still have while stamps are given anew; zero at other times.
  package var restampedUpTo: Stamp { Stamp(rawValue: aheadWord.load(ordering: .relaxed)) }

  /// - Parameter peer: the peer's stamp clock.
  package func beginRestamping(above peer: Stamp, at moment: Moment) -> Restamping {
    Restamping(base: Stamp(rawValue: max(peer.rawValue, Stamp(endOfTick: moment.unixMicroseconds).rawValue) | 1))
  }

  /// Some buckets more; false when it is done.
  package func restamp(_ work: inout Restamping, buckets: Int) -> Bool {
    if work.limit == .zero { return removeFlushed(&work, buckets) }
    if floor != work.floor {
      work = Restamping(base: work.base)
      return true
    }
    for _ in 0..<buckets {
      var cursor = work.cursor
      let hasMore = index.walkStep(&cursor) { restamp($0.reference, &work) }
      work.cursor = cursor
      if hasMore { continue }
      // What was forgotten meanwhile may have been ahead, too.
      tombstones.lowerHorizon(to: stampClock.fence())
      aheadWord.store(0, ordering: .sequentiallyConsistent)
      return false
    }
    return true
  }

  // MARK: What a flush has killed

  private func removeFlushed(_ work: inout Restamping, _ buckets: Int) -> Bool {
    if work.floor <= work.base, floor <= work.base { return setBack(&work) }
    if work.floor != floor {
      work.floor = floor
      work.cursor = WalkCursor()
    }
    for _ in 0..<buckets {
      var dead: [(reference: UInt32, hash: UInt64)] = []
      let hasMore = index.walkStep(&work.cursor) {
        let item = memory.item($0.reference)
        guard !item.state.isTombstone, keyspace.isFlushed(item) else { return }
        dead.append(($0.reference, unsafe index.hash.hash(item.keyBytes)))
      }
      for (reference, hash) in dead { removeFlushed(reference, hash) }
      if !hasMore { return setBack(&work) }
    }
    return true
  }

  private func removeFlushed(_ reference: UInt32, _ hash: UInt64) {
    index.lock(hash)
    var removed: OwnedChunk?
    if let slot = index.find(reference: reference, hash) {
      let item = memory.item(reference)
      if !item.state.isTombstone, keyspace.isFlushed(item) { removed = keyspace.removeDead(slot, hash) }
    }
    index.unlock(hash)
    if let removed { keyspace.release(removed) }
  }

  // MARK: The moment

  /// Returns true: the walk is to come.
  private func setBack(_ work: inout Restamping) -> Bool {
    let states = UInt64(statistics.itemCount + tombstoneLog.count)
    // Three stamps at most, two apart; and what is written until then.
    let limit = Stamp(rawValue: min(work.base.rawValue + states * 8 + 1 << 23, Stamp.greatest.rawValue))
    let cleared = max(work.floor, work.base)
    let base = work.base
    tombstones.lowerSettled(to: base)
    let state = change { state in
      // A flush in between: its dead are still there.
      if state.floor > cleared { return }
      if state.floor > base { state.floor = base }
      if state.issued > base { state.issued = limit }
      let last = stampClock.setBack(to: limit)
      aheadWord.store(last.rawValue, ordering: .sequentiallyConsistent)
    }
    if state.floor > base { return true }
    work.limit = limit
    work.floor = state.floor
    work.cursor = WalkCursor()
    return true
  }

  // MARK: An entry

  /// Under the stripe's lock.
  private func restamp(_ reference: UInt32, _ work: inout Restamping) {
    let item = memory.item(reference)
    let (version, clock) = (item.version, stampClock.fence())
    if max(version.fresh, version.changed, version.touched) <= clock { return }
    // What was one stays one, so it needs as much space.
    let new = work.renewed(version, above: clock, nodeBit: stampClock.nodeBit)
    work.count += 1
    if item.state.isTombstone { return tombstoneLog.restamp(item, new) }
    item.setVersion(new, item.marks)
  }
}
