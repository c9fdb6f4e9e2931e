import ConnectionServer
import Replication
import Testing

@testable import CacheServer

@Suite("Answers that wait for the peer")
struct AckWaitersTests {
  static func entry(_ token: UInt32, at position: UInt64, deadline: UInt64) -> AckWaiters.Waiter {
    AckWaiters.Waiter(
      place: SuspendedPlace(token: token, place: token), state: token, position: position, firstWrite: position,
      deadline: deadline)
  }

  private static func free(
    _ held: inout AckWaiters, now: UInt64, _ state: (UInt64) -> WriteOutcomes.State
  ) -> [String] {
    var found: [String] = []
    while let next = held.takeFree(now: now, state: state) {
      found.append("\(next.waiter.place.token)\(next.isLate ? " late" : "")")
    }
    return found
  }

  @Test("They are freed in order, by acknowledgement, by time, or because the peer is gone") func order() {
    var held = AckWaiters()
    for number in 1...5 {
      held.append(Self.entry(UInt32(number), at: UInt64(number * 10), deadline: UInt64(number * 100)))
    }
    #expect(held.nextDeadline == 100 && held.firstWrite == 10)
    #expect(Self.free(&held, now: 250) { $0 <= 10 ? .acknowledged : .waiting } == ["1", "2 late"])
    #expect(held.nextDeadline == 300 && held.firstWrite == 30)
    #expect(Self.free(&held, now: 0) { $0 <= 30 ? .acknowledged : .released } == ["3", "4 late", "5 late"])
    #expect(held.isEmpty && held.nextDeadline == nil && held.firstWrite == nil)
  }

  @Test("Those that wait for a copy do not keep the others waiting") func lost() {
    var held = AckWaiters()
    for number in 1...4 { held.append(Self.entry(UInt32(number), at: UInt64(number), deadline: UInt64(number * 100))) }
    #expect(Self.free(&held, now: 0) { $0 <= 2 ? .awaitsCopy : $0 == 3 ? .acknowledged : .waiting } == ["3"])
    #expect(held.nextDeadline == 100 && held.firstWrite == 1)
    #expect(Self.free(&held, now: 100) { $0 <= 2 ? .awaitsCopy : .waiting } == ["1 late"])
    #expect(Self.free(&held, now: 100) { _ in .acknowledged } == ["2", "4"])
  }

  @Test("A line of thousands keeps no more than it holds") func long() {
    var held = AckWaiters()
    for number in 0..<5_000 { held.append(Self.entry(UInt32(number), at: 1, deadline: 1)) }
    for number in 0..<5_000 {
      #expect(held.takeFree(now: 1) { _ in .acknowledged }?.waiter.place.token == UInt32(number))
    }
    #expect(held.isEmpty)
  }
}
