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
    case .delete(let stamp, let range):
      return delete(bytes.extracting(range), stamp, moment)
    case .flush(let state): flush(state, moment)
    case .opening(let head, let key, let valueCount):
      return opening(head, bytes.extracting(key), valueCount, moment)
    case .fragment(let value):
      return fragment(bytes.extracting(value), moment)
    case .abandoned:
      if incoming == nil { return .outOfPlace(kind: FrameKind.abandoned.rawValue) }
      dropIncoming()
      settle()
    case .refused(let stamp, let range):
      let key = bytes.extracting(range)
      store.applyRefusal(key, hash: store.hash(key), stamp: stamp, now: moment.seconds)
      ledger.heardRefusal()
      isAcknowledgementDue = true
    default: return bookkeeping(frame)
    }
    return nil
  }

  /// A stamp from the far future would move this side's clock there for good, and with it all that is written here.
  private func judge(_ stamp: Stamp, at moment: Moment) -> MalformedFrame? {
    let believed = moment.unixMicroseconds &+ ahead &+ Self.clockTolerance
    if stamp <= Stamp(endOfTick: believed) || !store.rules.contains(.tolerance) { return nil }
    return .future(seconds: (stamp.unixMicroseconds - moment.unixMicroseconds) / 1_000_000)
  }

  private func flush(_ state: FlushState, _ moment: Moment) {
    counters.received += 1
    store.applyFlush(state.arrived(at: moment, rules: store.rules), at: moment)
    toldFloor = max(toldFloor, state.floor)
  }

  private func bookkeeping(_ frame: Frame) -> MalformedFrame? {
    switch frame {
    case .copyBegin(_, let items): events.append(.copyInBegan(items: items))
    case .copyEnd(let mark, _, let answers):
      store.stampClock.hear(mark)
      if ledger.heardCopyEnd(mark, answers: answers) { events.append(.copyInEnded) }
      isAcknowledgementDue = true
    case .mark(let mark):
      store.stampClock.hear(mark)
      ledger.heardMark(mark)
      isAcknowledgementDue = true
    case .acknowledgement(let have, let refusalsSeen):
      guard have <= highestMark, refusalsSeen <= ledger.refused else { return .acknowledgement }
      ledger.heardAcknowledgement(have: have, refusalsSeen: refusalsSeen)
      noteConfirmed()
    case .copyFromZero(let ask):
      ledger.heardAsk(ask)
      if walk?.hasLostStream == true { takeStreamUp(above: .zero) } else { beginCopy(above: .zero) }
    default: return .outOfPlace(kind: 0)
    }
    settle()
    return nil
  }

  private func noteConfirmed() {
    guard let unconfirmed = unconfirmedMark, ledger.acked >= unconfirmed.mark else { return }
    lastLag = now &- unconfirmed.at
    unconfirmedMark = nil
  }

  // MARK: Items

  private func record(
    _ head: RecordHead, _ key: Span<UInt8>, _ value: Span<UInt8>, _ moment: Moment
  ) -> MalformedFrame? {
    counters.received += 1
    let hash = store.hash(key)
    if isRoomless(hash, head.stamp) { return noteWithoutRoom(key, hash, head.stamp, moment) }
    let outcome = store.apply(
      key, hash: hash, stamp: head.stamp, changed: head.extendedChanged, clientFlags: head.clientFlags,
      expiresAt: head.expiresAt(moment, store.rules), value: value, now: moment.seconds)
    return note(outcome, head.stamp, key, hash)
  }

  private func delete(_ key: Span<UInt8>, _ stamp: Stamp, _ moment: Moment) -> MalformedFrame? {
    counters.received += 1
    let hash = store.hash(key)
    // A tombstone that is too old would let in values that are.
    if isRoomless(hash, stamp) { return noteWithoutRoom(key, hash, stamp, moment) }
    return note(store.applyDelete(key, hash: hash, stamp: stamp, now: moment.seconds), stamp, key, hash)
  }

  /// A newer state of it was here and found no room.
  private func isRoomless(_ hash: UInt64, _ stamp: Stamp) -> Bool {
    roomless.covers(hash, stamp) && store.rules.contains(.roomlessRemembered)
  }

  private func noteWithoutRoom(
    _ key: Span<UInt8>, _ hash: UInt64, _ stamp: Stamp, _ moment: Moment
  ) -> MalformedFrame? {
    note(store.applyWithoutRoom(key, hash: hash, stamp: stamp, now: moment.seconds), stamp, key, hash)
  }

  private func opening(
    _ head: RecordHead, _ key: Span<UInt8>, _ valueCount: Int, _ moment: Moment
  ) -> MalformedFrame? {
    if incoming != nil { return .outOfPlace(kind: FrameKind.opening.rawValue) }
    let reservation = store.reserve(
      key, clientFlags: head.clientFlags, expiresAt: head.expiresAt(moment, store.rules), valueCount: valueCount,
      changed: head.extendedChanged, now: moment.seconds)
    var value = IncomingValue(head: head, key: [UInt8](copying: key), hash: store.hash(key), missing: valueCount)
    if case .pending(let pending) = consume reservation { value.pending = consume pending }
    incoming = consume value
    return nil
  }

  private func fragment(_ bytes: Span<UInt8>, _ moment: Moment) -> MalformedFrame? {
    let isExpected = bytes.count <= incoming?.missing ?? -1
    guard isExpected, var value = incoming.take() else { return .outOfPlace(kind: FrameKind.fragment.rawValue) }
    value.add(bytes, to: store, now: moment.seconds)
    if value.missing == 0 { return finish(value, moment) }
    incoming = consume value
    return nil
  }

  private func finish(_ value: consuming IncomingValue, _ moment: Moment) -> MalformedFrame? {
    defer { settle() }
    counters.received += 1
    let (stamp, hash, key) = (value.head.stamp, value.hash, value.key)
    guard let pending = value.pending.take() else { return noteWithoutRoom(key.span, hash, stamp, moment) }
    if isRoomless(hash, stamp) {
      store.abandon(pending)
      return noteWithoutRoom(key.span, hash, stamp, moment)
    }
    return note(store.apply(pending, hash: hash, stamp: stamp, now: moment.seconds), stamp, key.span, hash)
  }

  /// The value under way will not be completed.
  func dropIncoming() {
    guard var value = incoming.take() else { return }
    if let pending = value.pending.take() { store.abandon(pending) }
  }

  private func note(
    _ outcome: ApplyOutcome, _ stamp: Stamp, _ key: Span<UInt8>, _ hash: UInt64
  ) -> MalformedFrame? {
    switch outcome {
    case .applied: counters.applied += 1
    case .ignoredOlder: counters.ignoredOlder += 1
    case .conflict: counters.conflicts += 1
    case .outOfMemory:
      counters.withoutRoom += 1
      roomless.note(hash, stamp)
    case .refused: return refuse(stamp, key)
    }
    return nil
  }

  private func refuse(_ stamp: Stamp, _ key: Span<UInt8>) -> MalformedFrame? {
    guard refusals.count < Self.mostRefusals else { return .refusals }
    refusals.reserve(FrameEncoder.controlCount)
    refusals.write { FrameEncoder.refused(stamp: stamp, key: key, into: &$0) }
    ledger.noteRefused()
    counters.refusals += 1
    return nil
  }
}
