import ItemStore
import Platform

/// My copy for the peer: the index in small steps, everything above what it has of me.
extension Replicator {
  func copyStep(_ output: inout ByteBuffer) -> Bool {
    guard var walk, let copy = ledger.copy else { return false }
    if !walk.isAnnounced {
      announce(copy, &output)
      walk.isAnnounced = true
      self.walk = walk
      return true
    }
    if !walk.later.isEmpty { return sendLater(&walk, copy, &output) }
    if !walk.isWalked {
      walk.step(over: store, buckets: bucketsPerStep, where: { $0 > copy.above }) { send($0, &$1, &output) }
      self.walk = walk
      return true
    }
    return endCopy(walk, copy, &output)
  }

  private func announce(_ copy: PairLedger.Copy, _ output: inout ByteBuffer) {
    let items = UInt64(store.statistics.itemCount)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.copyBegin(above: copy.above, items: items, into: &$0) }
    events.append(.copyOutBegan(items: items))
    if copy.above == .zero { counters.copiesFull += 1 } else { counters.copiesPartial += 1 }
  }

  /// One frame for an item that fits one.
  private func send(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) {
    counters.sent += 1
    if view.isTombstone {
      let stamp = view.stamp
      output.reserve(FrameEncoder.controlCount)
      return output.write { FrameEncoder.delete(stamp: stamp, key: view.key, into: &$0) }
    }
    walk.items += 1
    let head = RecordHead(view, at: moment, rules: store.rules)
    output.reserve(FrameEncoder.recordCount(head, keyCount: view.keyCount, valueCount: view.valueCount))
    output.write { FrameEncoder.record(head, keyCount: view.keyCount, keyAndValue: view.keyAndInlineValue, into: &$0) }
  }

  /// The next of the large ones, as it is now: it may have been replaced since the walk saw it, and then it travels twice.
  private func sendLater(_ walk: inout CopyWalk, _ copy: PairLedger.Copy, _ output: inout ByteBuffer) -> Bool {
    guard outgoing == nil, let key = walk.later.popLast() else { return false }
    var mustWait = false
    store.viewAny(key.span, hash: store.hash(key.span)) { view in
      if view.isTombstone || view.valueCount <= FrameLimits.value && !view.isChained {
        return send(view, &walk, &output)
      }
      mustWait = !beginOutgoing(view, origin: .copy, &output)
      if !mustWait { walk.items += 1 }
    }
    if mustWait { walk.later.append(key) }
    self.walk = walk
    return !mustWait
  }

  /// The end is said when the rings, too, hold nothing at or below the copy's mark.
  private func endCopy(_ walk: CopyWalk, _ copy: PairLedger.Copy, _ output: inout ByteBuffer) -> Bool {
    let isDrained = gate.isPassed(rings) || !store.rules.contains(.drainedCopy)
    guard outgoing?.origin != .copy, isDrained, !hasOverflowed else { return false }
    gate.close()
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    append(&output, 2 * FrameEncoder.controlCount) {
      FrameEncoder.flush(flushes, into: &$0)
      FrameEncoder.copyEnd(mark: copy.mark, items: walk.items, answers: copy.answers, into: &$0)
    }
    toldFloor = flushes.floor
    ledger.endCopy()
    endWalk()
    counters.copiedItems += walk.items
    events.append(.copyOutEnded(items: walk.items))
    notePublished(copy.mark)
    if walk.hasLostStream { copyAgain(after: walk, above: copy.mark) }
    return true
  }
}

extension Array where Element == UInt8 {
  init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count) { $0.append(copying: bytes) }
  }
}
