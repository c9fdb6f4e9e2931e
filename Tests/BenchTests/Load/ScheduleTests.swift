import Histogram
import Testing

@testable import repcached_bench

@Suite("The schedule of an open loop")
struct ScheduleTests {
  @Test("requests are due at even distances and dealt to the lanes in turn")
  func turns() {
    var schedule = Schedule(start: 1000, requestsPerSecond: 1e6, lanes: 3, requestCount: 7)
    var lanes: [Int] = []
    while let lane = schedule.deal(at: 4000) { lanes.append(lane) }
    #expect(lanes == [0, 1, 2, 0])
    #expect(schedule.nextTime == 5000)
    #expect(schedule.deal(at: 4999) == nil)
    while schedule.deal(at: 1_000_000) != nil {}
    #expect(schedule.isDealt)
    #expect(schedule.end == 8000)
  }

  @Test("a lane's turns are its own requests")
  func lanes() {
    let schedule = Schedule(start: 0, requestsPerSecond: 1e6, lanes: 4, requestCount: 100)
    #expect(schedule.time(lane: 0, turn: 0) == 0)
    #expect(schedule.time(lane: 3, turn: 0) == 3000)
    #expect(schedule.time(lane: 1, turn: 5) == 21_000)
  }

  // A server that takes 1 ms an answer, on one connection, with 100 requests a second. Time is a number here.
  private func latencies(stallAt: UInt64, for stall: UInt64) -> Latencies {
    let millisecond: UInt64 = 1_000_000
    var schedule = Schedule(start: 0, requestsPerSecond: 100, lanes: 1, requestCount: 1000)
    var latencies = Latencies()
    var (now, turn): (UInt64, UInt64) = (0, 0)
    while !schedule.isDealt {
      now = max(now, schedule.nextTime)
      _ = schedule.deal(at: now)
      now += millisecond
      if now > stallAt, now < stallAt + stall { now = stallAt + stall }
      latencies.record(.get, from: schedule.time(lane: 0, turn: turn), to: now)
      turn += 1
    }
    return latencies
  }

  @Test("a server that never stalls is as fast as it is")
  func smooth() {
    let latencies = latencies(stallAt: .max / 2, for: 0)
    #expect(latencies.gets.totalCount == 1000)
    #expect(abs(Int64(latencies.gets.valueAtPercentile(99.9)) - 1_000_000) < 2000)
  }

  @Test("a second's stall is seen by all that was due in that second, not by one request")
  func stall() {
    let latencies = latencies(stallAt: 5_000_000_000, for: 1_000_000_000).gets
    // 10 s in all, 1 s of them stalled and some to catch up: the 90th percentile waits, and the wait is spread.
    let slow = latencies.count(within: 500_000_000...2_000_000_000)
    #expect((45...70).contains(slow))
    #expect((90...130).contains(latencies.count(within: 2_000_000...2_000_000_000)))
    #expect(latencies.maxRecorded >= 1_000_000_000)
    #expect(latencies.valueAtPercentile(99) > 800_000_000)
  }

  @Test("what was due and never sent is recorded with the time it has waited")
  func abandoned() {
    var latencies = Latencies()
    latencies.record(.get, from: 10, to: 5)
    latencies.record(.set, from: 0, to: .max)
    #expect(latencies.gets.maxRecorded == 0)
    #expect(latencies.sets.totalCount == 1)
    #expect(latencies.all.totalCount == 2)
  }
}
