import Synchronization

/// flush_all: nothing is walked, a floor is set. The state is behind a lock, a leaf held for
/// nanoseconds; what every lookup asks for stands beside it in words.
extension ItemStore {
  package var floor: Stamp { keyspace.floor }

  package var flushState: FlushState { flushes.withLock { $0 } }

  /// Kills everything freshly written up to now, or all that there is at a time to come, and so what is derived from
  /// it. A later call takes the place of one to come.
  ///
  /// - Parameter delay: seconds; 0 or less: at once.
  package func flush(delay: Int64, at moment: Moment, journal: (any MutationJournal)?) {
    journal?.willMutate()
    let state = change { $0.flush(nextStamp(moment.unixMicroseconds), delay: delay, at: moment) }
    journal?.recordFlush(state)
    journal?.didMutate()
  }

  /// The peer's state of flushes; `due` in it is a time of this side's clock.
  package func applyFlush(_ other: FlushState, at moment: Moment) {
    if max(other.floor, other.issued) > .greatest { return }
    stampClock.observe(max(other.floor, other.issued))
    change { $0.merge(other, rules: rules) }
    advance(to: moment)
  }

  /// A flush to come whose time has come takes effect. Cheap; called once for each batch of requests.
  package func advance(to moment: Moment) {
    if dueWord.load(ordering: .relaxed) > moment.milliseconds { return }
    // Above all that there is, and by no clock: both fire it, and what is written on the other side next must outlive
    // the floor of the side whose clock is ahead. Given before the floor rises, or what is written here next would be
    // dead.
    change { if $0.isDue(at: moment) { $0.fire(nextStamp(0)) } }
  }

  /// Under the flushes' lock: above all that there is, also while stamps are given anew (`ItemStore+Restamp`).
  private func nextStamp(_ unixMicroseconds: UInt64) -> Stamp {
    let ahead = restampedUpTo
    if ahead != .zero { stampClock.observe(ahead) }
    return stampClock.next(unixMicroseconds: unixMicroseconds)
  }

  @discardableResult
  func change(_ body: (inout FlushState) -> Void) -> FlushState {
    flushes.withLock { state in
      body(&state)
      keyspace.floorWord.store(state.floor.rawValue, ordering: .sequentiallyConsistent)
      dueWord.store(state.due == 0 ? .max : state.due, ordering: .sequentiallyConsistent)
      return state
    }
  }
}
