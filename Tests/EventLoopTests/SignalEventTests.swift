import EventLoop
import Glibc
import Testing

@Suite("A signal event", .serialized, .timeLimit(.minutes(2)))
struct SignalEventTests {
  @Test("runs its handler on the loop, each time the process gets the signal")
  func heard() throws {
    let loop = try EventLoop()
    var heard = 0
    let event = try SignalEvent(loop: loop, signal: SIGUSR1) { heard += 1 }
    kill(getpid(), SIGUSR1)
    #expect(heard == 0)
    loop.runOnce(waiting: true)
    #expect(heard == 1)
    kill(getpid(), SIGUSR1)
    loop.runOnce(waiting: true)
    #expect(heard == 2)
    withExtendedLifetime(event) {}
  }
}
