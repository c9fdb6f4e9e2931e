import ItemStore

/// A time in a frame that waits in a ring: when an item expires, in process seconds, and when a flush comes, in
/// milliseconds of the process clock. A ring may be slow, and the peer must be told how much remains, so that is
/// counted when the frame leaves.
struct QueuedTime {
  /// Eight bytes.
  let place: Int
  private let isFlush: Bool
  private let time: UInt64

  /// Nil where the frame at `start`, which stands there whole and right, has none.
  init?(_ bytes: Span<UInt8>, at start: Int) {
    switch FrameKind(rawValue: bytes[start + FrameLimits.length]) {
    case .record:
      let stamps = start + FrameLimits.length + 1
      let count = Version.byteCount(bytes, at: stamps) + ItemMarks.byteCount(bytes, behind: stamps)
      (place, isFlush) = (start + FrameLimits.recordRemaining + count, false)
    case .flush: (place, isFlush) = (start + FrameLimits.flushRemaining, true)
    default: return nil
    }
    var reader = ByteReader(bytes, place..<place + Self.count)
    time = reader.number64()
    if time == 0 { return nil }
  }

  static let count = 8

  /// What the peer is told.
  func leaving(at moment: Moment, _ rules: PairRules) -> UInt64 {
    if isFlush { return FlushState(floor: .zero, issued: .zero, due: time).leaving(at: moment, rules: rules).due }
    let expiresAt = UInt32(truncatingIfNeeded: time)
    return UInt64(bitPattern: RecordHead.remaining(expiresAt: expiresAt, at: moment, rules))
  }
}
