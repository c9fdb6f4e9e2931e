import Testing

@testable import repcached_bench

@Suite("Numbers as text")
struct DoubleFixedTests {
  @Test(
    "decimals are rounded and padded",
    arguments: zip([3.14159, 0.05, -0.001, -1.5, 1234.0, 0.999], ["3.14", "0.05", "0.00", "-1.50", "1234.00", "1.00"]))
  func fixed(number: Double, text: String) {
    #expect(number.fixed(2) == text)
  }

  @Test("whole numbers have no point")
  func whole() { #expect(2.5.fixed(0) == "3" && 0.0.fixed(0) == "0") }

  @Test("thousands are grouped")
  func grouped() {
    #expect(UInt64(0).grouped == "0" && UInt64(999).grouped == "999")
    #expect(UInt64(1000).grouped == "1,000" && UInt64(1_234_567).grouped == "1,234,567")
  }
}
