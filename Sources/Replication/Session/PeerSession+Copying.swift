import ItemStore
import Platform

/// The copy for the peer: the index in small steps, while the rings record what changes meanwhile.
extension PeerSession {
  private static var minRest: Duration { .milliseconds(10) }
  private static var maxRest: Duration { .seconds(1) }

  /// Stream first, then walk: what is changed while the copy goes on is in the rings. Returns the copy's fence.
  func openCopy(_ walk: CopyWalk) -> Stamp {
    for ring in rings where !ring.isOn { ring.turnOn() }
    let fence = store.stampClock.fence()
    store.keepTombstones(upTo: fence)
    state.barrier.open(fence, rings)
    state.walk = walk
    return fence
  }

  func copyStep(_ output: inout ByteBuffer) -> Bool {
    guard var walk = state.walk else { return false }
    if !walk.isAnnounced {
      announceCopy(walk, &output)
      state.walk?.isAnnounced = true
      return true
    }
    // What was being written when the copy's fence was taken must stand in the index before the walk comes by: else it
    // might be in a ring alone, and the copy's progress would not be true of it.
    if !state.barrier.isEveryWorkerOut(rings) { return false }
    if !walk.later.isEmpty { return sendLater(&walk, &output) }
    // Nor would it be of a large value that is half sent.
    if state.outgoing?.origin == .copy { return false }
    sendCopyProgress(&walk, &output)
    if walk.isWalked {
      state.walk = walk
      return endCopy(walk, &output)
    }
    walk.step(over: store, buckets: bucketsPerStep, where: isCopied) { _ = sendCopied($0, &$1, &output) }
    state.walk = walk
    return true
  }

  /// The next of the large ones, as it is now: it may have been replaced since the walk saw it, and then it travels
  /// twice.
  private func sendLater(_ walk: inout CopyWalk, _ output: inout ByteBuffer) -> Bool {
    guard state.outgoing == nil, let key = walk.later.popLast() else { return false }
    var isSent = true
    store.viewAny(key.span, hash: store.hash(key.span)) { isSent = sendCopied($0, &walk, &output) }
    if !isSent { walk.later.append(key) }
    state.walk = walk
    return isSent
  }

  /// The end is said when the rings, too, hold nothing at or below the copy's watermark.
  private func endCopy(_ walk: CopyWalk, _ output: inout ByteBuffer) -> Bool {
    let isPassed = state.barrier.isPassed(rings) || !store.rules.contains(.drainedCopy)
    guard isPassed, !hasOverflowed else { return false }
    state.barrier.close()
    sendCopyEnd(walk, &output)
    endWalk()
    if walk.isShown {
      counters.copiedItems += walk.items
      events.append(.copyOutEnded(items: walk.items))
    }
    if walk.hasLostStream { copyAgain(after: walk) }
    return true
  }

  /// A copy has ended whose stream was given up: another will follow. It rests as long as that one took, for copies
  /// that follow each other without end would only keep both sides busy.
  private func copyAgain(after walk: CopyWalk) {
    postponeCopy(until: now + min(max(now - walk.begunAt, Self.minRest), Self.maxRest), isRepeat: true)
  }

  func endWalk() {
    state.walk = nil
    store.keepTombstones(upTo: .zero)
  }
}

extension Array where Element == UInt8 {
  init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count) { $0.append(copying: bytes) }
  }
}
