import ItemStore
import Testing

@testable import CacheServer

@Suite("Answers that wait for the peer")
struct HeldAnswersTests {
  static func entry(_ token: UInt32, stamp: UInt64, deadline: UInt64) -> HeldAnswers.Entry {
    HeldAnswers.Entry(token: token, transfer: token, stamp: Stamp(rawValue: stamp), deadline: deadline)
  }

  @Test("They are freed in order, by acknowledgement or by time") func order() {
    var held = HeldAnswers()
    for number in 1...5 {
      held.append(Self.entry(UInt32(number), stamp: UInt64(number * 10), deadline: UInt64(number * 100)))
    }
    #expect(held.nextDeadline == 100)
    var free: [(UInt32, Bool)] = []
    while let next = held.takeFree(now: 250, has: { $0 <= Stamp(rawValue: 10) }) {
      free.append((next.entry.token, next.isLate))
    }
    #expect(free.map(\.0) == [1, 2])
    #expect(free.map(\.1) == [false, true])
    #expect(held.nextDeadline == 300)
    while held.takeFree(now: 0, has: { _ in true }) != nil {}
    #expect(held.isEmpty && held.nextDeadline == nil)
  }

  @Test("A line of thousands keeps no more than it holds") func long() {
    var held = HeldAnswers()
    for number in 0..<5_000 { held.append(Self.entry(UInt32(number), stamp: 1, deadline: 1)) }
    for number in 0..<5_000 { #expect(held.takeFree(now: 1, has: { _ in true })?.entry.token == UInt32(number)) }
    #expect(held.isEmpty)
  }
}
