import EventLoop
import Platform
import Testing

@Suite("An event loop", .timeLimit(.minutes(2)))
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

  @Test("says that a pass has ended when all that was ready has been heard of, and once when it is stopped in one")
  func passes() throws {
    let loop = try EventLoop()
    let recorder = Recorder()
    loop.dispatch(to: recorder)
    let (near, far) = try Socket.pair()
    var first = SocketEvent(loop: loop, fd: near, token: 1)
    var second = SocketEvent(loop: loop, fd: far, token: 2)
    first.want(.writable)
    second.want(.writable)
    loop.runOnce()
    #expect(recorder.observedByPass == [2])
    recorder.onReady = { [unowned recorder, unowned loop] _, _ in if recorder.observed.count == 5 { loop.stop() } }
    loop.run()
    #expect(recorder.observedByPass == [2, 4, 5])
    loop.stop()
    loop.run()
    #expect(recorder.observedByPass == [2, 4, 5])
    Socket.close(near)
    Socket.close(far)
  }

  @Test("ends a pass also when only a timer or a wake-up came")
  func quietPasses() throws {
    let loop = try EventLoop()
    let recorder = Recorder()
    loop.dispatch(to: recorder)
    var passesBefore: [Int] = []
    let timer = Timer(loop: loop) { passesBefore.append(recorder.observedByPass.count) }
    let wakeup = try Wakeup(loop: loop) { passesBefore.append(recorder.observedByPass.count) }
    timer.schedule(after: .zero)
    loop.runOnce(waiting: true)
    wakeup.signal()
    loop.runOnce(waiting: true)
    #expect(passesBefore == [0, 1])
    #expect(recorder.observedByPass == [0, 0])
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
