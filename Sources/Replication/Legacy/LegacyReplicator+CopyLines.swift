import ItemStore
import Platform

/// What the copy says in the format of repcached 2.x: all that is here, but for what the peer has sent itself.
extension LegacyReplicator {
  func isCopied(_ stamp: Stamp) -> Bool { state.walk?.includesPeerStates == true || !cameFromPeer(stamp) }

  func announceCopy(_ walk: CopyWalk, _ output: inout ByteBuffer) {
    guard walk.isShown else { return }
    events.append(.copyOutBegan(items: link.itemsAtBegin))
    counters.copiesFull += 1
  }

  func sendCopied(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) -> Bool {
    if !isCopied(view.touched) { return true }
    guard send(view, origin: .copy, &output) else { return false }
    if !view.isTombstone { walk.items += 1 }
    return true
  }

  /// It has no word for that.
  func sendCopyProgress(_ walk: inout CopyWalk, _ output: inout ByteBuffer) {}

  func sendCopyEnd(_ walk: CopyWalk, _ output: inout ByteBuffer) {
    link.isCopyEnded = true
    let due = store.flushState.due
    if walk.isShown, due != 0 { sendFlush(due: due, &output) }
    if link.owesCopyEnd {
      link.owesCopyEnd = false
      LegacyLineEncoder.copyEnd(into: &output)
    }
  }
}
