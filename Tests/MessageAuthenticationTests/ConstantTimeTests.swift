import MessageAuthentication
import Testing

@Suite("Comparing in constant time")
struct ConstantTimeTests {
  private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { ConstantTime.areEqual(left.span, right.span) }

  @Test("sees every bit, wherever it is")
  func everyBit() {
    let bytes = [UInt8](repeating: 0x55, count: 32)
    #expect(areEqual(bytes, bytes))
    for bit in 0..<256 {
      var other = bytes
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!areEqual(bytes, other))
    }
  }

  @Test("tells different lengths apart, and nothing from nothing not")
  func lengths() {
    #expect(areEqual([], []))
    #expect(!areEqual([], [0]))
    #expect(!areEqual([1, 2], [1, 2, 3]))
  }
}
