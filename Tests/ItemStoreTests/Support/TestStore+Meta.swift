import ItemStore

@testable import ItemStore

/// What meta and binary commands ask of a store, with arrays for keys and values.
extension TestStore {
  /// What a meta get showed.
  struct Shown {
    let item: HeldItem
    let found: MetaFound
    let seconds: UInt32
  }

  @discardableResult
  func meta(
    _ key: [UInt8], _ options: MetaGetOptions? = nil, at moment: Moment = TestStore.moment(),
    journal: (any MutationJournal)? = nil
  ) -> Shown? {
    var shown: Shown?
    let hash = store.hash(key.span)
    let take = { (item: borrowing ItemView, found: MetaFound) in
      shown = Shown(
        item: HeldItem(item), found: found, seconds: self.store.secondsSinceAccess(item, found, at: moment))
    }
    if let options {
      store.metaGet(key.span, hash: hash, options, at: moment, journal: journal, take)
    } else {
      store.metaView(key.span, hash: hash, at: moment, journal: journal, take)
    }
    return shown
  }

  /// Which of W, X and Z a meta get shows, or EN.
  func letters(
    _ key: [UInt8], _ options: MetaGetOptions? = nil, at moment: Moment = TestStore.moment(),
    journal: (any MutationJournal)? = nil
  ) -> String {
    guard let found = meta(key, options, at: moment, journal: journal)?.found else { return "EN" }
    return (found.wasWinSent ? "Z" : "") + (found.isStale ? "X" : "") + (found.hasWon ? "W" : "")
  }

  @discardableResult
  func store(
    _ key: [UInt8], _ value: [UInt8], _ mode: StoreMode = .set, _ conditions: StoreConditions, flags: UInt32 = 0,
    expiresAt: UInt32 = 0, at moment: Moment = TestStore.moment(), journal: (any MutationJournal)? = nil
  ) -> StoreResult {
    store.store(
      key.span, hash: store.hash(key.span), mode: mode, conditions: conditions, clientFlags: flags,
      expiresAt: expiresAt, value: value.span, at: moment, journal: journal)
  }

  @discardableResult
  func delete(
    _ key: [UInt8], _ conditions: DeleteConditions, at moment: Moment = TestStore.moment(),
    journal: (any MutationJournal)? = nil
  ) -> StoreOutcome {
    store.delete(key.span, hash: store.hash(key.span), conditions: conditions, at: moment, journal: journal)
  }

  @discardableResult
  func increment(
    _ key: [UInt8], by delta: UInt64 = 1, _ conditions: IncrementConditions,
    at moment: Moment = TestStore.moment(), journal: (any MutationJournal)? = nil
  ) -> ArithmeticOutcome {
    store.increment(
      key.span, hash: store.hash(key.span), by: delta, conditions: conditions, at: moment, journal: journal)
  }
}
