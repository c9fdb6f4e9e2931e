import Synchronization

/// flush_all: nothing is walked, a floor is set (DESIGN.md §3). The state is behind a lock, a leaf held for nanoseconds; what
/// every lookup asks for stands beside it in words.
extension ItemStore {
  package var floor: Stamp { Stamp(rawValue: floorWord.load(ordering: .relaxed)) }

  /// A flush whose time has not come; zero: none.
  package var pendingFloor: Stamp { flushState.pending }

  package var flushState: FlushState { flushes.withLock { $0 } }

  /// Kills everything freshly written up to now, or up to a time to come, and so what is derived from it. A later call takes
  /// the place of one pending.
  ///
  /// - Parameter delay: seconds; 0 or less: at once.
  package func flush(delay: Int64, at moment: Moment, journal: (any MutationJournal)?) {
    journal?.willMutate()
    let issued = stampClock.next(after: .zero, unixMicroseconds: moment.unixMicroseconds)
    let lead = clockLeadWord.load(ordering: .relaxed)
    let state = change { $0.flush(issued, delay: delay, unixMicroseconds: moment.unixMicroseconds, peerAhead: lead) }
    journal?.recordFlush(state)
    journal?.didMutate()
  }

  /// The link tells how far the peer's clock is ahead; behind counts as 0.
  package func noteClockLead(microseconds: Int64) {
    clockLeadWord.store(UInt64(max(microseconds, 0)), ordering: .relaxed)
  }

  /// The peer's state of flushes; `due` in it is a time of this side's clock.
  package func applyFlush(_ other: FlushState, at moment: Moment) {
    if max(other.floor, other.issued, other.pending) > .greatest { return }
    stampClock.hear(max(other.floor, other.issued))
    change { $0.merge(other) }
    advance(to: moment)
  }

  /// A pending flush whose time has come takes effect. Cheap; called once for each batch of requests.
  package func advance(to moment: Moment) {
    if dueWord.load(ordering: .relaxed) > moment.unixMicroseconds { return }
    let state = flushState
    if state.due > moment.unixMicroseconds { return }
    // Before the floor rises, or what is written next would be dead.
    stampClock.hear(state.pending)
    change { $0.advance(to: moment.unixMicroseconds) }
  }

  @discardableResult
  private func change(_ body: (inout FlushState) -> Void) -> FlushState {
    flushes.withLock { state in
      body(&state)
      floorWord.store(state.floor.rawValue, ordering: .sequentiallyConsistent)
      dueWord.store(state.pending == .zero ? .max : state.due, ordering: .sequentiallyConsistent)
      return state
    }
  }
}
