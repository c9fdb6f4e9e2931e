import Platform
import Testing

@Suite("An IPv6 address")
struct IPv6Tests {
  @Test(
    "is written as RFC 5952 says",
    arguments: [
      (0, 0, "::"), (0, 1, "::1"), (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
      (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
      (0xfe80_0000_0000_0000, 0, "fe80::"), (0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8"),
    ] as [(UInt64, UInt64, String)])
  func text(high: UInt64, low: UInt64, text: String) {
    #expect("\(IPv6(high: high, low: low))" == text)
  }

  @Test("says on which link it is meant")
  func scope() {
    #expect("\(IPv6(high: 0xfe80 << 48, low: 1, scope: 2))" == "fe80::1%2")
  }

  @Test("may stand for an IPv4 address")
  func mapped() {
    #expect(IPv6(high: 0, low: 0xffff_0102_0304).mapped == IPv4(0x0102_0304))
    #expect(IPv6(high: 0, low: 0x0102_0304).mapped == nil)
  }
}
