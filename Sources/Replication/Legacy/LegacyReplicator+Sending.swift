import ItemStore
import Platform

/// Lines for the peer, in the order that `LegacyReplicator`'s essay draws.
extension LegacyReplicator {
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    guard isLinked else { return false }
    noteSent(output.count)
    let before = output.count
    let hasMore = fillLines(&output, until: isOver)
    produced += UInt64(output.count - before)
    notePositions()
    awaitWatermark()
    return hasMore
  }

  private func fillLines(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool {
    if isSettlingDue { settle() }
    if hasOverflowed { giveUpStream() }
    if owesOpening {
      owesOpening = false
      let line = LegacyOpening.unheardLine
      LegacyLineEncoder.value(line.span, into: &output)
    }
    if awaitsCopy { return false }
    repeats += writeConflicts.takeDue(now: now)
    var isMoving = sendValue(&output)
    if awaitsDrain { return isMoving || takeStreamUp(&output) }
    repeat { isMoving = step(&output) } while isMoving && output.count < outputLimit && !isOver()
    return isMoving || isSettlingDue
  }

  /// A little of each; whether anything has moved.
  private func step(_ output: inout ByteBuffer) -> Bool {
    if outgoing != nil { return sendValue(&output) }
    var hasMoved = sayFlush(&output)
    if drainRings(&output) { hasMoved = true }
    if outgoing == nil, copyStep(&output) { hasMoved = true }
    if outgoing == nil, sayRepeats(&output) { hasMoved = true }
    return hasMoved
  }

  private var hasOverflowed: Bool { rings.contains { $0.hasOverflowed } }

  /// The peer reads again.
  private func takeStreamUp(_ output: inout ByteBuffer) -> Bool {
    guard output.isEmpty, outgoing == nil, now >= copyNotBefore else { return false }
    awaitsDrain = false
    itemsAtJoin = UInt64(store.statistics.itemCount)
    beginCopy(isShown: true)
    return true
  }

  // MARK: Saying

  /// Says what is held: an item, or that there is none. False where it has to be said later.
  func say(_ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer) -> Bool {
    guard LegacyLimits.canName(view.key) else { return true }
    let isGone = view.isTombstone || store.isFlushed(view)
    if isGone || !LegacyLimits.fits(keyCount: view.keyCount, valueCount: view.valueCount, limit: itemLimit) {
      if !isGone { noteTooLarge(view.touched) }
      sayDelete(view.key, &output)
      return true
    }
    if view.valueCount > FrameLimits.value || view.isChained { return beginOutgoing(view, origin: origin, &output) }
    sayItem(RecordHead(queued: view), view.key, view.inlineValue, &output)
    return true
  }

  private func sayItem(_ head: RecordHead, _ key: Span<UInt8>, _ value: Span<UInt8>, _ output: inout ByteBuffer) {
    LegacyLineEncoder.record(head, exptime(head), key: key, valueCount: value.count, into: &output)
    LegacyLineEncoder.value(value, into: &output)
    LegacyLineEncoder.lineEnd(into: &output)
    writeConflicts.noteSent(store.hash(key), now: now)
    counters.sent += 1
  }

  /// The unix time, by this side's wall clock, of a head as a ring has it: a 2.x knows no other.
  private func exptime(_ head: RecordHead) -> Int64 {
    ProcessClock.unixSeconds(expiresAt: UInt32(truncatingIfNeeded: head.remaining), at: moment)
  }

  private func sayDelete(_ key: Span<UInt8>, _ output: inout ByteBuffer) {
    guard LegacyLimits.canName(key) else { return }
    LegacyLineEncoder.delete(key, into: &output)
    writeConflicts.noteSent(store.hash(key), now: now)
    counters.sent += 1
  }

  /// Tells a flush, and copies again what is newer than it.
  private func sayFlush(_ output: inout ByteBuffer) -> Bool {
    let floor = store.floor
    if floor <= sentFloor { return false }
    sentFloor = floor
    LegacyLineEncoder.flush(into: &output)
    counters.sent += 1
    writeConflicts.noteFlushed(now: now)
    beginCopy(isShown: false)
    copiesPeers = true
    return true
  }

  /// Tells a flush to come. The peer flushes a second before the time it is told; this side will have said a flush of
  /// now by then.
  func sayFlush(due: UInt64, _ output: inout ByteBuffer) {
    let remaining = due - min(due, moment.milliseconds)
    LegacyLineEncoder.flush(unixSeconds: (moment.unixMicroseconds / 1000 &+ remaining) / 1000 + 2, into: &output)
    counters.sent += 1
  }

  private func sayRepeats(_ output: inout ByteBuffer) -> Bool {
    guard let key = repeats.popLast() else { return false }
    let hash = store.hash(key.span)
    let quiet = writeConflicts.quiet(hash)
    var isSaid = true
    let isHeld = store.viewAny(key.span, hash: hash) { isSaid = say($0, origin: .copy, &output) }
    if !isHeld { sayDelete(key.span, &output) }
    writeConflicts.noteRepeated(hash, now: now, quiet: quiet)
    if !isSaid { repeats.append(key) }
    return isSaid
  }

  // MARK: A large value

  /// More of the value under way: nothing else may come between.
  private func sendValue(_ output: inout ByteBuffer) -> Bool {
    guard var value = outgoing, output.count < outputLimit else { return false }
    var missing = min(value.left, FrameLimits.value)
    output.reserve(missing)
    store.forEachPiece(of: value.pinned, from: value.sent) { bytes in
      let piece = bytes.extracting(first: missing)
      output.append(piece)
      missing -= piece.count
      value.sent += piece.count
      return missing > 0
    }
    outgoing = value
    if value.left == 0 { finish(value, &output) }
    return true
  }

  private func finish(_ value: OutgoingValue, _ output: inout ByteBuffer) {
    LegacyLineEncoder.lineEnd(into: &output)
    store.unpin(value.pinned)
    outgoing = nil
    counters.sent += 1
    if case .ring(let index, let entryCount) = value.origin {
      rings[index].bytes.consume(entryCount)
      rings[index].noteDrained(1)
    }
  }

  private func beginOutgoing(
    _ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    guard outgoing == nil, let pinned = store.pin(view) else { return false }
    let head = RecordHead(queued: view)
    LegacyLineEncoder.record(head, exptime(head), key: view.key, valueCount: view.valueCount, into: &output)
    writeConflicts.noteSent(store.hash(view.key), now: now)
    outgoing = OutgoingValue(pinned: pinned, origin: origin)
    return true
  }

  // MARK: Stream

  private func drainRings(_ output: inout ByteBuffer) -> Bool {
    var hasMoved = false
    for step in rings.indices where outgoing == nil {
      let index = (nextRing + step) % rings.count
      if drain(index, rings[index].bytes, &output) { hasMoved = true }
    }
    nextRing = (nextRing + 1) % max(rings.count, 1)
    return hasMoved
  }

  /// Frames of one step: of those that are out of date nothing is said, so the output does not bound them.
  private static let framesPerStep = 64

  /// As many frames as may go at once.
  private func drain(_ index: Int, _ ring: borrowing ByteRing, _ output: inout ByteBuffer) -> Bool {
    var hasMoved = false
    for _ in 0..<Self.framesPerStep where outgoing == nil && output.count < outputLimit && !ring.isEmpty {
      let readable = ring.readable
      guard case .frame(let frame, let count) = FrameDecoder.decode(readable) else { return hasMoved }
      let isDone = forward(frame, readable, origin: .ring(index, entryCount: count), &output)
      if !isDone { return hasMoved || outgoing != nil }
      ring.consume(count)
      rings[index].noteDrained(1)
      hasMoved = true
    }
    return hasMoved
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
    // A flush of now has raised the floor, which `sayFlush` sees.
    case .flush(let state) where state.due != 0:
      sayFlush(due: state.due, &output)
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
    if store.isOlder(head.version, than: held) || head.version.fresh <= sentFloor { return }
    guard isLive, LegacyLimits.fits(keyCount: key.count, valueCount: value.count, limit: itemLimit) else {
      if isLive { noteTooLarge(head.version.touched) }
      return sayDelete(key, &output)
    }
    if LegacyLimits.canName(key) { sayItem(head, key, value, &output) }
  }

  /// The ring has only the key: what the store holds is said, unless it is newer.
  private func forward(
    _ version: Version, _ key: Span<UInt8>, origin: OutgoingValue.Origin, _ output: inout ByteBuffer
  ) -> Bool {
    var isNewer = false
    var isSaid = true
    let isHeld = store.viewAny(key, hash: store.hash(key)) { view in
      isNewer = store.isOlder(version, than: view.version)
      if !isNewer { isSaid = say(view, origin: origin, &output) }
    }
    if !isHeld, version.fresh > sentFloor { sayDelete(key, &output) }
    // A value under way still needs its entry: `finish` consumes it.
    return isSaid && outgoing == nil
  }

  // MARK: Sent counts as acknowledged

  private func noteSent(_ waiting: Int) {
    // What waits may be older than the link: a hello.
    let position = produced - min(produced, UInt64(waiting))
    if acks.noteSent(upTo: position, now: now) { settle() }
    positions.processed(upTo: position, rings)
  }

  private func notePositions() {
    if isCopyEnded { positions.noteCopied(rings, at: produced) }
    isCopyEnded = false
    for index in rings.indices where rings[index].drainedPosition != notedPositions[index] {
      notedPositions[index] = rings[index].drainedPosition
      positions.note(rings, index, at: produced)
    }
  }

  /// A value that is too large for the peer is here alone.
  private func noteTooLarge(_ stamp: Stamp) {
    guard hasWaitingAnswers else { return }
    rings.reject(stamp, .outOfMemory)
  }

  /// Waits for the next watermark to pass the barrier, and then for the output to be sent so far.
  private func awaitWatermark() {
    guard walk == nil, !awaitsDrain, acks.pending == nil else { return }
    if !barrier.isOpen {
      let fence = store.stampClock.fence()
      if fence <= lastWatermark { return }
      barrier.open(fence, rings)
    }
    guard barrier.isPassed(rings), !rings.contains(where: \.hasOverflowed) else { return }
    barrier.close()
    lastWatermark = barrier.watermark
    acks.wait(for: barrier.watermark, at: produced, now: now)
  }
}
