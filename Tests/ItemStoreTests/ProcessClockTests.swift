import Testing

@testable import ItemStore

@Suite("The process clock")
struct ProcessClockTests {
  static let start: Int64 = 1_700_000_000
  let clock = ProcessClock(monotonicNanoseconds: 5_000_000_000, unixMicroseconds: UInt64(start) * 1_000_000)

  @Test("It begins at two, counts whole seconds and never goes back")
  func seconds() {
    let seconds = { (nanoseconds: UInt64) in
      clock.moment(monotonicNanoseconds: nanoseconds, unixMicroseconds: 0).seconds
    }
    #expect(seconds(5_000_000_000) == 2)
    #expect(seconds(5_999_999_999) == 2)
    #expect(seconds(6_000_000_000) == 3)
    #expect(seconds(0) == 2)
    #expect(seconds(.max) == UInt32(clamping: UInt64.max / 1_000_000_000 - 5 + 2))
  }

  @Test("Expiry times mean what memcached's protocol says: never, past, relative up to 30 days, else unix time")
  func exptime() {
    #expect(clock.expiresAt(exptime: 0, now: 100) == 0)
    #expect(clock.expiresAt(exptime: -1, now: 100) == ProcessClock.expired)
    #expect(clock.expiresAt(exptime: .min, now: 100) == ProcessClock.expired)
    #expect(clock.expiresAt(exptime: 1, now: 100) == 101)
    #expect(clock.expiresAt(exptime: 2_592_000, now: 100) == 2_592_100)
    #expect(clock.expiresAt(exptime: 2_592_001, now: 100) == ProcessClock.expired)
    #expect(clock.expiresAt(exptime: Self.start + 10, now: 100) == 12)
    #expect(clock.expiresAt(exptime: .max, now: 100) == ProcessClock.far)
  }

  /// 25 pairs of daemons, each started at some fraction of a second, the second some time after the first.
  static let starts: [(first: UInt64, second: UInt64)] = [0, 1, 250_000, 500_000, 999_999].flatMap { first in
    [0, 1, 250_000, 500_000, 999_999].map { (first, 3_000_000 + $0) }
  }

  private static func clock(startedAt microseconds: UInt64) -> ProcessClock {
    ProcessClock(
      monotonicNanoseconds: (77_123_456 + microseconds) * 1000,
      unixMicroseconds: UInt64(start) * 1_000_000 + microseconds)
  }

  private static func seconds(of clock: ProcessClock, at microseconds: UInt64) -> UInt32 {
    clock.moment(monotonicNanoseconds: (77_123_456 + microseconds) * 1000, unixMicroseconds: 0).seconds
  }

  @Test("Two daemons, whenever they started, see a time to live end at the same moment", arguments: starts)
  func sameEnd(first: UInt64, second: UInt64) {
    let (a, b) = (Self.clock(startedAt: first), Self.clock(startedAt: second))
    for (here, there) in [(a, b), (b, a)] {
      for written in stride(from: UInt64(4_000_000), to: 6_000_000, by: 99_991) {
        let expiresAt = here.expiresAt(exptime: 1, now: Self.seconds(of: here, at: written))
        let told = there.expiresAt(unixSeconds: here.unixSeconds(expiresAt: expiresAt))
        for time in stride(from: written, through: written + 1_100_000, by: 49_999) {
          let isDead = expiresAt <= Self.seconds(of: here, at: time)
          #expect(isDead == (told <= Self.seconds(of: there, at: time)))
          // It ends with the second in which it was written: nothing that lives for 1 s is born dead.
          #expect(isDead == (time / 1_000_000 > written / 1_000_000))
        }
      }
    }
  }

  @Test("A wall clock that is set moves neither the seconds nor an expiry", arguments: [0, 1, .max] as [UInt64])
  func wallClockSteps(wall: UInt64) {
    let clock = Self.clock(startedAt: 700_000)
    let before = clock.moment(monotonicNanoseconds: (77_123_456 + 5_000_000) * 1000, unixMicroseconds: 0)
    let after = clock.moment(monotonicNanoseconds: (77_123_456 + 5_000_000) * 1000, unixMicroseconds: wall)
    #expect(before.seconds == 7 && after.seconds == 7)
    #expect(clock.expiresAt(exptime: Self.start + 10, now: after.seconds) == 12)
  }

  @Test(
    "An expiry beyond the clock never comes, and is the same on both of a pair, whenever they started",
    arguments: [1 << 32, 1 << 32 + 5, 1_700_000_000_000, .max] as [Int64])
  func far(exptime: Int64) {
    for start: UInt64 in [0, 1, 1_000_000_000, 1_700_000_000, 4_000_000_000] {
      let clock = ProcessClock(monotonicNanoseconds: 5, unixMicroseconds: start * 1_000_000)
      #expect(clock.expiresAt(exptime: exptime, now: 100) == ProcessClock.far)
      #expect(clock.expiresAt(unixSeconds: clock.unixSeconds(expiresAt: ProcessClock.far)) == ProcessClock.far)
      #expect(clock.unixSeconds(expiresAt: ProcessClock.far) == ProcessClock.farUnixSeconds)
    }
  }

  @Test("An expiry just before that is kept to the second by every clock")
  func lastNear() {
    let last: Int64 = 1 << 32 - 1
    for start: UInt64 in [1000, 1_000_000_000, 1_700_000_000, 4_000_000_000] {
      let clock = ProcessClock(monotonicNanoseconds: 5, unixMicroseconds: start * 1_000_000)
      #expect(clock.unixSeconds(expiresAt: clock.expiresAt(exptime: last, now: 100)) == last)
    }
  }

  @Test("Unix time there and back is the same; what is out of range is clamped, not a trap")
  func unixSeconds() {
    for seconds: Int64 in [1, 2, 1000, 1_000_000_000] {
      let expiresAt = clock.expiresAt(unixSeconds: Self.start + seconds)
      #expect(clock.unixSeconds(expiresAt: expiresAt) == Self.start + seconds)
    }
    #expect(clock.unixSeconds(expiresAt: 0) == 0)
    let young = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 0)
    #expect(young.expiresAt(unixSeconds: .max) == ProcessClock.far)
    #expect(clock.expiresAt(unixSeconds: .min) == ProcessClock.expired)
    #expect(ProcessClock(monotonicNanoseconds: .max, unixMicroseconds: .max).expiresAt(unixSeconds: 5) == 1)
  }
}
