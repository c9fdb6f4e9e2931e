import ItemStore
import Platform

// A session on the link, one class for each format: `Replicator` speaks today's, `LegacyReplicator` that of repcached
// 2.x. Here stands what both share: the rings are drained in turn, the index is copied in small steps, a large value is
// sent in pieces, and a stream whose ring is full is given up and made up for.
//
//    rings ──▶ drain ─────┐
//    copy  ──▶ copyStep ──┼──▶ output ──▶ (driver) socket         a large value is pinned, and sent by `sendPiece`
//                         │
//    a ring is full ──▶ giveUpStream ──▶ the copy under way ends, rests, and another begins when the output has drained
//
// Each copy ends, however fast the rings fill: what a copy under way sends is as true as before, and all states up to
// its watermark stand in the index, so its end says no less. Only what was forgotten meanwhile is left to the next.
//
// What differs by format are the bytes: the requirements below, from `drain` on.
//
// Invariants. A ring's entry is consumed when it stands in the output, a reference when the last byte of its value
// does. What one link has under way is `state`, which is replaced as a whole when the link ends.
//
// Time: `now` is of a clock that only rises; `moment` has the wall clock, in unix microseconds as stamps have it.
// Owner: the link's thread. Locks: those of the store, for microseconds each. It must not know sockets.
protocol PeerSession: AnyObject {
  var store: ItemStore { get }
  var rings: [MutationRing] { get }
  /// Buckets visited in one step of the copy; each one's lock is held for itself.
  var bucketsPerStep: Int { get }
  var counters: ReplicationCounters { get set }
  /// What the link machine is to be told; taken by the driver.
  var events: [LinkEvent] { get set }
  /// Told by the driver before each call.
  var now: Duration { get set }
  /// Both clocks, told by the driver before each filling: what remains of a time to live is counted from it.
  var moment: Moment { get set }
  /// Workers here wait for what becomes of their changes (`-o repl_ack`).
  var tracksOffsets: Bool { get set }
  var state: SessionState { get set }
  /// Where the next round over the rings begins.
  var nextRing: Int { get set }

  // MARK: For the driver

  /// The highest stamp that the peer has acknowledged.
  var ackedThrough: Stamp { get }
  /// How far the peer is behind.
  var lag: Duration { get }
  /// Nothing that the peer must have is left on this side, or on its way.
  var isDrained: Bool { get }
  /// What stands in the rings cannot be sent until something comes from the peer.
  var isHeldBack: Bool { get }
  /// Fills the output as far as it may be, at least by a step, until `isOver`. Returns whether it stopped for want of
  /// room or time only.
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool
  func endSession()

  // MARK: By format

  /// As much of a ring as may go at once. Returns whether anything has moved.
  func drain(_ index: Int, _ output: inout ByteBuffer) -> Bool
  /// More of this ring stands in the output: its worker learns of it when the peer has processed that.
  func noteOffset(ofRing index: Int)
  func announceCopy(_ walk: CopyWalk, _ output: inout ByteBuffer)
  /// Whether the copy tells a state with this stamp.
  func isCopied(_ stamp: Stamp) -> Bool
  /// A state that the copy has come upon. False where it has to be sent later.
  func sendCopied(_ view: borrowing ItemView, _ walk: inout CopyWalk, _ output: inout ByteBuffer) -> Bool
  func sendCopyProgress(_ walk: inout CopyWalk, _ output: inout ByteBuffer)
  func sendCopyEnd(_ walk: CopyWalk, _ output: inout ByteBuffer)
  /// Another copy follows when the output has drained. - Parameter isRepeat: one has ended that lost its stream.
  func copyPostponed(isRepeat: Bool)
  func sendValueBegin(_ view: borrowing ItemView, _ output: inout ByteBuffer)
  func sendPieceHead(byteCount: Int, _ output: inout ByteBuffer)
  func sendValueEnd(_ output: inout ByteBuffer)
  /// The ring is given up of whose entry a large value is under way.
  func dropRingValue()
}

extension PeerSession {
  func fill(_ output: inout ByteBuffer) -> Bool { fill(&output, until: { false }) }

  /// A worker is inside a change, and a watermark waits for it to come out, which it may do without waking the link.
  var awaitsWorker: Bool {
    let waitsForBarrier = state.walk?.isWalked ?? true || !state.barrier.hasSeenEveryWorkerOut
    return state.isLinked && state.barrier.isOpen && waitsForBarrier && !state.awaitsDrain && !isHeldBack
  }

  var hasOverflowed: Bool { rings.contains { $0.hasOverflowed } }

  /// The link is gone, and what was under way on it.
  func endSending() {
    for ring in rings { ring.turnOff() }
    endWalk()
    if let outgoing = state.outgoing { store.unpin(outgoing.pinned) }
    state = SessionState(ringCount: rings.count)
  }

  // MARK: The rings

  /// A run of frames from each ring, beginning with another each time.
  func drainRings(_ output: inout ByteBuffer) -> Bool {
    var hasMoved = false
    for step in rings.indices where drain((nextRing + step) % rings.count, &output) { hasMoved = true }
    nextRing = (nextRing + 1) % max(rings.count, 1)
    return hasMoved
  }

  func noteTaken(_ frames: Int, fromRing index: Int) {
    rings[index].noteDrained(frames)
    if tracksOffsets { noteOffset(ofRing: index) }
  }

  /// A ring is full: everything queued is forgotten, and copied when the peer reads again. A copy under way goes on
  /// first.
  func giveUpStream() {
    for ring in rings { ring.giveUp() }
    counters.streamOverflows += 1
    if case .ring = state.outgoing?.origin { dropRingValue() }
    // One that is held back has sent nothing yet: it may as well begin later.
    if state.walk != nil, !state.awaitsDrain, !isHeldBack {
      if state.walk?.hasLostStream == false { events.append(.streamGivenUp) }
      state.walk?.hasLostStream = true
      return
    }
    endWalk()
    state.barrier.close()
    events.append(.streamGivenUp)
    postponeCopy(until: now, isRepeat: false)
  }

  func postponeCopy(until time: Duration, isRepeat: Bool) {
    (state.awaitsDrain, state.copyNotBefore) = (true, time)
    copyPostponed(isRepeat: isRepeat)
  }

  // MARK: A large value

  /// Begins to send the value that `view` shows, if it can be pinned now.
  func beginValue(_ view: borrowing ItemView, origin: OutgoingValue.Origin, _ output: inout ByteBuffer) -> Bool {
    guard state.outgoing == nil, let pinned = store.pin(view) else { return false }
    sendValueBegin(view, &output)
    state.outgoing = OutgoingValue(pinned: pinned, origin: origin)
    return true
  }

  /// More of the value under way.
  func sendPiece(_ output: inout ByteBuffer) -> Bool {
    guard var value = state.outgoing else { return false }
    let count = min(value.left, FrameLimits.value)
    sendPieceHead(byteCount: count, &output)
    output.reserve(count)
    var missing = count
    store.forEachPiece(of: value.pinned, from: value.sent) { bytes in
      let piece = bytes.extracting(first: missing)
      output.append(piece)
      missing -= piece.count
      return missing > 0
    }
    value.sent += count
    state.outgoing = value
    if value.left == 0 { endValue(value, &output) }
    return true
  }

  private func endValue(_ value: OutgoingValue, _ output: inout ByteBuffer) {
    sendValueEnd(&output)
    store.unpin(value.pinned)
    state.outgoing = nil
    counters.sent += 1
    guard case .ring(let index, let entryCount) = value.origin else { return }
    rings[index].bytes.consume(entryCount)
    noteTaken(1, fromRing: index)
  }
}
