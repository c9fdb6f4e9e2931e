import EventLoop
import Synchronization
import Testing

@testable import CacheServer

@Suite("Acknowledgements")
struct AcknowledgementsTests {
  @Test("Without -o repl_ack they are off; what went out otherwise is counted") func counts() {
    #expect(!Acknowledgements(limit: nil).isOn)
    let acknowledgements = Acknowledgements(limit: .seconds(1))
    acknowledgements.countTimeout()
    acknowledgements.countRefused()
    acknowledgements.countRefused()
    #expect(acknowledgements.isOn && acknowledgements.timeoutCount == 1 && acknowledgements.refusedCount == 2)
  }

  @Test("Only the worker that is meant is woken, and only while replies of its wait") func wakes() throws {
    let loop = try EventLoop()
    let rings = Mutex([0, 0])
    let acknowledgements = Acknowledgements(limit: .seconds(1))
    let wakeups = try (0...1).map { number in
      AckWakeup(wakeup: try Wakeup(loop: loop) { rings.withLock { $0[number] += 1 } })
    }
    for wakeup in wakeups { acknowledgements.register(wakeup) }
    wakeups[1].setWaiting(true)
    for number in [0, 1, 7] { acknowledgements.wake(number) }
    loop.runOnce()
    #expect(rings.withLock { $0 } == [0, 1])
  }
}
