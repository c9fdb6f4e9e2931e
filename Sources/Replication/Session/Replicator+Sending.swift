import ItemStore
import Platform

/// Bytes for the peer, in the order that `Replicator`'s essay draws.
extension Replicator {
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    guard isLinked else { return false }
    if isSettlingDue { settle() }
    if hasOverflowed { giveUpStream() }
    if awaitsDrain, output.isEmpty, now >= copyNotBefore {
      takeStreamUp(above: ledger.copy?.above ?? ledger.ackedThrough)
    }
    sendAnswers(&output)
    sendAcknowledgement(&output)
    if awaitsDrain { return false }
    sendFloor(&output)
    var isMoving = true
    var isFirst = true
    while isMoving, output.count < outputLimit, isFirst || !isOver() {
      isFirst = false
      isMoving = sendFragment(&output)
      if drainRings(&output) { isMoving = true }
      if copyStep(&output) { isMoving = true }
      sendOffsetIfDue(&output)
    }
    sendFloor(&output)
    publishWatermark(&output)
    return isMoving || isSettlingDue
  }

  var hasOverflowed: Bool { rings.contains { $0.hasOverflowed } }

  // MARK: Control

  func sendAnswers(_ output: inout ByteBuffer) {
    // Before the first record: from here on the peer tells what it cannot keep.
    if tracksOffsets, positions.offset == 0 { sendOffset(&output) }
    if isAbortDue {
      isAbortDue = false
      append(&output, FrameEncoder.controlCount) { FrameEncoder.valueAborted(into: &$0) }
    }
    if let ask = askToSend {
      askToSend = nil
      append(&output, FrameEncoder.controlCount) { FrameEncoder.copyFromZero(ask: ask, into: &$0) }
    }
    if !refusals.isEmpty, output.count < outputLimit {
      output.reserve(refusals.count)
      output.append(refusals.bytes)
      refusals = ByteBuffer(capacity: 0)
    }
  }

  func sendAcknowledgement(_ output: inout ByteBuffer) {
    if isOffsetReplyDue, output.count < outputLimit {
      isOffsetReplyDue = false
      let offset = processedOffset
      append(&output, FrameEncoder.controlCount) { FrameEncoder.offsetReached(offset, into: &$0) }
    }
    guard isAcknowledgementDue, output.count < outputLimit else { return }
    isAcknowledgementDue = false
    let (received, seen) = (ledger.received.through, ledger.refusalsSeen)
    append(&output, FrameEncoder.controlCount) {
      FrameEncoder.acknowledgement(receivedThrough: received, refusalsSeen: seen, into: &$0)
    }
  }

  /// A flush to come that fires is in no ring. The peer does not fire it any more when it is told; and where it has
  /// taken it back meanwhile, this side was first, and both have it.
  private func sendFloor(_ output: inout ByteBuffer) {
    let floor = store.floor
    guard floor > sentFloor, ledger.copy == nil else { return }
    sentFloor = floor
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.flush(flushes, into: &$0) }
  }

  /// Behind what was taken from the rings: when the peer has reached this offset, it has processed that.
  private func sendOffsetIfDue(_ output: inout ByteBuffer) {
    if positions.isDue { sendOffset(&output) }
  }

  private func sendOffset(_ output: inout ByteBuffer) {
    let offset = positions.advance()
    append(&output, FrameEncoder.controlCount) { FrameEncoder.streamOffset(offset, into: &$0) }
  }

  private func noteTaken(_ frames: Int, from index: Int) {
    rings[index].noteDrained(frames)
    if tracksOffsets { positions.note(rings, index) }
  }

  /// Grows the output where it must; callers look at `outputLimit` before, so it stays within a few frames of it.
  func append(_ output: inout ByteBuffer, _ atMost: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    output.reserve(atMost)
    output.write(body)
  }

  // MARK: A large value

  private func sendFragment(_ output: inout ByteBuffer) -> Bool {
    guard var value = outgoing else { return false }
    let count = min(value.left, FrameLimits.value)
    let start = value.sent
    append(&output, FrameEncoder.fragmentHead) { FrameEncoder.fragment(byteCount: count, into: &$0) }
    output.reserve(count)
    var missing = count
    store.forEachPiece(of: value.pinned, from: start) { bytes in
      let piece = bytes.extracting(first: missing)
      output.append(piece)
      missing -= piece.count
      return missing > 0
    }
    value.sent += count
    outgoing = value
    if value.left == 0 { finishOutgoing(value) }
    return true
  }

  private func finishOutgoing(_ value: OutgoingValue) {
    store.unpin(value.pinned)
    outgoing = nil
    counters.sent += 1
    if case .ring(let index, let entryCount) = value.origin {
      rings[index].bytes.consume(entryCount)
      noteTaken(1, from: index)
    }
  }

  /// The rest of the value under way will not be sent.
  func abortOutgoing() {
    guard let value = outgoing else { return }
    store.unpin(value.pinned)
    outgoing = nil
    isAbortDue = true
  }

  /// Begins to send the value that `view` shows, if it can be pinned now.
  func beginOutgoing(
    _ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    guard outgoing == nil, let pinned = store.pin(view) else { return false }
    let head = RecordHead(view, at: moment, rules: store.rules)
    let count = view.valueCount
    output.reserve(FrameEncoder.controlCount)
    output.write { FrameEncoder.valueBegin(head, key: view.key, valueCount: count, into: &$0) }
    outgoing = OutgoingValue(pinned: pinned, origin: origin)
    return true
  }

  // MARK: Stream

  /// A run of frames from each ring.
  private func drainRings(_ output: inout ByteBuffer) -> Bool {
    var hasMoved = false
    for step in rings.indices {
      let index = (nextRing + step) % rings.count
      if drain(index, &output) { hasMoved = true }
    }
    nextRing = (nextRing + 1) % max(rings.count, 1)
    return hasMoved
  }

  func drain(_ index: Int, _ output: inout ByteBuffer) -> Bool {
    let ring = rings[index]
    if ring.bytes.isEmpty { return false }
    let frames = moveRun(of: ring.bytes, to: &output)
    if frames == 0 { return sendReferenced(index, ring.bytes, &output) }
    noteTaken(frames, from: index)
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
    if outgoing != nil { return false }
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
      if isCurrent { hasBegun = beginOutgoing(view, origin: .ring(index, entryCount: count), &output) }
    }
    if isCurrent { return hasBegun }
    // Replaced, and then a newer record follows; or evicted, and then what the peer holds of it is older.
    if !isReplaced {
      append(&output, FrameEncoder.controlCount) { FrameEncoder.delete(version, key: key, into: &$0) }
    }
    ring.consume(count)
    noteTaken(1, from: index)
    return true
  }

  // MARK: Marks

  /// Publishes a watermark if it has something to tell and all that it stands for is in the output.
  func publishWatermark(_ output: inout ByteBuffer) {
    guard ledger.copy == nil else { return }
    if !barrier.isOpen {
      let fence = store.stampClock.fence()
      if !ledger.hasUpdate(fence) { return }
      nextWatermark = ledger.watermark(fence)
      barrier.open(fence, rings)
    }
    guard barrier.isPassed(rings) || !store.rules.contains(.drainedMark), !hasOverflowed else { return }
    barrier.close()
    let watermark = ledger.asSent(nextWatermark)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.watermark(watermark, into: &$0) }
    notePublished(watermark)
  }

  func notePublished(_ watermark: Watermark) {
    ledger.noteSent(watermark)
    highestWatermark = max(highestWatermark, watermark.fence)
    if unackedWatermark == nil, watermark.fence > ledger.ackedThrough { unackedWatermark = (watermark.fence, now) }
  }
}
