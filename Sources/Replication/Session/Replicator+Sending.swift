import ItemStore
import Platform

/// Bytes for the peer, in the order that `Replicator`'s essay draws.
extension Replicator {
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    guard isJoined else { return false }
    if isSettlingDue { settle() }
    if hasOverflowed { giveUpStream() }
    if awaitsDrain, output.isEmpty, now >= copyNotBefore { takeStreamUp(above: ledger.copy?.above ?? ledger.acked) }
    sendAnswers(&output)
    sendAcknowledgement(&output)
    if awaitsDrain { return false }
    tellFloor(&output)
    var isMoving = true
    var isFirst = true
    while isMoving, output.count < highWater, isFirst || !isOver() {
      isFirst = false
      isMoving = sendFragment(&output)
      if drainRings(&output) { isMoving = true }
      if copyStep(&output) { isMoving = true }
      tellPlace(&output)
    }
    tellFloor(&output)
    publishMark(&output)
    return isMoving || isSettlingDue
  }

  var hasOverflowed: Bool { rings.contains { $0.hasOverflowed } }

  // MARK: Control

  func sendAnswers(_ output: inout ByteBuffer) {
    // Before the first record: from here on the peer tells what it cannot keep.
    if tellsPlaces, positions.place == 0 { sayPlace(&output) }
    if isAbandonmentDue {
      isAbandonmentDue = false
      append(&output, FrameEncoder.controlCount) { FrameEncoder.abandoned(into: &$0) }
    }
    if let ask = askToSend {
      askToSend = nil
      append(&output, FrameEncoder.controlCount) { FrameEncoder.copyFromZero(ask: ask, into: &$0) }
    }
    if !refusals.isEmpty, output.count < highWater {
      output.reserve(refusals.count)
      output.append(refusals.bytes)
      refusals = ByteBuffer(capacity: 0)
    }
  }

  func sendAcknowledgement(_ output: inout ByteBuffer) {
    if isReachedDue, output.count < highWater {
      isReachedDue = false
      let place = processedPlace
      append(&output, FrameEncoder.controlCount) { FrameEncoder.reached(place: place, into: &$0) }
    }
    guard isAcknowledgementDue, output.count < highWater else { return }
    isAcknowledgementDue = false
    let (have, seen) = (ledger.had.stamp, ledger.refusalsSeen)
    append(&output, FrameEncoder.controlCount) {
      FrameEncoder.acknowledgement(have: have, refusalsSeen: seen, into: &$0)
    }
  }

  /// A flush to come that fires is in no ring. The peer does not fire it any more when it is told; and where it has taken it back
  /// meanwhile, this side was first, and both have it.
  private func tellFloor(_ output: inout ByteBuffer) {
    let floor = store.floor
    guard floor > toldFloor, ledger.copy == nil else { return }
    toldFloor = floor
    let flushes = store.flushState.leaving(at: moment, rules: store.rules)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.flush(flushes, into: &$0) }
  }

  /// Behind what was taken from the rings: where the peer names this place, it has processed that.
  private func tellPlace(_ output: inout ByteBuffer) {
    if positions.isDue { sayPlace(&output) }
  }

  private func sayPlace(_ output: inout ByteBuffer) {
    let place = positions.advance()
    append(&output, FrameEncoder.controlCount) { FrameEncoder.place(place, into: &$0) }
  }

  private func noteTaken(_ frames: Int, from index: Int) {
    rings[index].noteDrained(frames)
    if tellsPlaces { positions.note(rings, index) }
  }

  /// Grows the output where it must; callers look at `highWater` before, so it stays within a few frames of it.
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
  func abandonOutgoing() {
    guard let value = outgoing else { return }
    store.unpin(value.pinned)
    outgoing = nil
    isAbandonmentDue = true
  }

  /// Begins to send the value that `view` shows, if it can be pinned now.
  func beginOutgoing(
    _ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    guard outgoing == nil, let pinned = store.pin(view) else { return false }
    let head = RecordHead(view, at: moment, rules: store.rules)
    let count = view.valueCount
    output.reserve(FrameEncoder.controlCount)
    output.write { FrameEncoder.opening(head, key: view.key, valueCount: count, into: &$0) }
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
    let runLimit = min(FrameLimits.frame, highWater)
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

  /// Publishes a mark if it has something to tell and all that it stands for is in the output.
  func publishMark(_ output: inout ByteBuffer) {
    guard ledger.copy == nil else { return }
    if !gate.isOpen {
      let fence = store.stampClock.fence()
      if !ledger.hasNews(fence) { return }
      nextMark = ledger.takeMark(fence)
      gate.open(fence, rings)
    }
    guard gate.isPassed(rings) || !store.rules.contains(.drainedMark), !hasOverflowed else { return }
    gate.close()
    let mark = ledger.said(nextMark)
    append(&output, FrameEncoder.controlCount) { FrameEncoder.mark(mark, into: &$0) }
    notePublished(mark)
  }

  func notePublished(_ mark: Mark) {
    ledger.noteTold(mark)
    highestMark = max(highestMark, mark.fence)
    if unconfirmedMark == nil, mark.fence > ledger.acked { unconfirmedMark = (mark.fence, now) }
  }
}
