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

  /// Adds the live items of some buckets; false when all have been seen. A large value is held and read when its bucket's
  /// lock is free again.
  package func digest(_ walk: inout DigestWalk, buckets: Int, now: UInt32) -> Bool {
    var sum: UInt64 = 0
    var count = 0
    var later: [(pinned: PinnedItem, head: UInt64)] = []
    let more = self.walk(&walk.cursor, buckets: buckets) { view in
      let item = memory.item(view.reference)
      guard !item.state.isTombstone, !isDead(item, now) else { return }
      count += 1
      let head = digest(ofHead: view)
      if view.valueCount > Self.mostUnderLock, let pinned = pin(view) { return later.append((pinned, head)) }
      if !view.isChained { return sum &+= ValueDigest.digest(head, view.inlineValue) }
      var value = ValueDigest(head)
      view.forEachPiece { value.add($0) }
      sum &+= value.end()
    }
    for (pinned, head) in later {
      var value = ValueDigest(head)
      forEachPiece(of: pinned, from: 0) { value.add($0) }
      unpin(pinned)
      sum &+= value.end()
    }
    walk.sum &+= sum
    walk.itemCount += count
    return more
  }

  private static let mostUnderLock = 16 << 10

  /// Key, flags and stamps. Not when it expires: what remains is longer at the peer by what the wire took.
  private func digest(ofHead view: borrowing ItemView) -> UInt64 {
    var state = KeyHash.published.hash(view.key)
    let version = view.version
    for stamp in [version.fresh, version.changed, version.touched] {
      state = KeyHash.published.mix(state, stamp.rawValue)
    }
    return KeyHash.published.mix(state, UInt64(view.clientFlags))
  }
}
