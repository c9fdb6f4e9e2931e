import Testing

@testable import AdminServer

@Suite("Numbers as a person reads them")
struct AmountsTests {
  private let english = Amounts(.english)
  private let german = Amounts(.german)

  @Test("Digits are grouped as the language has it") func counts() {
    #expect(english.count(0 as UInt64) == "0" && english.count(1_234_567 as UInt64) == "1,234,567")
    #expect(german.count(1_234_567 as UInt64) == "1.234.567" && german.decimal(1234.56) == "1.234,6")
    #expect(english.decimal(-0.04) == "0.0" && english.decimal(-1.25, digits: 2) == "-1.25")
    #expect(english.decimal(1e300).hasPrefix("1,844,674,407,370,955,161.5") && UInt64(saturating: -.infinity) == 0)
    #expect(english.decimal(.nan) == "–" && english.decimal(1.5, digits: 0) == "2")
  }

  @Test("Sizes and times have units") func units() {
    #expect(english.bytes(1023) == "1023 B" && english.bytes(1536) == "1.5 KB" && english.bytes(.max).hasSuffix(" TB"))
    #expect(english.microseconds(999) == "999 µs" && english.microseconds(1500) == "1.5 ms")
    #expect(
      english.duration(59) == "59 s" && english.duration(3700) == "1 h 1 min" && english.duration(90_000) == "1 d 1 h")
    #expect(
      english.remaining(0) == "for ever" && english.remaining(-1) == "expired"
        && english.remaining(61_000) == "1 min 1 s")
    #expect(english.ago(5_000_000, now: 8_000_000) == "3 s ago" && english.ago(9, now: 1) == "0 s ago")
  }

  @Test(
    "Dates are those of the civil calendar",
    arguments: [
      (0, "1970-01-01 00:00:00"), (951_782_399, "2000-02-28 23:59:59"), (951_782_400, "2000-02-29 00:00:00"),
      (1_795_851_001, "2026-11-28 07:30:01"), (4_102_444_800, "2100-01-01 00:00:00"),
    ] as [(UInt64, String)])
  func dates(seconds: UInt64, text: String) { #expect(Amounts.utc(seconds * 1_000_000) == text) }
}
