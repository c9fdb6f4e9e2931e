import ItemStore
import Platform

/// The copy for the peer: the index in small steps, everything above what it has received.
extension Replicator {
  func copyStep(_ output: inout ByteBuffer) -> Bool {
    guard var walk, let copy = ledger.copy else { return false }
    if !walk.isAnnounced {
      announce(copy, &output)
      walk.isAnnounced = true
      self.walk = walk
      return true
    }
    // What was being written when the copy's fence was taken must stand in the index before the walk comes by: else it
    // might be in a ring alone, and `walked` would not be true of it.
    if !barrier.isEveryWorkerOut(rings) { return false }
    if !walk.later.isEmpty { return sendLater(&walk, copy, &output) }
    // Nor would it be of a large value that is half sent.
    if outgoing?.origin == .copy { return false }
    sendCopyProgress(&walk, copy, &output)
    if !walk.isWalked {
      walk.step(over: store, buckets: bucketsPerStep, where: { $0 > copy.above }) { send($0, &$1, &output) }
      self.walk = walk
      return true
    }
    self.walk = walk
    return endCopy(walk, copy, &output)
  }

  /// Says how far the copy has come, often enough for little to be sent twice when it is cut.
  private func sendCopyProgress(_ walk: inout CopyWalk, _ copy: PairLedger.Copy, _ output: inout ByteBuffer) {
    if walk.unreportedBytes <= outputLimit / 4 { return }
    walk.unreportedBytes = 0
    let progress = CopyProgress(cursor: walk.place, watermark: copy.watermark.fence)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.copyProgress(progress, into: &$0) }
  }

  private func announce(_ copy: PairLedger.Copy, _ output: inout ByteBuffer) {
    let items = UInt64(store.statistics.itemCount)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.copyBegin(above: copy.above, items: items, into: &$0) }
    events.append(.copyOutBegan(items: items))
    if copy.resumed != .none { counters.copiesResumed += 1 }
    if copy.above == .zero, copy.resumed == .none { counters.copiesFull += 1 } else { counters.copiesPartial += 1 }
  }

  /// One frame for an item that fits one.
  private func send(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) {
    counters.sent += 1
    walk.unreportedBytes += view.keyCount + view.valueCount
    if view.isTombstone {
      let version = view.version
      output.reserve(FrameEncoder.controlCount)
      return output.write { FrameEncoder.delete(version, key: view.key, into: &$0) }
    }
    walk.items += 1
    let head = RecordHead(view, at: moment, rules: store.rules)
    output.reserve(FrameEncoder.recordCount(head, keyCount: view.keyCount, valueCount: view.valueCount))
    output.write { FrameEncoder.record(head, keyCount: view.keyCount, keyAndValue: view.keyAndInlineValue, into: &$0) }
  }

  /// The next of the large ones, as it is now: it may have been replaced since the walk saw it, and then it travels
  /// twice.
  private func sendLater(_ walk: inout CopyWalk, _ copy: PairLedger.Copy, _ output: inout ByteBuffer) -> Bool {
    guard outgoing == nil, let key = walk.later.popLast() else { return false }
    var mustWait = false
    store.viewAny(key.span, hash: store.hash(key.span)) { view in
      if view.isTombstone || view.valueCount <= FrameLimits.value && !view.isChained {
        return send(view, &walk, &output)
      }
      mustWait = !beginOutgoing(view, origin: .copy, &output)
      if mustWait { return }
      walk.items += 1
      walk.unreportedBytes += view.valueCount
    }
    if mustWait { walk.later.append(key) }
    self.walk = walk
    return !mustWait
  }

  /// The end is said when the rings, too, hold nothing at or below the copy's watermark.
  private func endCopy(_ walk: CopyWalk, _ copy: PairLedger.Copy, _ output: inout ByteBuffer) -> Bool {
    let isDrained = barrier.isPassed(rings) || !store.rules.contains(.drainedCopy)
    guard isDrained, !hasOverflowed else { return false }
    barrier.close()
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    let watermark = ledger.asSent(copy.watermark)
    append(&output, 2 * FrameEncoder.controlCount) {
      FrameEncoder.flush(flushes, into: &$0)
      FrameEncoder.copyEnd(watermark, items: walk.items, answers: copy.answers, into: &$0)
    }
    if tracksOffsets { positions.noteCopied(rings) }
    sentFloor = flushes.floor
    ledger.endCopy()
    endWalk()
    counters.copiedItems += walk.items
    events.append(.copyOutEnded(items: walk.items))
    notePublished(watermark)
    if walk.hasLostStream { copyAgain(after: walk, above: watermark.fence) }
    return true
  }
}

extension Array where Element == UInt8 {
  init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count) { $0.append(copying: bytes) }
  }
}
