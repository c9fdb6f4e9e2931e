import ItemStore
import Platform

/// Lines for the peer, in the order that `LegacyReplicator`'s essay draws.
extension LegacyReplicator {
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    guard state.isLinked else { return false }
    noteSent(output.count)
    let before = output.count
    let hasMore = fillLines(&output, until: isOver)
    link.produced += UInt64(output.count - before)
    notePositions()
    awaitWatermark()
    return hasMore
  }

  private func fillLines(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    if state.isSettlingDue { settle() }
    if hasOverflowed { giveUpStream() }
    if link.owesOpening {
      link.owesOpening = false
      let line = LegacyOpening.helloMissedLine
      LegacyLineEncoder.value(line.span, into: &output)
    }
    if isHeldBack { return false }
    link.repeats += link.writeConflicts.takeDue(now: now)
    var isMoving = output.count < outputLimit && sendPiece(&output)
    if state.awaitsDrain { return isMoving || takeStreamUp(&output) }
    repeat { isMoving = step(&output) } while isMoving && output.count < outputLimit && !isOver()
    return isMoving || state.isSettlingDue
  }

  /// A little of each; whether anything has moved. Nothing may come between the pieces of a large value.
  private func step(_ output: inout ByteBuffer) -> Bool {
    if state.outgoing != nil { return output.count < outputLimit && sendPiece(&output) }
    var hasMoved = sendFlush(&output)
    if drainRings(&output) { hasMoved = true }
    if state.outgoing == nil, copyStep(&output) { hasMoved = true }
    if state.outgoing == nil, sendRepeats(&output) { hasMoved = true }
    return hasMoved
  }

  /// The peer reads again.
  private func takeStreamUp(_ output: inout ByteBuffer) -> Bool {
    guard output.isEmpty, state.outgoing == nil, now >= state.copyNotBefore else { return false }
    state.awaitsDrain = false
    beginCopy(isShown: true)
    return true
  }

  // MARK: States

  /// Says what is held: an item, or that there is none. False where it has to be said later.
  func send(_ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer) -> Bool {
    guard LegacyLimits.canName(view.key) else { return true }
    let isGone = view.isTombstone || store.isFlushed(view)
    if isGone || !LegacyLimits.fits(keyCount: view.keyCount, valueCount: view.valueCount, limit: itemLimit) {
      if !isGone { noteTooLarge(view.touched) }
      sendDelete(view.key, &output)
      return true
    }
    if view.valueCount > FrameLimits.value || view.isChained { return beginValue(view, origin: origin, &output) }
    sendItem(RecordHead(queued: view), view.key, view.inlineValue, &output)
    return true
  }

  private func sendItem(_ head: RecordHead, _ key: Span<UInt8>, _ value: Span<UInt8>, _ output: inout ByteBuffer) {
    LegacyLineEncoder.record(head, exptime(head), key: key, valueCount: value.count, into: &output)
    LegacyLineEncoder.value(value, into: &output)
    LegacyLineEncoder.lineEnd(into: &output)
    link.writeConflicts.noteSent(store.hash(key), now: now)
    counters.sent += 1
  }

  /// The unix time, by this side's wall clock, of a head as a ring has it: a 2.x knows no other.
  private func exptime(_ head: RecordHead) -> Int64 {
    ProcessClock.unixSeconds(expiresAt: UInt32(truncatingIfNeeded: head.remaining), at: moment)
  }

  private func sendDelete(_ key: Span<UInt8>, _ output: inout ByteBuffer) {
    guard LegacyLimits.canName(key) else { return }
    LegacyLineEncoder.delete(key, into: &output)
    link.writeConflicts.noteSent(store.hash(key), now: now)
    counters.sent += 1
  }

  /// Tells a flush, and copies again what is newer than it.
  private func sendFlush(_ output: inout ByteBuffer) -> Bool {
    let floor = store.floor
    if floor <= state.sentFloor { return false }
    state.sentFloor = floor
    LegacyLineEncoder.flush(into: &output)
    counters.sent += 1
    link.writeConflicts.noteFlushed(now: now)
    beginCopy(isShown: false)
    state.walk?.includesPeerStates = true
    return true
  }

  /// Tells a flush to come. The peer flushes a second before the time it is told; this side will have said a flush of
  /// now by then.
  func sendFlush(due: UInt64, _ output: inout ByteBuffer) {
    let remaining = due - min(due, moment.milliseconds)
    LegacyLineEncoder.flush(unixSeconds: (moment.unixMicroseconds / 1000 &+ remaining) / 1000 + 2, into: &output)
    counters.sent += 1
  }

  private func sendRepeats(_ output: inout ByteBuffer) -> Bool {
    guard let key = link.repeats.popLast() else { return false }
    let hash = store.hash(key.span)
    let quiet = link.writeConflicts.quiet(hash)
    var isSent = true
    let isHeld = store.viewAny(key.span, hash: hash) { isSent = send($0, origin: .copy, &output) }
    if !isHeld { sendDelete(key.span, &output) }
    link.writeConflicts.noteRepeated(hash, now: now, quiet: quiet)
    if !isSent { link.repeats.append(key) }
    return isSent
  }

  // MARK: A large value

  func sendValueBegin(_ view: borrowing ItemView, _ output: inout ByteBuffer) {
    let head = RecordHead(queued: view)
    LegacyLineEncoder.record(head, exptime(head), key: view.key, valueCount: view.valueCount, into: &output)
    link.writeConflicts.noteSent(store.hash(view.key), now: now)
  }

  /// A value stands there as it is.
  func sendPieceHead(byteCount: Int, _ output: inout ByteBuffer) {}

  func sendValueEnd(_ output: inout ByteBuffer) { LegacyLineEncoder.lineEnd(into: &output) }

  // MARK: Stream

  /// Frames of one step: of those that are out of date nothing is said, so the output does not bound them.
  private static let framesPerStep = 64

  func drain(_ index: Int, _ output: inout ByteBuffer) -> Bool {
    var frames = 0
    while frames < Self.framesPerStep, state.outgoing == nil, output.count < outputLimit,
      drainOne(index, rings[index].bytes, &output)
    { frames += 1 }
    return frames > 0 || state.outgoing != nil
  }

  private func drainOne(_ index: Int, _ ring: borrowing ByteRing, _ output: inout ByteBuffer) -> Bool {
    if ring.isEmpty { return false }
    let readable = ring.readable
    guard case .frame(let frame, let count) = FrameDecoder.decode(readable),
      forward(frame, readable, origin: .ring(index, entryCount: count), &output)
    else { return false }
    ring.consume(count)
    noteTaken(1, fromRing: index)
    return true
  }

  /// Sends what a frame of the ring says, if it is still so. False if its place in the ring is still needed.
  private func forward(
    _ frame: Frame, _ bytes: Span<UInt8>, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    switch frame {
    case .record(let head, let key, let value):
      forward(head, bytes.extracting(key), bytes.extracting(value), &output)
      return true
    case .delete(let version, let range), .reference(let version, let range):
      return forward(version, bytes.extracting(range), origin: origin, &output)
    // A flush of now has raised the floor, which `sendFlush` sees.
    case .flush(let state) where state.due != 0:
      sendFlush(due: state.due, &output)
      return true
    default: return true
    }
  }

  /// The ring has the value: it need not be copied under the stripe's lock.
  private func forward(_ head: RecordHead, _ key: Span<UInt8>, _ value: Span<UInt8>, _ output: inout ByteBuffer) {
    var held = Version.zero
    var isLive = false
    store.viewAny(key, hash: store.hash(key)) {
      held = $0.version
      isLive = !$0.isTombstone
    }
    if store.isOlder(head.version, than: held) || head.version.fresh <= state.sentFloor { return }
    guard isLive, LegacyLimits.fits(keyCount: key.count, valueCount: value.count, limit: itemLimit) else {
      if isLive { noteTooLarge(head.version.touched) }
      return sendDelete(key, &output)
    }
    if LegacyLimits.canName(key) { sendItem(head, key, value, &output) }
  }

  /// The ring has only the key: what the store holds is said, unless it is newer.
  private func forward(
    _ version: Version, _ key: Span<UInt8>, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    var isNewer = false
    var isSent = true
    let isHeld = store.viewAny(key, hash: store.hash(key)) { view in
      isNewer = store.isOlder(version, than: view.version)
      if !isNewer { isSent = send(view, origin: origin, &output) }
    }
    if !isHeld, version.fresh > state.sentFloor { sendDelete(key, &output) }
    // A value under way still needs its entry: `endValue` consumes it.
    return isSent && state.outgoing == nil
  }

  // MARK: Sent counts as acknowledged

  private func noteSent(_ waiting: Int) {
    // What waits may be older than the link: a hello.
    let position = link.produced - min(link.produced, UInt64(waiting))
    if acks.noteSent(upTo: position, now: now) { settle() }
    state.positions.processed(upTo: position, rings)
  }

  func noteOffset(ofRing index: Int) { link.takenRings.insert(index) }

  private func notePositions() {
    if link.isCopyEnded, tracksOffsets { state.positions.noteCopied(rings, at: link.produced) }
    for index in link.takenRings { state.positions.note(rings, index, at: link.produced) }
    link.takenRings.removeAll(keepingCapacity: true)
    link.isCopyEnded = false
  }

  /// A value that is too large for the peer is here alone.
  private func noteTooLarge(_ stamp: Stamp) {
    guard tracksOffsets else { return }
    rings.reject(stamp, .outOfMemory)
  }

  /// Waits for the next watermark to pass the barrier, and then for the output to be sent so far.
  private func awaitWatermark() {
    guard state.walk == nil, !state.awaitsDrain, acks.pending == nil else { return }
    if !state.barrier.isOpen {
      let fence = store.stampClock.fence()
      if fence <= link.lastWatermark { return }
      state.barrier.open(fence, rings)
    }
    guard state.barrier.isPassed(rings), !hasOverflowed else { return }
    state.barrier.close()
    link.lastWatermark = state.barrier.watermark
    acks.wait(for: state.barrier.watermark, at: link.produced, now: now)
  }
}
