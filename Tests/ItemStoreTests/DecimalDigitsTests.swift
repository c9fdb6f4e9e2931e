import Testing

@testable import ItemStore

@Suite("Decimal digits")
struct DecimalDigitsTests {
  @Test("They are those of the number", arguments: [0, 9, 10, 99, 100, 18_446_744_073_709_551_615, 1_000_000_007])
  func digits(number: UInt64) {
    let digits = DecimalDigits(number)
    let room = UnsafeMutableRawPointer.allocate(byteCount: 20, alignment: 1)
    defer { unsafe room.deallocate() }
    unsafe digits.write(to: room)
    let text = unsafe String(decoding: UnsafeRawBufferPointer(start: room, count: digits.count), as: UTF8.self)
    #expect(text == "\(number)")
  }
}
