import EventLoop
import Platform
import Synchronization
import Testing

@Suite("A wake-up", .timeLimit(.minutes(2)))
struct WakeupTests {
  @Test("runs its handler on the loop's thread, once for many signals")
  func coalesces() throws {
    let loop = try EventLoop()
    var woken = 0
    let wakeup = try Wakeup(loop: loop) { woken += 1 }
    loop.runOnce()
    #expect(woken == 0)
    for _ in 0..<5 { wakeup.signal() }
    loop.runOnce()
    loop.runOnce()
    #expect(woken == 1)
    wakeup.signal()
    loop.runOnce()
    #expect(woken == 2)
  }

  @Test("is called again when signalled by its own handler")
  func signalledWhileHandling() throws {
    let loop = try EventLoop()
    let holder = Holder()
    holder.wakeup = try Wakeup(loop: loop) { [unowned holder] in
      holder.woken += 1
      if holder.woken == 1 { holder.wakeup?.signal() }
    }
    holder.wakeup?.signal()
    for _ in 0..<3 { loop.runOnce() }
    #expect(holder.woken == 2)
  }

  @Test("is harmless when the loop is gone")
  func loopGone() throws {
    var loop: EventLoop? = try EventLoop()
    let wakeup = try loop.map { try Wakeup(loop: $0) { Issue.record("nobody should hear") } }
    wakeup?.signal()
    loop = nil
    wakeup?.signal()
  }

  @Test("loses nothing that several threads did before they signalled")
  func manyThreads() throws {
    let loop = try EventLoop()
    let done = Counter()
    let each = 10_000
    let wakeup = try Wakeup(loop: loop) { [unowned loop] in
      if done.value.load(ordering: .relaxed) == 3 * each { loop.stop() }
    }
    let threads = try (0..<3).map { number in
      try Thread.start(name: "signaller-\(number)") {
        for _ in 0..<each {
          done.value.wrappingAdd(1, ordering: .relaxed)
          wakeup.signal()
        }
      }
    }
    loop.run()
    #expect(done.value.load(ordering: .relaxed) == 3 * each)
    threads.forEach { $0.join() }
  }

  final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  final class Holder {
    var wakeup: Wakeup?
    var woken = 0
  }
}
