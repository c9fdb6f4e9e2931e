import Platform
import Synchronization

/// How often keys were written, and whether they are being copied; all keys that share a place together.
///
/// ```
///   a place's word:   generation: 32 │ unused: 15 │ changed: 1 │ copies under way: 16
/// ```
///
/// **Purpose.** A value that is copied from one server to another was read a moment ago, and may be old when it arrives. Who copies
/// takes the generation before he reads, begins the copy with it, and takes the copy back where a write has come in between. Until
/// that is done the copy's server may answer with what is old, and others learn it here.
///
/// **Invariants.** All of it is one word, so of a write and a copy that begin together one sees the other: either the write comes
/// first, and the copy does not begin; or it learns that a copy is under way. Each copy that began ends once. Several keys in one
/// place cost a needless question to another server, and nothing else. **Locks**: none; any thread.
package final class WriteGenerations: Sendable {
  private let table = CounterTable(count: size)
  private let failures = Atomic<Int>(0)
  private static let size = 16_384
  private static let copies: UInt64 = 0xffff
  private static let changed: UInt64 = 0x1_0000
  private static let firstGenerationBit = 32

  package init() {}

  subscript(hash: UInt32) -> UInt32 { Self.generation(of: table[Self.place(hash)]) }

  /// Before the write is sent. True where a copy is under way, whose server may have the value of before.
  func noteWrite(_ hash: UInt32) -> Bool {
    let before = table.exchange(Self.place(hash)) { word in
      let next = word &+ (1 << Self.firstGenerationBit)
      return word & Self.copies == 0 ? next : next | Self.changed
    }
    return before & Self.copies != 0
  }

  /// False: it was written since, or too many are under way, and nothing is to be copied.
  func beginCopy(_ hash: UInt32, of generation: UInt32) -> Bool {
    let before = table.exchange(Self.place(hash)) { word in
      guard Self.generation(of: word) == generation, word & Self.copies != Self.copies else { return word }
      return (word & Self.copies == 0 ? word & ~Self.changed : word) + 1
    }
    return Self.generation(of: before) == generation && before & Self.copies != Self.copies
  }

  func endCopy(_ hash: UInt32) {
    _ = table.exchange(Self.place(hash)) { $0 & Self.copies == 0 ? $0 : $0 - 1 }
  }

  /// Copies of which nobody knows whether they came about.
  var failedCopies: Int { failures.load(ordering: .acquiring) }
  func noteFailedCopy() { failures.add(1, ordering: .releasing) }

  /// A copy is under way of what was written since: its server is not to be asked.
  func isOutdatedCopy(_ hash: UInt32) -> Bool {
    let word = table[Self.place(hash)]
    return word & Self.changed != 0 && word & Self.copies != 0
  }

  private static func generation(of word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word &>> firstGenerationBit) }

  private static func place(_ hash: UInt32) -> Int { Int((hash &* 0x9e37_79b1) &>> 18) }
}
