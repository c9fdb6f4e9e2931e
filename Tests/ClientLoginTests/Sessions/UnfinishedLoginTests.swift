import ConnectionServer
import Testing

@testable import ClientLogin

@Suite("Logins that wait for their time")
struct UnfinishedLoginTests {
  private static func place(_ number: UInt32) -> SuspendedPlace { SuspendedPlace(token: number, place: number) }

  @Test("They are taken when they are due, in the order in which they came, and each once") func due() {
    var waiters = LoginWaiters()
    #expect(waiters.pause(now: 0) == nil)
    for (number, due) in [(1, 300), (2, 100), (3, 200), (4, 100)] as [(UInt32, UInt64)] {
      _ = waiters.add(Self.place(number), due: due * 1_000_000)
    }
    #expect(waiters.pause(now: 0) == .milliseconds(100))
    let taken = [99, 200].map { waiters.takeDue(now: $0 * 1_000_000) }
    #expect(taken == [[], [2, 3, 4].map(Self.place)])
    #expect(waiters.pause(now: 200_000_000) == .milliseconds(100))
    #expect(waiters.pause(now: 299_000_000) == .milliseconds(10), "a crowd is not walked over for each of it")
    let last = waiters.takeDue(now: .max)
    #expect(last == [Self.place(1)] && waiters.pause(now: .max) == nil)
  }

  @Test("Who has gone is not taken") func gone() {
    var waiters = LoginWaiters()
    let tickets = (1...3).map { waiters.add(Self.place($0), due: 100) }
    waiters.remove(tickets[1])
    waiters.remove(tickets[1])
    let taken = waiters.takeDue(now: 100)
    #expect(taken == [1, 3].map(Self.place))
  }

  @Test("Any part of it says that a connection is not idle") func nothing() {
    #expect(UnfinishedLogin().isNothing)
    #expect(!UnfinishedLogin(tokenCount: 0).isNothing && !UnfinishedLogin(swallow: 1).isNothing)
    #expect(!UnfinishedLogin(isRefused: true).isNothing && !UnfinishedLogin(waitsUntil: 0).isNothing)
  }
}
