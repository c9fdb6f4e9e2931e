import Synchronization
import Testing

@testable import ConnectionServer

@Suite("What threads that serve connections share")
struct ServingContextTests {
  private final class Calls: Sendable { let count = Atomic<Int>(0) }

  @Test("A closed connection rings only where it made room") func room() {
    let context = ServingContext(
      ServingConfiguration(places: [], listenBacklog: 1, maxConnections: 2, refusal: nil, requestsPerTurn: 1))
    let calls = Calls()
    context.setWhenRoom { calls.count.add(1, ordering: .relaxed) }
    for _ in 0..<2 { context.connectionOpened() }
    #expect(context.isFull)
    context.connectionClosed()
    #expect(calls.count.load(ordering: .relaxed) == 1)
    context.connectionClosed()
    #expect(calls.count.load(ordering: .relaxed) == 1)
    #expect(context.connectionCount == 0)
  }
}
