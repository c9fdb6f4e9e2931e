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
    #expect(clock.expiresAt(exptime: .max, now: 100) == .max)
  }

  @Test("Unix time there and back is the same; what is out of range is clamped, not a trap")
  func unixSeconds() {
    for seconds: Int64 in [1, 2, 1000, 1_000_000_000] {
      let expiresAt = clock.expiresAt(unixSeconds: Self.start + seconds)
      #expect(clock.unixSeconds(expiresAt: expiresAt) == Self.start + seconds)
    }
    #expect(clock.unixSeconds(expiresAt: 0) == 0)
    let young = ProcessClock(monotonicNanoseconds: 0, unixMicroseconds: 0)
    #expect(young.expiresAt(unixSeconds: .max) == .max)
    #expect(clock.expiresAt(unixSeconds: .min) == ProcessClock.expired)
    #expect(ProcessClock(monotonicNanoseconds: .max, unixMicroseconds: .max).expiresAt(unixSeconds: 5) == 1)
  }
}
