import ItemStore

// What a peer that acknowledges nothing may be taken to have.
//
//    watermark passed the barrier ──▶ `pending`, at a place of the output ──▶ all up to there sent ──▶ `acknowledged`
//                                                                                  2 s later ──▶ `confirmedThrough`
//
// Sent counts as acknowledged: tombstones settle, and answers that wait for the peer go. But what was sent in the last
// moment before a cut may never have arrived, so only what was sent 2 s before counts when two meet again
// (`LegacyReplicator`, "Meeting again").
struct LegacyAcknowledgement: Sendable {
  private(set) var ackedThrough = Stamp.zero
  /// Sent so long ago that it has arrived.
  private(set) var confirmedThrough = Stamp.zero
  private var latest: (stamp: Stamp, at: Duration)?
  private(set) var pending: Pending?
  private(set) var lag = Duration.zero

  struct Pending: Sendable, Equatable {
    let watermark: Stamp
    /// How many bytes had been produced when it stood in the output.
    let position: UInt64
    let at: Duration
  }

  static let settling = Duration.seconds(2)

  mutating func wait(for watermark: Stamp, at position: UInt64, now: Duration) {
    pending = Pending(watermark: watermark, position: position, at: now)
  }

  /// Whether more has become acknowledged by now that so many bytes have left the output.
  mutating func noteSent(upTo position: UInt64, now: Duration) -> Bool {
    guard let pending, position >= pending.position else { return false }
    self.pending = nil
    ackedThrough = max(ackedThrough, pending.watermark)
    lag = now - pending.at
    age(now)
    if latest == nil { latest = (ackedThrough, now) }
    return true
  }

  /// - Parameter counted: what was acknowledged before this link, if that was to one who has not said a word: it may
  /// have been
  ///   anyone, so nothing settles by it. For a 2.x that is met again it is still the best guess of what that has.
  mutating func endSession(now: Duration, counted: Stamp?) {
    age(now)
    if let counted { ackedThrough = counted }
    pending = nil
    latest = nil
  }

  private mutating func age(_ now: Duration) {
    guard let latest, now - latest.at >= Self.settling else { return }
    confirmedThrough = max(confirmedThrough, latest.stamp)
    self.latest = nil
  }
}
