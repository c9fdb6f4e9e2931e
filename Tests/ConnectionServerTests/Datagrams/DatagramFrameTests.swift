import Testing

@testable import ConnectionServer

@Suite("The frame of a datagram")
struct DatagramFrameTests {
  private static let bytes: [UInt8] = [0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0, 0]

  @Test("It is three numbers, the high byte first, and two bytes of nothing") func layout() {
    let frame = DatagramFrame(request: 0x1234, number: 0x0102, total: 0x0304)
    #expect((0..<8).map { frame.bytes[$0] } == Self.bytes)
    #expect(DatagramFrame((Self.bytes + [0]).span) == frame)
  }

  @Test("There is none without a body behind it", arguments: 0...8) func short(count: Int) {
    #expect(DatagramFrame(Array(Self.bytes.prefix(count)).span) == nil)
  }

  @Test(
    "A request is whole where one datagram is all of it", arguments: [(0, false), (1, true), (2, false), (257, false)])
  func whole(total: UInt16, isWhole: Bool) {
    #expect(DatagramFrame(request: 1, number: 9, total: total).isWholeRequest == isWhole)
  }

  @Test(
    "Each datagram holds 1392 bytes of a reply",
    arguments: [(0, 0), (1, 1), (1392, 1), (1393, 2), (2784, 2), (2785, 3)])
  func count(bytes: Int, datagrams: Int) {
    #expect(DatagramFrame.count(ofBytes: bytes) == datagrams)
  }
}
