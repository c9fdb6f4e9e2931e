import ItemStore
import Platform

/// What the copy says in today's format: everything above what the peer has received.
extension Replicator {
  func isCopied(_ stamp: Stamp) -> Bool { ledger.copy.map { stamp > $0.above } ?? false }

  /// Says how far the copy has come, often enough for little to be sent twice when it is cut.
  func sendCopyProgress(_ walk: inout CopyWalk, _ output: inout ByteBuffer) {
    guard walk.unreportedBytes > outputLimit / 4, let copy = ledger.copy else { return }
    walk.unreportedBytes = 0
    let progress = CopyProgress(cursor: walk.place, watermark: copy.watermark.fence)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.copyProgress(progress, into: &$0) }
  }

  func announceCopy(_ walk: CopyWalk, _ output: inout ByteBuffer) {
    guard let copy = ledger.copy else { return }
    let items = UInt64(store.statistics.itemCount)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.copyBegin(above: copy.above, items: items, into: &$0) }
    events.append(.copyOutBegan(items: items))
    if copy.resumed != .none { counters.copiesResumed += 1 }
    if copy.above == .zero, copy.resumed == .none { counters.copiesFull += 1 } else { counters.copiesPartial += 1 }
  }

  /// One frame for a state that fits one.
  func sendCopied(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) -> Bool {
    let isLarge = view.valueCount > FrameLimits.value || view.isChained
    if isLarge, !view.isTombstone {
      guard beginValue(view, origin: .copy, &output) else { return false }
      walk.items += 1
      walk.unreportedBytes += view.valueCount
      return true
    }
    counters.sent += 1
    walk.unreportedBytes += view.keyCount + view.valueCount
    if view.isTombstone {
      let version = view.version
      output.reserve(FrameEncoder.controlCount)
      output.write { FrameEncoder.delete(version, key: view.key, into: &$0) }
    } else {
      walk.items += 1
      let head = RecordHead(view, at: moment, rules: store.rules).told(withMarks: link.tellsMarks)
      output.reserve(FrameEncoder.recordCount(head, keyCount: view.keyCount, valueCount: view.valueCount))
      output.write {
        FrameEncoder.record(head, keyCount: view.keyCount, keyAndValue: view.keyAndInlineValue, into: &$0)
      }
    }
    return true
  }

  func sendCopyEnd(_ walk: CopyWalk, _ output: inout ByteBuffer) {
    guard let copy = ledger.copy else { return }
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    let watermark = ledger.asSent(copy.watermark)
    append(&output, 2 * FrameEncoder.controlCount) {
      FrameEncoder.flush(flushes, into: &$0)
      FrameEncoder.copyEnd(watermark, items: walk.items, answers: copy.answers, into: &$0)
    }
    if tracksOffsets { state.positions.noteCopied(rings) }
    state.sentFloor = flushes.floor
    ledger.endCopy()
    notePublished(watermark)
  }
}
