import EventLoop
import Platform
import Testing

@testable import ConnectionServer

@Suite("A connection while it is idle")
struct ConnectionTests {
  @Test("It keeps when its turn began, its phase and what it waits for apart from each other") func fields() throws {
    let (near, far) = try Socket.pair()
    defer {
      Socket.close(near)
      Socket.close(far)
    }
    var connection = Connection(socket: near, loop: try EventLoop(), now: 5)
    let begun = connection.begin(at: 1_000_000)
    #expect(begun.phase == 0 && begun.wasIdle && begun.transport.socket == near)
    connection.phase = 6
    connection.suspend(at: 77)
    let last = connection.lastTurnAt
    #expect(last == 1_000_000)
    let again = connection.begin(at: 1_000_001)
    #expect(again.phase == 6 && !again.wasIdle)
    let place = connection.suspension
    #expect(place == 77)
    connection.endSuspension(isSealed: false)
    connection.beginBatched(phase: 3)
    let inBatch = (connection.isIdle, connection.suspension, connection.phase)
    #expect(inBatch == (false, nil, 3))
    connection.endBatched()
    connection.beginClosing()
    let closing = (connection.isClosing, connection.isIdle, connection.suspension)
    #expect(closing == (true, false, nil))
  }

  @Test("It costs sixteen bytes beside libevent's record") func size() {
    #expect(MemoryLayout<Connection>.size == 16)
  }
}
