import ItemStore
import Platform

/// What the peer says, done. Frames of the handshake and heartbeats are the driver's.
extension Replicator {
  /// Nil, or what is wrong with the frame at this place.
  func receive(_ frame: Frame, in bytes: Span<UInt8>, at moment: Moment) -> MalformedFrame? {
    if let fault = judge(frame.newestStamp, at: moment) { return fault }
    switch frame {
    case .record(let head, let key, let value):
      return record(head, bytes.extracting(key), bytes.extracting(value), moment)
    case .delete(let version, let range):
      return delete(bytes.extracting(range), version)
    case .flush(let flushes): flush(flushes, moment)
    case .valueBegin(let head, let key, let valueCount):
      return valueBegin(head, bytes.extracting(key), valueCount, moment)
    case .fragment(let value):
      return fragment(bytes.extracting(value), moment)
    case .valueAborted:
      if incoming == nil { return .outOfPlace(kind: FrameKind.valueAborted.rawValue) }
      incoming.take()?.abandon(in: store)
      settle()
    case .refused(let version, let range):
      let key = bytes.extracting(range)
      let removed = store.applyRefusal(key, hash: store.hash(key), version: version)
      if let removed {
        noteRejected(version.touched, .refused)
        if removed != version { noteRejected(removed.touched, .refused) }
      } else if store.rules.contains(.overtaken) {
        // Something else has taken its place here meanwhile. Who there deleted the key did not know of it either way.
        noteRejected(version.touched, .overtaken)
      }
      ledger.observeRefusal()
      link.isAcknowledgementDue = true
    default: return bookkeeping(frame)
    }
    return nil
  }

  /// A stamp from the far future would move this side's clock there for good, and with it all that is written here.
  private func judge(_ stamp: Stamp, at moment: Moment) -> MalformedFrame? {
    let believed = moment.unixMicroseconds &+ link.ahead &+ Self.clockTolerance
    if stamp <= Stamp(endOfTick: believed) || !store.rules.contains(.tolerance) { return nil }
    return .future(seconds: (stamp.unixMicroseconds - moment.unixMicroseconds) / 1_000_000)
  }

  private func flush(_ flushes: FlushState, _ moment: Moment) {
    counters.received += 1
    // A flush that was fired here is told, also where the other side's floor is above its own.
    let isTold = store.floor <= state.sentFloor
    store.applyFlush(flushes.arrived(at: moment, rules: store.rules), at: moment)
    if isTold { state.sentFloor = max(state.sentFloor, flushes.floor) }
  }

  private func bookkeeping(_ frame: Frame) -> MalformedFrame? {
    switch frame {
    case .copyBegin(_, let items): events.append(.copyInBegan(items: items))
    case .copyProgress(let progress): ledger.observeCopyProgress(progress)
    case .copyEnd(let watermark, _, let answers):
      guard isHonest(watermark) else { return .acknowledgement }
      store.stampClock.observe(watermark.fence)
      if ledger.observeCopyEnd(watermark, answers: answers) { events.append(.copyInEnded) }
      link.isAcknowledgementDue = true
    case .watermark(let watermark):
      guard isHonest(watermark) else { return .acknowledgement }
      store.stampClock.observe(watermark.fence)
      // One that only confirms asks for no answer, or two that are idle would go on confirming.
      if watermark.fence > ledger.received.through { link.isAcknowledgementDue = true }
      ledger.observeWatermark(watermark)
    case .acknowledgement(let received, let refusalsSeen):
      guard isHonest(Watermark(.zero, receivedThrough: received, refusalsSeen: refusalsSeen)) else {
        return .acknowledgement
      }
      ledger.observeAcknowledgement(through: received)
      noteConfirmed()
    case .streamOffset(let offset):
      (link.peerTracksOffsets, link.processedOffset, link.isOffsetReplyDue) = (true, offset, true)
      return nil
    case .offsetReached(let offset):
      guard offset <= state.positions.offset else { return .acknowledgement }
      state.positions.processed(upTo: offset, rings)
      return nil
    case .outOfMemory(let stamp):
      noteRejected(stamp, .outOfMemory)
      return nil
    case .overtaken(let stamp):
      noteRejected(stamp, .overtaken)
      return nil
    case .copyFromZero(let ask):
      ledger.observeAsk(ask)
      if state.walk?.hasLostStream == true { takeStreamUp(above: .zero) } else { beginCopy(above: .zero) }
    default: return .outOfPlace(kind: 0)
    }
    settle()
    return nil
  }

  /// Nobody has had what was never sent.
  private func isHonest(_ watermark: Watermark) -> Bool {
    watermark.receivedThrough <= highestWatermark && watermark.refusalsSeen <= ledger.refused
  }

  /// The answer to that change is another than it was.
  private func noteRejected(_ stamp: Stamp, _ rejection: WriteOutcomes.Rejection) {
    guard tracksOffsets, store.rules.contains(.kept) else { return }
    rings.reject(stamp, rejection)
  }

  private func noteConfirmed() {
    guard let unconfirmed = link.unackedWatermark, ledger.ackedThrough >= unconfirmed.watermark else { return }
    lastLag = now - unconfirmed.at
    link.unackedWatermark = nil
  }

  // MARK: Items

  private func record(
    _ head: RecordHead, _ key: Span<UInt8>, _ value: Span<UInt8>, _ moment: Moment
  ) -> MalformedFrame? {
    counters.received += 1
    let hash = store.hash(key)
    let outcome = store.apply(
      key, hash: hash, version: head.version, marks: head.marks, clientFlags: head.clientFlags,
      expiresAt: head.expiresAt(moment, store.rules), value: value, now: moment.seconds)
    return note(outcome, head.version, key, hash)
  }

