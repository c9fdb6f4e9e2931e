import Platform

// Changes of one key on both sides at once, while the peer is a repcached 2.x.
//
//    here:  k = 1 ──────────╲ ╱──────────▶ k = 2        arrival order decides, and that differs on each side:
//    there: k = 2 ──────────╱ ╲──────────▶ k = 1        left like this they would be swapped for ever
//
// Nothing tells which of the peer's lines it wrote before it had read the local one. But a line that comes soon after
// that key has been sent may be such a one, and then what is held here is said once more, when the key has been quiet
// for a while: with the same words the peer changes nothing, or it ends up with what is held here. Not sooner: while
// the peer's clients go on writing, a repeated older value would undo their `incr`. What is repeated may be crossed as
// well; each time the key must be quiet for twice as long, so that one which is written all the time is soon left
// alone.
//
//    sent      by hash, until when a line of the peer's may have crossed this      a fixed table, keys may share a slot
//    due       keys to be said again, and when                                     at most `maxDue`, more are let go
//
// A plain value; the time stands in the calls.
struct LegacyWriteConflicts: Sendable {
  private struct Slot {
    var until = Duration.zero
    var quiet = LegacyWriteConflicts.minQuiet
  }

  private var sent = Array(repeating: Slot(), count: slots)
  private(set) var due: [[UInt8]: Duration] = [:]
  private var nextDue: Duration?
  /// Until when any line may have crossed: this side has flushed.
  private var allUntil = Duration.zero

  private static let slots = 1 << 14
  /// How long a peer may need to read what was sent.
  static let window = Duration.seconds(10)
  /// The same of what was repeated when all was quiet.
  static let repeatedWindow = Duration.seconds(2)
  static let minQuiet = Duration.milliseconds(200)
  static let maxQuiet = Duration.milliseconds(3_200)
  static let maxDue = 16_384

  mutating func noteSent(_ hash: UInt64, now: Duration) {
    sent[place(hash)] = Slot(until: now + Self.window)
  }

  mutating func noteRepeated(_ hash: UInt64, now: Duration, quiet: Duration) {
    sent[place(hash)] = Slot(until: now + Self.repeatedWindow, quiet: min(quiet * 2, Self.maxQuiet))
  }

  mutating func noteFlushed(now: Duration) { allUntil = now + Self.window }

  /// How long a key must be quiet before it is said again.
  func quiet(_ hash: UInt64) -> Duration { sent[place(hash)].quiet }

  private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (Self.slots - 1) }

  /// The peer has spoken of the key.
  mutating func notePeerWrite(_ key: Span<UInt8>, _ hash: UInt64, now: Duration) {
    let slot = sent[place(hash)]
    let isFresh = max(slot.until, allUntil) >= now
    guard isFresh || !due.isEmpty else { return }
    let key = [UInt8](copying: key)
    guard isFresh && due.count < Self.maxDue || due[key] != nil else { return }
    due[key] = now + slot.quiet
    nextDue = min(nextDue ?? now + slot.quiet, now + slot.quiet)
  }

  /// The keys whose time has come.
  mutating func takeDue(now: Duration) -> [[UInt8]] {
    guard let nextDue, now >= nextDue else { return [] }
    let keys = due.filter { $0.value <= now }.map(\.key)
    for key in keys { due[key] = nil }
    self.nextDue = due.values.min()
    return keys
  }
}
