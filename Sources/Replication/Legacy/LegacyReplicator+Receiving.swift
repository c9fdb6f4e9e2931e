import ItemStore
import Platform

/// What the peer says, done.
extension LegacyReplicator {
  /// What stands at the front of `bytes`: a line, or more of the value that a line announced.
  func receive(_ bytes: Span<UInt8>, at moment: Moment) -> LegacyReceiving {
    if incoming != nil { return receiveValue(bytes, moment) }
    switch LegacyLineDecoder.decode(bytes) {
    case .incomplete: return .incomplete
    case .malformed(let what): return .malformed(what)
    case .line(.hello, _): return .hello
    case .line(let line, let count):
      perform(line, bytes, moment)
      return .consumed(count)
    }
  }

  private func perform(_ line: LegacyLine, _ bytes: Span<UInt8>, _ moment: Moment) {
    switch line {
    case .record, .delete, .flush, .copyEnd: meet()
    case .hello, .unknown: return
    }
    switch line {
    case .record(let head, let key, let valueCount): begin(head, bytes.extracting(key), valueCount, moment)
    case .delete(let key): delete(bytes.extracting(key), moment)
    case .flush(let time): flush(time, moment)
    case .copyEnd: endPeerCopy()
    case .hello, .unknown: break
    }
  }

  private func endPeerCopy() {
    guard link.awaitsCopy else { return }
    link.awaitsCopy = false
    events.append(.copyInEnded)
  }

  private func flush(_ time: Int64?, _ moment: Moment) {
    counters.received += 1
    let floor = arrivalStamp(moment)
    if let time, time > 0 {
      let (then, now) = (UInt64(time) * 1000, moment.unixMicroseconds / 1000)
      let state = FlushState(floor: .zero, issued: floor, due: max(then - min(then, now), 1))
      return store.applyFlush(state.arrived(at: moment), at: moment)
    }
    store.applyFlush(FlushState(floor: floor, issued: floor, due: 0), at: moment)
    state.sentFloor = max(state.sentFloor, floor)
  }

  // MARK: Items

  /// Whether what is held here was changed after the peer last surely had it, while its copy is coming.
  private func keepsLocal(_ key: Span<UInt8>, _ hash: UInt64) -> Bool {
    guard link.awaitsCopy else { return false }
    if store.floor > state.sentFloor { return true }
    var held = Stamp.zero
    store.viewAny(key, hash: hash) { held = $0.touched }
    return held > link.known && !cameFromPeer(held)
  }

  private func delete(_ key: Span<UInt8>, _ moment: Moment) {
    counters.received += 1
    let hash = store.hash(key)
    if keepsLocal(key, hash) { return counters.ignoredOlder += 1 }
    link.writeConflicts.notePeerWrite(key, hash, now: now)
    note(store.applyDelete(key, hash: hash, version: Version(arrivalStamp(moment))))
  }

  private func begin(_ head: LegacyHead, _ key: Span<UInt8>, _ valueCount: Int, _ moment: Moment) {
    let exptime = head.expiresAtUnix
    let expiresAt = exptime == 0 ? 0 : ProcessClock.expiresAt(unixSeconds: exptime, at: moment)
    let reservation = store.reserve(
      key, clientFlags: head.clientFlags, expiresAt: expiresAt, valueCount: valueCount, now: moment.seconds)
    // Its stamp is given when it is whole.
    let unstamped = RecordHead(version: .zero, clientFlags: head.clientFlags, remaining: 0)
    var value = IncomingValue(head: unstamped, key: [UInt8](copying: key), hash: store.hash(key), missing: valueCount)
    if case .pending(let pending) = consume reservation { value.pending = consume pending }
    incoming = consume value
  }

  private func receiveValue(_ bytes: Span<UInt8>, _ moment: Moment) -> LegacyReceiving {
    guard !bytes.isEmpty, var value = incoming.take() else { return .incomplete }
    if value.missing == 0 { return endValue(value, bytes, moment) }
    let piece = bytes.extracting(first: value.missing)
    value.add(piece, to: store, now: moment.seconds)
    incoming = consume value
    return .consumed(piece.count)
  }

  private func endValue(
    _ value: consuming IncomingValue, _ bytes: Span<UInt8>, _ moment: Moment
  ) -> LegacyReceiving {
    guard bytes.count >= 2 else {
      incoming = consume value
      return .incomplete
    }
    guard bytes[0] == 13, bytes[1] == 10 else {
      incoming = consume value
      return .malformed(.legacyLine("a value without its end"))
    }
    finish(value, moment)
    return .consumed(2)
  }

  private func finish(_ value: consuming IncomingValue, _ moment: Moment) {
    counters.received += 1
    let (key, hash) = (value.key, value.hash)
    let pending = value.pending.take()
    if keepsLocal(key.span, hash) {
      if let pending { store.abandon(pending) }
      return counters.ignoredOlder += 1
    }
    link.writeConflicts.notePeerWrite(key.span, hash, now: now)
    // It does not say what its value was computed from: it counts as set.
    let version = Version(arrivalStamp(moment))
    guard let pending else {
      return note(store.applyOutOfMemory(key.span, hash: hash, version: version))
    }
    note(store.apply(pending, hash: hash, version: version))
  }

  private func note(_ outcome: ApplyOutcome) {
    switch outcome {
    case .applied, .overtook: counters.applied += 1
    case .ignoredOlder, .overtaken, .overtakenDerived, .refused: counters.ignoredOlder += 1
    case .conflict: counters.conflicts += 1
    case .outOfMemory: counters.outOfMemory += 1
    }
  }
}

/// What became of the bytes at the front.
enum LegacyReceiving: Equatable, Sendable {
  case consumed(Int)
  case incomplete
  case malformed(MalformedFrame)
  /// It is no repcached 2.x: its hello came late.
  case hello
}
