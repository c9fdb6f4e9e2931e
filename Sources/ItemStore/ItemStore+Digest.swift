/// One number over all live items, equal on two daemons when they hold the same: `stats digest`.
extension ItemStore {
  /// A digest in the making: taken up in steps, so that nobody waits for it.
  package struct DigestWalk: Sendable {
    fileprivate var cursor = WalkCursor()
    /// Order does not count, so neither does where in the index an item stands.
    package fileprivate(set) var sum: UInt64 = 0
    package fileprivate(set) var itemCount = 0

    package init() {}
  }

  /// Adds the live items of some buckets; false when all have been seen.
  package func digest(_ walk: inout DigestWalk, buckets: Int, now: UInt32) -> Bool {
    var sum: UInt64 = 0
    var count = 0
    let more = self.walk(&walk.cursor, buckets: buckets) { view in
      let item = memory.item(view.reference)
      guard !item.state.isTombstone, !isDead(item, now) else { return }
      sum &+= digest(of: view)
      count += 1
    }
    walk.sum &+= sum
    walk.itemCount += count
    return more
  }

  /// Key, value, flags, stamp and the unix time of expiry.
  private func digest(of view: borrowing ItemView) -> UInt64 {
    var state = KeyHash.published.hash(view.key)
    state = KeyHash.published.mix(state, view.stamp.rawValue)
    state = KeyHash.published.mix(state, UInt64(view.clientFlags))
    state = KeyHash.published.mix(state, UInt64(bitPattern: processClock.unixSeconds(expiresAt: view.expiresAt)))
    view.forEachPiece { piece in
      state = KeyHash.published.mix(state, KeyHash.published.hash(piece))
      return true
    }
    return state
  }
}
