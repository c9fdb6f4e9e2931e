import Testing

@testable import CacheServer

@Suite("What a service manager is told")
struct ServiceStateTests {
  /// All that is to be sent, and has been.
  private func sent(_ state: inout ServiceState) -> [[String]] {
    defer { state.sent(state.outgoing.count) }
    return state.outgoing
  }

  private let extension30 = "EXTEND_TIMEOUT_USEC=30000000"

  @Test("While it starts, each tick asks for more time, and READY=1 ends that") func start() {
    var state = ServiceState(watchdog: nil)
    _ = state.tick(at: .seconds(1), status: "Starting", isAlive: true)
    _ = state.tick(at: .seconds(2), status: "Starting", isAlive: true)
    #expect(sent(&state) == [["STATUS=Starting", extension30], [extension30]])
    state.opened("Serving")
    _ = state.tick(at: .seconds(3), status: "Serving", isAlive: true)
    #expect(sent(&state) == [["READY=1", "STATUS=Serving"]])
  }

  @Test("A status is told when it has changed, and only then") func status() {
    var state = ServiceState(watchdog: nil)
    state.opened("a")
    _ = sent(&state)
    for status in ["a", "b", "b", "a"] { _ = state.tick(at: .zero, status: status, isAlive: true) }
    #expect(sent(&state) == [["STATUS=b"], ["STATUS=a"]])
  }

  @Test("The watchdog is told four times within its time, and not while a thread does not answer") func watchdog() {
    var state = ServiceState(watchdog: .seconds(2))
    #expect(state.interval == .milliseconds(500))
    state.opened("s")
    _ = sent(&state)
    let ticks = [(500, true), (900, true), (1000, false), (1500, false), (2000, true)]
    let proven = ticks.map { state.tick(at: .milliseconds($0), status: "s", isAlive: $1) }
    #expect(proven == [true, false, false, false, true], "at 900 it was told a moment ago")
    #expect(sent(&state) == [["WATCHDOG=1"], ["WATCHDOG=1"]])
  }

  @Test("A long watchdog makes no more ticks than one a second, none at all no proof") func tickInterval() {
    #expect(ServiceState(watchdog: .seconds(60)).interval == .seconds(1))
    #expect(ServiceState(watchdog: .nanoseconds(1)).interval == .milliseconds(1))
    var state = ServiceState(watchdog: nil)
    let isProven = state.tick(at: .seconds(100), status: "s", isAlive: true)
    #expect(!isProven)
  }

  @Test("A reload is told before and after, by the monotonic clock") func reload() {
    var state = ServiceState(watchdog: nil)
    state.reloading(at: .microseconds(1_234_567))
    state.reloaded()
    #expect(sent(&state) == [["RELOADING=1", "MONOTONIC_USEC=1234567"], ["READY=1"]])
  }

  @Test("Its end is told once") func stop() {
    var state = ServiceState(watchdog: nil)
    state.stopping("Stopping")
    state.stopping("Stopping")
    #expect(sent(&state) == [["STOPPING=1", "STATUS=Stopping"]])
  }

  @Test("What was not sent waits in its order, the newest sixteen at most") func unsent() {
    var state = ServiceState(watchdog: nil)
    for number in 0..<10 { _ = state.tick(at: .zero, status: "\(number)", isAlive: true) }
    state.opened("open")
    #expect(state.outgoing.count == 11 && state.outgoing.last == ["READY=1", "STATUS=open"])
    state.sent(10)
    #expect(state.outgoing == [["READY=1", "STATUS=open"]])
    for number in 0..<16 { _ = state.tick(at: .zero, status: "\(number)", isAlive: true) }
    #expect(state.outgoing.count == 16 && state.outgoing.first == ["STATUS=0"])
  }
}
