import EventLoop
import Testing

@Suite("A timer", .timeLimit(.minutes(2)))
struct TimerTests {
  let loop: EventLoop

  init() throws { loop = try EventLoop() }

  @Test("fires once after its delay")
  func once() {
    var fired = 0
    let timer = Timer(loop: loop) { fired += 1 }
    timer.schedule(after: .zero)
    #expect(timer.isScheduled)
    loop.runOnce()
    loop.runOnce()
    #expect(fired == 1)
    #expect(!timer.isScheduled)
  }

  @Test("fires again and again until it is cancelled")
  func repeating() {
    var fired = 0
    let timer = Timer(loop: loop) { fired += 1 }
    timer.schedule(every: .microseconds(1))
    for _ in 0..<3 { loop.runOnce(waiting: true) }
    #expect(fired == 3)
    timer.cancel()
    loop.runOnce()
    #expect(fired == 3)
  }

  @Test("forgets an earlier schedule, of either kind")
  func rescheduled() {
    var fired = 0
    let timer = Timer(loop: loop) { fired += 1 }
    timer.schedule(every: .microseconds(1))
    timer.schedule(after: .seconds(1000))
    loop.runOnce()
    #expect(fired == 0)
    timer.schedule(after: .zero)
    loop.runOnce()
    loop.runOnce()
    #expect(fired == 1)
  }

  @Test("takes a negative delay for none")
  func negative() {
    var fired = false
    let timer = Timer(loop: loop) { fired = true }
    timer.schedule(after: .seconds(-5))
    loop.runOnce()
    #expect(fired)
  }

  @Test("may be scheduled again by its own handler")
  func scheduledByItself() {
    let ticker = Ticker(loop)
    for _ in 0..<3 { loop.runOnce(waiting: true) }
    #expect(ticker.ticks == 3)
  }

  @Test("may be released by its own handler")
  func releasedByItself() {
    var timer: Timer?
    var fired = 0
    timer = Timer(loop: loop) {
      fired += 1
      timer = nil
    }
    timer?.schedule(every: .microseconds(1))
    loop.runOnce(waiting: true)
    loop.runOnce()
    #expect(fired == 1)
    #expect(timer == nil)
  }

  @Test("that is released never fires")
  func released() {
    var fired = false
    Timer(loop: loop) { fired = true }.schedule(after: .zero)
    loop.runOnce()
    #expect(!fired)
  }

  final class Ticker {
    var ticks = 0
    var timer: Timer?

    init(_ loop: EventLoop) {
      timer = Timer(loop: loop) { [unowned self] in
        ticks += 1
        timer?.schedule(after: .zero)
      }
      timer?.schedule(after: .zero)
    }
  }
}
