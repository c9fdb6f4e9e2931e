import ItemStore
import Platform

/// Bytes for the peer, in the order that `Replicator`'s essay draws.
extension Replicator {
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    guard state.isLinked else { return false }
    if state.isSettlingDue { settle() }
    if hasOverflowed { giveUpStream() }
    if state.awaitsDrain, output.isEmpty, now >= state.copyNotBefore {
      takeStreamUp(above: ledger.copy?.above ?? ledger.ackedThrough)
    }
    sendAnswers(&output)
    sendAcknowledgement(&output)
    if state.awaitsDrain { return false }
    sendFloor(&output)
    var isMoving = true
    var isFirst = true
    while isMoving, output.count < outputLimit, isFirst || !isOver() {
      isFirst = false
      isMoving = sendPiece(&output)
      if drainRings(&output) { isMoving = true }
      if copyStep(&output) { isMoving = true }
      sendOffsetIfDue(&output)
    }
    sendFloor(&output)
    publishWatermark(&output)
    return isMoving || state.isSettlingDue
  }

  // MARK: Control

  func sendAnswers(_ output: inout ByteBuffer) {
    // Before the first record: from here on the peer tells what it cannot keep.
    if tracksOffsets, state.positions.offset == 0 { sendOffset(&output) }
    if link.isAbortDue {
      link.isAbortDue = false
      append(&output, FrameEncoder.controlCount) { FrameEncoder.valueAborted(into: &$0) }
    }
    if let ask = link.askToSend {
      link.askToSend = nil
      append(&output, FrameEncoder.controlCount) { FrameEncoder.copyFromZero(ask: ask, into: &$0) }
    }
    if !link.refusals.isEmpty, output.count < outputLimit {
      output.reserve(link.refusals.count)
      output.append(link.refusals.bytes)
      link.refusals = ByteBuffer(capacity: 0)
    }
  }

  func sendAcknowledgement(_ output: inout ByteBuffer) {
    if link.isOffsetReplyDue, output.count < outputLimit {
      link.isOffsetReplyDue = false
      let offset = link.processedOffset
      append(&output, FrameEncoder.controlCount) { FrameEncoder.offsetReached(offset, into: &$0) }
    }
    guard link.isAcknowledgementDue, output.count < outputLimit else { return }
    link.isAcknowledgementDue = false
    let (received, seen) = (ledger.received.through, ledger.refusalsSeen)
    append(&output, FrameEncoder.controlCount) {
      FrameEncoder.acknowledgement(receivedThrough: received, refusalsSeen: seen, into: &$0)
    }
  }

  /// A flush to come that fires is in no ring. The peer does not fire it any more when it is told; and where it has
  /// taken it back meanwhile, this side was first, and both have it.
  private func sendFloor(_ output: inout ByteBuffer) {
    let floor = store.floor
    guard floor > state.sentFloor, ledger.copy == nil else { return }
    state.sentFloor = floor
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.flush(flushes, into: &$0) }
  }

  /// Behind what was taken from the rings: when the peer has reached this offset, it has processed that.
  private func sendOffsetIfDue(_ output: inout ByteBuffer) {
    if state.positions.isDue { sendOffset(&output) }
  }

  private func sendOffset(_ output: inout ByteBuffer) {
    let offset = state.positions.advance()
    append(&output, FrameEncoder.controlCount) { FrameEncoder.streamOffset(offset, into: &$0) }
  }

  func noteOffset(ofRing index: Int) { state.positions.note(rings, index) }

  /// Grows the output where it must; callers look at `outputLimit` before, so it stays within a few frames of it.
  func append(_ output: inout ByteBuffer, _ atMost: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    output.reserve(atMost)
    output.write(body)
  }

  // MARK: A large value

  func sendValueBegin(_ view: borrowing ItemView, _ output: inout ByteBuffer) {
    let head = RecordHead(view, at: moment, rules: store.rules).told(withMarks: link.tellsMarks)
    let count = view.valueCount
    output.reserve(FrameEncoder.controlCount)
    output.write { FrameEncoder.valueBegin(head, key: view.key, valueCount: count, into: &$0) }
  }

  func sendPieceHead(byteCount: Int, _ output: inout ByteBuffer) {
    append(&output, FrameEncoder.fragmentHead) { FrameEncoder.fragment(byteCount: byteCount, into: &$0) }
  }

  /// Fragments are counted.
  func sendValueEnd(_ output: inout ByteBuffer) {}

  /// The rest of the value under way will not be sent.
  func abortOutgoing() {
    guard let value = state.outgoing else { return }
    store.unpin(value.pinned)
    state.outgoing = nil
    link.isAbortDue = true
  }

  // MARK: Stream

  func drain(_ index: Int, _ output: inout ByteBuffer) -> Bool {
    let ring = rings[index]
    if ring.bytes.isEmpty { return false }
    let frames = moveRun(of: ring.bytes, to: &output)
    if frames == 0 { return sendReferenced(index, ring.bytes, &output) }
    noteTaken(frames, fromRing: index)
    counters.sent += UInt64(frames)
    return true
  }

  /// Moves some whole frames as they are, up to a reference; returns how many.
  private func moveRun(of ring: borrowing ByteRing, to output: inout ByteBuffer) -> Int {
    let readable = ring.readable
    let runLimit = min(FrameLimits.frame, outputLimit)
    var end = 0
    var frames = 0
    // What is not in the output yet.
    var start = 0
    output.reserve(min(readable.count, runLimit + FrameLimits.frame))
    while end < readable.count, end < runLimit {
      if readable[end + FrameLimits.length] == FrameKind.reference.rawValue { break }
      if !link.tellsMarks, let marks = QueuedMarks(readable, at: end) {
        output.append(readable.extracting(start..<end))
        start = marks.leave(readable, to: &output)
      }
      if let time = QueuedTime(readable, at: end) {
        output.append(readable.extracting(start..<time.place))
        output.write { $0.append(bigEndian: time.leaving(at: moment, store.rules)) }
        start = time.place + QueuedTime.count
      }
      end += FrameDecoder.byteCount(readable, at: end)
      frames += 1
    }
    output.append(readable.extracting(start..<end))
    ring.consume(end)
    return frames
  }

  /// The front of the ring names a value that was too large for it.
  private func sendReferenced(_ index: Int, _ ring: borrowing ByteRing, _ output: inout ByteBuffer) -> Bool {
    if state.outgoing != nil { return false }
    let readable = ring.readable
    guard case .frame(.reference(let version, let range), let count) = FrameDecoder.decode(readable) else {
      return false
    }
    let key = readable.extracting(range)
    var isCurrent = false
    var isReplaced = false
    var hasBegun = false
    store.viewAny(key, hash: store.hash(key)) { view in
      isReplaced = store.isOlder(version, than: view.version)
      isCurrent = view.version == version && !view.isTombstone
      if isCurrent { hasBegun = beginValue(view, origin: .ring(index, entryCount: count), &output) }
    }
    if isCurrent { return hasBegun }
    // Replaced, and then a newer record follows; or evicted, and then what the peer holds of it is older.
    if !isReplaced {
      append(&output, FrameEncoder.controlCount) { FrameEncoder.delete(version, key: key, into: &$0) }
    }
    ring.consume(count)
    noteTaken(1, fromRing: index)
    return true
  }

  // MARK: Marks

  /// Publishes a watermark if it has something to tell and all that it stands for is in the output.
  func publishWatermark(_ output: inout ByteBuffer) {
    guard ledger.copy == nil else { return }
    if !state.barrier.isOpen {
      let fence = store.stampClock.fence()
      if !ledger.hasUpdate(fence) { return }
      link.nextWatermark = ledger.watermark(fence)
      state.barrier.open(fence, rings)
    }
    guard state.barrier.isPassed(rings) || !store.rules.contains(.drainedMark), !hasOverflowed else { return }
    state.barrier.close()
    let watermark = ledger.asSent(link.nextWatermark)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.watermark(watermark, into: &$0) }
    notePublished(watermark)
  }

  func notePublished(_ watermark: Watermark) {
    ledger.noteSent(watermark)
    highestWatermark = max(highestWatermark, watermark.fence)
    if link.unackedWatermark == nil, watermark.fence > ledger.ackedThrough {
      link.unackedWatermark = (watermark.fence, now)
    }
  }
}
