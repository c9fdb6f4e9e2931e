import Platform
import Synchronization

/// How often keys were written, how many writes are under way, and how many copies; all keys that share a place together.
///
/// ```
///   a place's word:   generation: 24 │ writes under way: 23 │ changed: 1 │ copies under way: 16
/// ```
///
/// **Purpose.** A value that is copied from one server to another was read a moment ago, and may be old when it arrives. Who copies
/// takes the generation before he reads, begins the copy with it, and takes the copy back where a write has come in between. Until
/// that is done the copy's server may answer with what is old, and others learn it here.
///
/// **Invariants.** A write raises the generation before it is sent, and again when it is answered: what was read while it was under
/// way is not copied. All of it is one word, so of a write and a copy that begin together one sees the other: either the write comes
/// first, and the copy does not begin; or it learns that a copy is under way. Each write and each copy that began ends once. Several
/// keys in one place cost a needless question to another server, and nothing else. **Locks**: none; any thread.
package final class WriteGenerations: Sendable {
  private let table = CounterTable(count: size)
  private let failures = Atomic<Int>(0)
  private static let size = 16_384
  private static let copies: UInt64 = 0xffff
  private static let changed: UInt64 = 0x1_0000
  private static let write: UInt64 = 0x2_0000
  private static let writes: UInt64 = 0xff_fffe_0000
  private static let generation: UInt64 = 1 << 40

  package init() {}

  subscript(hash: UInt32) -> UInt32 { Self.generation(of: table[Self.place(hash)]) }

  /// Before the write is sent; `endWrite` is to follow. True where a copy is under way, whose server may have the value of before.
  func beginWrite(_ hash: UInt32) -> Bool { change(hash, by: Self.write) & Self.copies != 0 }

  /// It is answered, or nobody will ever know.
  func endWrite(_ hash: UInt32) { _ = change(hash, by: 0 &- Self.write) }

  /// Something of a key is another that does not matter for long: what is being copied is copied anew.
  func noteTouch(_ hash: UInt32) { _ = change(hash, by: 0) }

  private func change(_ hash: UInt32, by writes: UInt64) -> UInt64 {
    table.exchange(Self.place(hash)) { word in
      let next = word &+ Self.generation &+ writes
      return word & Self.copies == 0 ? next : next | Self.changed
    }
  }

  /// False: it was written since, or is being written, or too many are under way, and nothing is to be copied.
  func beginCopy(_ hash: UInt32, of generation: UInt32) -> Bool {
    func mayBegin(_ word: UInt64) -> Bool {
      Self.generation(of: word) == generation && word & Self.writes == 0 && word & Self.copies != Self.copies
    }
    let before = table.exchange(Self.place(hash)) { word in
      if !mayBegin(word) { return word }
      return (word & Self.copies == 0 ? word & ~Self.changed : word) + 1
    }
    return mayBegin(before)
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

  private static func generation(of word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word &>> 40) }

  private static func place(_ hash: UInt32) -> Int { Int((hash &* 0x9e37_79b1) &>> 18) }
}
