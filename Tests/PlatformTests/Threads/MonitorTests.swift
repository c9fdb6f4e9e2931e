import Platform
import Testing

@Suite("A monitor", .timeLimit(.minutes(1)))
struct MonitorTests {
  @Test("a thread that waits sees each change, and what it returns ends the wait")
  func waits() throws {
    let monitor = Monitor(0)
    let thread = try Thread.start(name: "counter") {
      for _ in 0..<1000 { monitor.change { $0 += 1 } }
    }
    #expect(monitor.waitFor { $0 == 1000 ? "all" : nil } == "all")
    thread.join()
  }

  @Test("a wait ends at its deadline, and looks once more")
  func deadline() {
    let monitor = Monitor(0)
    let start = SystemClock.monotonicNanoseconds()
    let result: Int? = monitor.waitFor(until: start + 20_000_000) { _ in nil }
    #expect(result == nil && SystemClock.monotonicNanoseconds() >= start + 20_000_000)
    #expect(monitor.waitFor(until: 0) { $0 == 0 ? 7 : nil } == 7)
  }
}
