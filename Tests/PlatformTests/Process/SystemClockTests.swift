import Glibc
import Platform
import Testing

@Suite("The system's clocks")
struct SystemClockTests {
  @Test("never go back when they are monotonic")
  func monotonic() {
    var last: UInt64 = 0
    for _ in 0..<1000 {
      let now = SystemClock.monotonicNanoseconds()
      #expect(now >= last)
      last = now
    }
  }

  @Test("tell the time of day in microseconds since 1970")
  func unix() {
    let before = UInt64(time(nil))
    let now = SystemClock.unixMicroseconds() / 1_000_000
    let after = UInt64(time(nil))
    #expect(now >= before - 1 && now <= after + 1)
  }

  @Test("agrees with its coarse sister to a second")
  func coarse() {
    let fine = SystemClock.monotonicNanoseconds()
    let coarse = SystemClock.coarseMonotonicNanoseconds()
    #expect(max(fine, coarse) - min(fine, coarse) < 1_000_000_000)
  }

  @Test("count what the process uses of the processors")
  func processor() {
    let before = SystemClock.processCPU()
    var sum: UInt64 = 0
    for _ in 0..<20_000 { sum &+= SystemClock.monotonicNanoseconds() }
    let after = SystemClock.processCPU()
    #expect(sum != 0)
    #expect(after.userMicroseconds + after.systemMicroseconds > before.userMicroseconds + before.systemMicroseconds)
  }
}