  private func delete(_ key: Span<UInt8>, _ version: Version) -> MalformedFrame? {
    counters.received += 1
    let hash = store.hash(key)
    return note(store.applyDelete(key, hash: hash, version: version), version, key, hash)
  }

  private func noteOutOfMemory(
    _ key: Span<UInt8>, _ hash: UInt64, _ version: Version
  ) -> MalformedFrame? {
    note(store.applyOutOfMemory(key, hash: hash, version: version), version, key, hash)
  }

  private func valueBegin(
    _ head: RecordHead, _ key: Span<UInt8>, _ valueCount: Int, _ moment: Moment
  ) -> MalformedFrame? {
    if incoming != nil { return .outOfPlace(kind: FrameKind.valueBegin.rawValue) }
    let hash = store.hash(key)
    var value = IncomingValue(head: head, key: [UInt8](copying: key), hash: hash, missing: valueCount)
    if !store.needsNoMemory(key, hash: hash, version: head.version) {
      let reservation = store.reserve(
        key, clientFlags: head.clientFlags, expiresAt: head.expiresAt(moment, store.rules), valueCount: valueCount,
        version: head.version, marks: head.marks, evictsUpTo: store.evictsUpTo(head.version), now: moment.seconds)
      if case .pending(let pending) = consume reservation { value.pending = consume pending }
    }
    incoming = consume value
    return nil
  }

  private func fragment(_ bytes: Span<UInt8>, _ moment: Moment) -> MalformedFrame? {
    let isExpected = bytes.count <= incoming?.missing ?? -1
    guard isExpected, var value = incoming.take() else { return .outOfPlace(kind: FrameKind.fragment.rawValue) }
    value.add(bytes, to: store, now: moment.seconds)
    if value.missing == 0 { return finish(value) }
    incoming = consume value
    return nil
  }

  private func finish(_ value: consuming IncomingValue) -> MalformedFrame? {
    defer { settle() }
    counters.received += 1
    let (version, marks, hash, key) = (value.head.version, value.head.marks, value.hash, value.key)
    guard let pending = value.pending.take() else { return noteOutOfMemory(key.span, hash, version) }
    let outcome = store.apply(pending, hash: hash, version: version, marks: marks)
    return note(outcome, version, key.span, hash)
  }

  private func note(
    _ outcome: ApplyOutcome, _ version: Version, _ key: Span<UInt8>, _ hash: UInt64
  ) -> MalformedFrame? {
    switch outcome {
    case .applied: counters.applied += 1
    case .ignoredOlder: counters.ignoredOlder += 1
    case .overtook(let held):
      counters.applied += 1
      noteOvertaken(held)
    case .overtaken:
      counters.ignoredOlder += 1
      return tellOvertaken(version, version.fresh)
    case .overtakenDerived:
      counters.ignoredOlder += 1
      return tellOvertaken(version, version.changed)
    case .conflict: counters.conflicts += 1
    case .outOfMemory:
      counters.outOfMemory += 1
      // Nothing but an answer depends on it there.
      return link.peerTracksOffsets ? reply { FrameEncoder.outOfMemory(version.touched, into: &$0) } : nil
    case .refused:
      counters.refusals += 1
      ledger.noteRefused()
      store.noteRefusal(hash, version, number: ledger.refused)
      return reply { FrameEncoder.refused(version, key: key, into: &$0) }
    }
    return nil
  }

  /// The peer has overwritten a state. If that was not sent yet, the peer did not know of it; else it tells itself. The record of the
  /// fresh write may have been passed over for that of a touch or change since, by whichever worker. What was lost with a stream that
  /// was given up is not sent until the copy that makes up for it comes by.
  private func noteOvertaken(_ held: Version) {
    guard tracksOffsets, store.rules.contains(.overtaken) else { return }
    let mayBeLost = ledger.copy.map { held.touched > $0.above } ?? false
    if mayBeLost || rings.contains(where: { $0.mayHold(held.touched) }) { rings.reject(held.fresh, .overtaken) }
  }

  /// One frame may stand for several writes: who has added what was touched before it was sent waits for an answer, too.
  private func tellOvertaken(_ version: Version, _ base: Stamp) -> MalformedFrame? {
    guard tellsOvertaken else { return nil }
    if base < version.changed, let fault = tellOvertaken(base) { return fault }
    if version.changed < version.touched, let fault = tellOvertaken(version.changed) { return fault }
    return tellOvertaken(version.touched)
  }

  private func tellOvertaken(_ stamp: Stamp) -> MalformedFrame? {
    reply { FrameEncoder.overtaken(stamp, into: &$0) }
  }

  /// Not while the peer copies: much that is old comes then, and nobody waits for it.
  private var tellsOvertaken: Bool {
    link.peerTracksOffsets && link.tellsOvertaken && !ledger.awaitsCopy && store.rules.contains(.overtaken)
      && link.refusals.count < Self.maxRefusalBytes / 2
  }

  /// Goes before the acknowledgement of what it is about.
  private func reply(_ body: (inout OutputSpan<UInt8>) -> Void) -> MalformedFrame? {
    guard link.refusals.count < Self.maxRefusalBytes else { return .refusals }
    append(&link.refusals, FrameEncoder.controlCount, body)
    return nil
  }
}
