import Testing

@testable import Replication

@Suite struct AdaptivePollingTests {
  private let interval = Duration.milliseconds(1)

  /// How many polls are made before it sleeps.
  private func polls(_ polling: inout AdaptivePolling) -> Int {
    var count = 0
    while polling.takePoll() { count += 1 }
    return count
  }

  @Test("changes that come one by one let it sleep after each: no poll")
  func oneByOne() {
    var polling = AdaptivePolling(interval: interval)
    for time in stride(from: 1000, to: 3000, by: 20) {
      polling.noteStreamed(now: .milliseconds(time))
      #expect(polls(&polling) == 0)
    }
  }

  @Test("changes that follow closely are taken in by polls, and after two in vain it sleeps")
  func closely() {
    var polling = AdaptivePolling(interval: interval)
    var time = Duration.seconds(1)
    polling.noteStreamed(now: time)
    for _ in 0..<100 {
      time += interval
      polling.noteStreamed(now: time)
      let polls = polling.takePoll()
      #expect(polls)
    }
    #expect(polls(&polling) == 1)
    // One that comes late finds it asleep, and does not keep it awake.
    polling.noteStreamed(now: time + interval * 3)
    #expect(polls(&polling) == 0)
  }

  @Test("without a link it sleeps")
  func reset() {
    var polling = AdaptivePolling(interval: interval)
    polling.noteStreamed(now: .seconds(1))
    polling.noteStreamed(now: .seconds(1) + .nanoseconds(1))
    polling.reset()
    #expect(polls(&polling) == 0)
  }
}
