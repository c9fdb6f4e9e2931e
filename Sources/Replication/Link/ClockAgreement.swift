import ItemStore

/// What a side says of its clocks in its hello.
package struct ClockReading: Equatable, Sendable {
  /// The wall clock.
  package let unixMicroseconds: UInt64
  /// Not below any stamp given or received.
  package let highestStamp: Stamp

  package init(unixMicroseconds: UInt64, highestStamp: Stamp) {
    self.unixMicroseconds = unixMicroseconds
    self.highestStamp = highestStamp
  }

  /// Microseconds by which the stamps lie ahead of the wall clock.
  var lead: UInt64 { highestStamp.unixMicroseconds - min(unixMicroseconds, highestStamp.unixMicroseconds) }
}

/// How far the two believe each other's stamps, by both hellos: `Clock.agree` of docs/spec/clock.py. Both sides come to
/// the same.
///
///   stamps of                     each believes stamps up to
///   neither or one far ahead      the own wall clock and the tolerance; the one that is not believed gives new ones
///   both far ahead                the own stamp clock and the tolerance: they were ahead together, with the same states
///
/// Far ahead is more than twice the tolerance: what a right clock has taken of another is within one.
struct ClockAgreement {
  let local: ClockReading
  let peer: ClockReading
  let tolerance: UInt64
  let rules: PairRules

  /// Room for what is given anew, and for what is written until the next hello: microseconds.
  private static let margin: UInt64 = 1_000_000

  private var areAheadTogether: Bool {
    local.lead > 2 * tolerance && peer.lead > 2 * tolerance && rules.contains(.aheadTogether)
  }

  /// Microseconds ahead of the local wall clock that stamps may lie, besides the tolerance.
  var ahead: UInt64 { areAheadTogether ? local.lead : 0 }

  private func limit(of side: ClockReading) -> UInt64 {
    (areAheadTogether ? side.highestStamp.unixMicroseconds : side.unixMicroseconds) &+ tolerance
  }

  private func believes(_ side: ClockReading, _ other: ClockReading) -> Bool {
    !rules.contains(.tolerance) || other.highestStamp.unixMicroseconds <= limit(of: side)
  }

  var believesPeer: Bool { believes(local, peer) }
  var isBelieved: Bool { believes(peer, local) }

  /// What lies above it is to have new stamps here. Nil where they would not be believed either: time has to pass, no
  /// more than the tolerance.
  var restampsAbove: Stamp? {
    guard !isBelieved, rules.contains(.restamp) else { return nil }
    if !rules.contains(.restampAbovePeer) { return Stamp(endOfTick: local.unixMicroseconds &+ 2 * tolerance) }
    let base = max(peer.highestStamp.unixMicroseconds, local.unixMicroseconds)
    return base &+ Self.margin <= limit(of: peer) ? peer.highestStamp : nil
  }
}
