import ItemStore
import Platform

/// The copy for the peer: all that is here, but for what it has sent itself.
extension LegacyReplicator {
  func copyStep(_ output: inout ByteBuffer) -> Bool {
    guard var walk else { return false }
    if !walk.isAnnounced {
      walk.isAnnounced = true
      self.walk = walk
      announce()
      return true
    }
    if !walk.later.isEmpty { return sendLater(&walk, &output) }
    if walk.isWalked { return endCopy(walk, &output) }
    walk.step(over: store, buckets: bucketsPerStep, where: { !isTheirs($0) }) { send($0, &$1, &output) }
    self.walk = walk
    return true
  }

  private func announce() {
    guard isCopyShown else { return }
    events.append(.copyOutBegan(items: itemsAtJoin))
    counters.copiesFull += 1
  }

  private func isTheirs(_ stamp: Stamp) -> Bool { !copiesPeers && isPeers(stamp) }

  private func send(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) {
    if !view.isTombstone { walk.items += 1 }
    _ = say(view, origin: .copy, &output)
  }

  /// The next of the large ones, as it is now.
  private func sendLater(_ walk: inout CopyWalk, _ output: inout ByteBuffer) -> Bool {
    guard let key = walk.later.popLast() else { return false }
    var isSaid = true
    store.viewAny(key.span, hash: store.hash(key.span)) { view in
      if isTheirs(view.touched) { return }
      isSaid = say(view, origin: .copy, &output)
      if isSaid, !view.isTombstone { walk.items += 1 }
    }
    if !isSaid { walk.later.append(key) }
    self.walk = walk
    return isSaid
  }

  private func endCopy(_ walk: CopyWalk, _ output: inout ByteBuffer) -> Bool {
    guard outgoing == nil, barrier.isPassed(rings) else { return false }
    barrier.close()
    isCopyEnded = true
    let due = store.flushState.due
    if isCopyShown, due != 0 { sayFlush(due: due, &output) }
    if owesCopyEnd {
      owesCopyEnd = false
      LegacyLineEncoder.copyEnd(into: &output)
    }
    endWalk()
    restBeforeCopy = 0
    guard isCopyShown else { return true }
    isCopyShown = false
    counters.copiedItems += walk.items
    events.append(.copyOutEnded(items: walk.items))
    return true
  }
}
