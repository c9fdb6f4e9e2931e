import EventLoop
import Testing

@Suite("An event loop")
struct EventLoopTests {
  @Test("runs until it is stopped")
  func runsAndStops() throws {
    let loop = try EventLoop()
    var ticks = 0
    let timer = Timer(loop: loop) {
      ticks += 1
      if ticks == 3 { loop.stop() }
    }
    timer.schedule(every: .microseconds(1))
    loop.run()
    #expect(ticks == 3)
  }

  @Test("that is stopped before it runs returns at once, and runs the next time")
  func stoppedBefore() throws {
    let loop = try EventLoop()
    loop.stop()
    loop.run()
    let timer = Timer(loop: loop) { loop.stop() }
    timer.schedule(after: .zero)
    loop.run()
    #expect(!timer.isScheduled)
  }

  @Test("is freed with its events, handler or none")
  func freed() throws {
    weak var weakLoop: EventLoop?
    do {
      let loop = try EventLoop()
      weakLoop = loop
      let timer = Timer(loop: loop) {}
      timer.schedule(after: .seconds(100))
      _ = try Wakeup(loop: loop) {}
    }
    #expect(weakLoop == nil)
  }

  @Test("waits for what is ready when told so")
  func runOnceWaiting() throws {
    let loop = try EventLoop()
    var fired = false
    let timer = Timer(loop: loop) { fired = true }
    timer.schedule(after: .milliseconds(5))
    loop.runOnce(waiting: true)
    #expect(fired)
  }
}
