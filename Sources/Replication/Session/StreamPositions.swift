import Platform

/// How far each ring's records reach in what was said on this link: the peer names the last offset that it has
/// processed, and the rings' workers learn how many of their changes that were.
///
/// ```
///   output     r0 r0 r1 ┊7┊ copy copy r0 ┊8┊ copy … end ┊9┊     an offset stands behind what was taken from the rings
///   runs       (7, ring 0, its 512th)  (7, ring 1, its 90th)  (8, ring 0, its 513th)  (9, ring 0, copy to its 500th) …
/// ```
struct StreamPositions {
  private struct Run {
    let offset: UInt64
    let ring: Int
    let position: UInt64
    let isOfCopy: Bool
  }

  private var runs = Backlog<Run>()
  /// The last that was said.
  private(set) var offset: UInt64 = 0

  /// Something was noted behind the last offset.
  var isDue: Bool { runs.last.map { $0.offset > offset } ?? false }

  /// A ring's records up to this one stand before the next offset.
  mutating func note(_ rings: [MutationRing], _ index: Int) { note(rings, index, at: offset + 1) }

  /// The same where offsets are counted elsewhere; they only rise.
  mutating func note(_ rings: [MutationRing], _ index: Int, at offset: UInt64) {
    runs.append(Run(offset: offset, ring: index, position: rings[index].drainedPosition, isOfCopy: false))
  }

  /// The end of a copy stands before the next offset.
  mutating func noteCopied(_ rings: [MutationRing]) { noteCopied(rings, at: offset + 1) }

  mutating func noteCopied(_ rings: [MutationRing], at offset: UInt64) {
    for index in rings.indices {
      runs.append(Run(offset: offset, ring: index, position: rings[index].copiedPosition, isOfCopy: true))
      rings[index].recountMissed()
      if rings[index].isOn { note(rings, index, at: offset) }
    }
  }

  /// The next offset, to be said now.
  mutating func advance() -> UInt64 {
    offset += 1
    return offset
  }

  /// The peer has processed all before this offset.
  mutating func processed(upTo offset: UInt64, _ rings: [MutationRing]) {
    while let first = runs.first, first.offset <= offset, let run = runs.takeFirst() {
      let outcomes = rings[run.ring].outcomes
      if run.isOfCopy { outcomes.noteCopied(upTo: run.position) } else { outcomes.noteStreamed(upTo: run.position) }
    }
  }
}
