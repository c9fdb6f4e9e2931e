// Which of the two of a pair is asked.
//
//                 a ready                          a down or filling, b usable
//     b asked ─────────────▶ a asked ─────────────────────────────────────────▶ b asked
//
// Both sides of a pair take reads and writes, so this is no election: clients may differ for a while and nothing is lost. That
// all ask the first makes crossing writes rare. Whoever moves moves reads and writes alike, for a write crosses to the other side
// a moment later, and stays until the first says that it has its copy (`state stream` of `stats replication`): one that came back
// and is still filling would miss.
//
// At the start the first is waited for, but not for long. A value: what happens comes in, the side to ask is read.
package struct PairChoice: Hashable, Sendable {
  package enum Side: Int, Hashable, Sendable, CaseIterable {
    case first, second

    package var other: Side { self == .first ? .second : .first }
  }

  package enum Condition: Hashable, Sendable, Comparable {
    /// It refuses, hangs, or cannot be reached.
    case down
    /// Not known yet.
    case connecting
    /// It answers, and lacks what the other has.
    case filling
    case ready

    package var isUsable: Bool { self >= .filling }
  }

  private var conditions: [Condition] = [.connecting, .connecting]
  /// The side that was asked last.
  private var current: Side = .first
  private let waitsUntil: Duration

  /// - Parameter waitsUntil: until then the second is not asked for the first's being late alone.
  package init(waitsUntil: Duration) { self.waitsUntil = waitsUntil }

  package func condition(_ side: Side) -> Condition { conditions[side.rawValue] }

  /// - Returns: whether another side is asked since now.
  package mutating func set(_ side: Side, _ condition: Condition) -> Bool {
    conditions[side.rawValue] = condition
    let before = current
    current = best
    return current != before
  }

  /// The side to ask; nil while none is usable.
  package func side(_ now: Duration) -> Side? {
    guard condition(current).isUsable else { return nil }
    let isFirstLate = condition(.first) == .connecting && now < waitsUntil
    return isFirstLate ? nil : current
  }

  /// When the first is waited for no longer; nil if that is over.
  package func startWaitEnd(_ now: Duration) -> Duration? { now < waitsUntil ? waitsUntil : nil }

  package var isDown: Bool { conditions.allSatisfy { $0 == .down } }

  private var best: Side {
    if condition(.first) == .ready { return .first }
    if condition(current).isUsable, condition(current) >= condition(current.other) { return current }
    return condition(current.other) > condition(current) ? current.other : current
  }
}
