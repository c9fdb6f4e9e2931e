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

  private func moment(_ seconds: UInt32 = 100, milliseconds: UInt64? = nil, unix: Int64 = start + 98) -> Moment {
    Moment(seconds: seconds, unixMicroseconds: UInt64(unix) * 1_000_000, milliseconds: milliseconds)
  }

  @Test("Expiry times mean what memcached's protocol says: never, past, relative up to 30 days, else unix time")
  func exptime() {
    #expect(ProcessClock.expiresAt(exptime: 0, at: moment()) == 0)
    #expect(ProcessClock.expiresAt(exptime: -1, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(exptime: .min, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(exptime: 1, at: moment()) == 101)
    #expect(ProcessClock.expiresAt(exptime: 2_592_000, at: moment()) == 2_592_100)
    #expect(ProcessClock.expiresAt(exptime: 2_592_001, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(exptime: Self.start + 98, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(exptime: Self.start + 108, at: moment()) == 110)
    #expect(ProcessClock.expiresAt(exptime: .max, at: moment()) == ProcessClock.far)
    #expect(ProcessClock.expiresAt(exptime: 1 << 33, at: moment()) == ProcessClock.far)
  }

  @Test("A unix time is the time that remains by the wall clock of then: a step after it moves nothing")
  func absolute() {
    let stepped = moment(100, unix: Self.start + 98 - 3600)
    #expect(ProcessClock.expiresAt(exptime: Self.start + 108, at: stepped) == 110 + 3600)
    #expect(ProcessClock.unixSeconds(expiresAt: 110, at: moment()) == Self.start + 108)
    #expect(ProcessClock.unixSeconds(expiresAt: 110, at: stepped) == Self.start + 108 - 3600)
    for seconds: UInt32 in [1, 2, 100] { #expect(ProcessClock.unixSeconds(expiresAt: seconds, at: moment()) == 1) }
    #expect(ProcessClock.unixSeconds(expiresAt: 0, at: moment()) == 0)
    #expect(ProcessClock.unixSeconds(expiresAt: ProcessClock.far, at: moment()) == .max)
  }

  /// 25 pairs of daemons, each started at some fraction of a second, the second some time after the first.
  static let starts: [(first: UInt64, second: UInt64)] = [0, 1, 250_000, 500_000, 999_999].flatMap { first in
    [0, 1, 250_000, 500_000, 999_999].map { (first, 3_000_000 + $0) }
  }

  /// `skew`: microseconds that its wall clock is ahead.
  private static func clock(startedAt microseconds: UInt64, skew: UInt64 = 0) -> ProcessClock {
    ProcessClock(
      monotonicNanoseconds: (77_123_456 + microseconds) * 1000,
      unixMicroseconds: UInt64(start) * 1_000_000 + microseconds + skew)
  }

  private static func moment(of clock: ProcessClock, at microseconds: UInt64) -> Moment {
    clock.moment(monotonicNanoseconds: (77_123_456 + microseconds) * 1000, unixMicroseconds: 0)
  }

  /// What crosses in so many microseconds.
  private static func crossed(
    _ expiresAt: UInt32, _ here: ProcessClock, _ there: ProcessClock, _ sent: UInt64, _ wire: UInt64
  ) -> UInt32 {
    let remaining = ProcessClock.remaining(expiresAt: expiresAt, at: moment(of: here, at: sent))
    return ProcessClock.expiresAt(remaining: remaining, at: moment(of: there, at: sent + wire))
  }

  @Test("Two daemons, whenever they started, see a time to live end at the same moment", arguments: starts)
  func sameEnd(first: UInt64, second: UInt64) {
    let (a, b) = (Self.clock(startedAt: first), Self.clock(startedAt: second))
    for (here, there) in [(a, b), (b, a)] {
      // Not so late in a second that it ends on the way.
      for written in stride(from: UInt64(4_000_500), to: 6_000_000, by: 99_000) {
        let expiresAt = ProcessClock.expiresAt(exptime: 1, at: Self.moment(of: here, at: written))
        let told = Self.crossed(expiresAt, here, there, written, 900)
        for time in stride(from: written, through: written + 1_100_000, by: 49_999) {
          let isDead = expiresAt <= Self.moment(of: here, at: time).seconds
          #expect(isDead == (told <= Self.moment(of: there, at: time).seconds))
          // It ends with the second in which it was written: nothing that lives for 1 s is born dead.
          #expect(isDead == (time / 1_000_000 > written / 1_000_000))
        }
      }
    }
  }

  /// When it ends, in microseconds of the test.
  private static func end(_ expiresAt: UInt32, _ clock: ProcessClock) -> Int64 {
    let zero = moment(of: clock, at: 10_000_000)
    return Int64(10_000_000) + (Int64(expiresAt) * 1000 - Int64(zero.milliseconds)) * 1000
  }

  @Test(
    "Their wall clocks apart, it ends there not before, but for what counts as the same second, nor a second later",
    arguments: [0, 30_000, 49_000, 51_000, 400_000, 950_000, 990_000, 5_000_000, 59_700_000] as [UInt64])
  func apart(skew: UInt64) {
    let (a, b) = (Self.clock(startedAt: 123_000), Self.clock(startedAt: 456_789, skew: skew))
    for (here, there) in [(a, b), (b, a)] {
      for (number, written) in stride(from: UInt64(4_000_000), to: 6_000_000, by: 99_991).enumerated() {
        let wire: UInt64 = [0, 900, 20_000, 700_000][number % 4]
        let expiresAt = ProcessClock.expiresAt(exptime: 4, at: Self.moment(of: here, at: written))
        let told = Self.crossed(expiresAt, here, there, written, wire)
        let late = Self.end(told, there) - Self.end(expiresAt, here)
        #expect(late >= -51_000 && late <= Int64(wire) + 950_000 + 1000, "\(late)")
      }
    }
  }

  @Test("What is alive when it is sent is not dead when it comes, and what is dead stays so")
  func lastMillisecond() {
    for milliseconds: UInt64 in [100_000, 100_001, 100_960, 100_999] {
      let now = moment(100, milliseconds: milliseconds)
      #expect(ProcessClock.expiresAt(remaining: 1, at: now) == 101)
      for past: UInt32 in [1, 100] { #expect(ProcessClock.remaining(expiresAt: past, at: now) == -1) }
      #expect(ProcessClock.remaining(expiresAt: 101, at: now) == Int64(101_000 - milliseconds))
    }
    #expect(ProcessClock.expiresAt(remaining: -1, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(remaining: .min, at: moment()) == ProcessClock.expired)
    #expect(ProcessClock.expiresAt(remaining: 0, at: moment()) == 0)
    #expect(ProcessClock.remaining(expiresAt: 0, at: moment()) == 0)
    let far = ProcessClock.remaining(expiresAt: ProcessClock.far, at: moment())
    #expect(ProcessClock.expiresAt(remaining: far, at: moment(2)) == ProcessClock.far, "never is never there")
  }

  @Test("A wall clock that is set moves neither the seconds nor an expiry", arguments: [0, 1, .max] as [UInt64])
  func wallClockSteps(wall: UInt64) {
    let clock = Self.clock(startedAt: 700_000)
    let before = clock.moment(monotonicNanoseconds: (77_123_456 + 5_000_000) * 1000, unixMicroseconds: 0)
    let after = clock.moment(monotonicNanoseconds: (77_123_456 + 5_000_000) * 1000, unixMicroseconds: wall)
    #expect(before.seconds == 7 && after.seconds == 7 && after.milliseconds == 7000)
    let remaining = ProcessClock.remaining(expiresAt: 610, at: after)
    #expect(remaining == 603_000 && ProcessClock.expiresAt(remaining: remaining, at: after) == 610)
  }

  @Test("What is out of range is clamped, not a trap")
  func extremes() {
    let late = moment(.max, milliseconds: UInt64(Int64.max), unix: 0)
    let moments = [late, moment(0, unix: 0), moment(.max, unix: Int64(UInt32.max))]
    for moment in moments {
      for value in [Int64.min, -1, 1, 1 << 40, .max] {
        _ = ProcessClock.expiresAt(unixSeconds: value, at: moment)
        _ = ProcessClock.expiresAt(remaining: value, at: moment)
      }
      for value in [UInt32.min, 1, 2, .max - 1, .max] { _ = ProcessClock.unixSeconds(expiresAt: value, at: moment) }
    }
    #expect(ProcessClock.expiresAt(unixSeconds: .max, at: moment()) == ProcessClock.far)
    #expect(ProcessClock.expiresAt(unixSeconds: .min, at: moment()) == ProcessClock.expired)
    let young = ProcessClock(monotonicNanoseconds: .max, unixMicroseconds: .max)
    #expect(young.seconds(ofUnixMicroseconds: 5) == 1 && clock.seconds(ofUnixMicroseconds: .max) == .max)
    #expect(clock.seconds(ofUnixMicroseconds: UInt64(Self.start + 10) * 1_000_000) == 12)
  }
}
