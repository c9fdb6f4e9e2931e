import TestSupport
import Testing

@testable import MemcacheProtocol

@Suite("Scanning")
struct SpanScanningTests {
  @Test("finds what a loop over bytes finds, in random bytes of every length and offset")
  func random() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    // Few different bytes, among them the neighbours of those looked for and bytes with the high bit.
    let alphabet: [UInt8] = [0x00, 0x09, 0x0a, 0x0b, 0x0d, 0x1f, 0x20, 0x21, 0x61, 0x7f, 0x80, 0x8a, 0xa0, 0xa1, 0xff]
    for _ in 0..<20_000 {
      let rare = Int.random(in: 1...30, using: &random)
      let bytes = (0..<Int.random(in: 0...100, using: &random)).map { _ in
        Int.random(in: 0..<rare, using: &random) == 0 ? alphabet.randomElement(using: &random) ?? 0 : UInt8(0xe9)
      }
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = Int.random(in: start...bytes.count, using: &random)
      let blank = bytes[start...].firstIndex { $0 <= 0x20 } ?? bytes.count
      let newline = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      let space = bytes[start..<end].firstIndex(of: 0x20) ?? end
      let other = bytes[start..<end].firstIndex { $0 != 0x20 } ?? end
      #expect(bytes.span.firstBlank(from: start) == blank, "seed \(seed)")
      #expect(bytes.span.firstNewline(from: start) == newline, "seed \(seed)")
      #expect(bytes.span.firstSpace(from: start, to: end) == space, "seed \(seed)")
      #expect(bytes.span.skipSpaces(from: start, to: end) == other, "seed \(seed)")
    }
  }

  @Test("finds each byte value that it should, at each place")
  func everyByte() {
    for place in 0..<40 {
      for byte in UInt8.min ... .max {
        var bytes = [UInt8](repeating: 0x61, count: 40)
        bytes[place] = byte
        #expect(bytes.span.firstBlank(from: 0) == (byte <= 0x20 ? place : 40))
        #expect(bytes.span.firstNewline(from: 0) == (byte == 0x0a ? place : 40))
      }
    }
  }

  @Test("packs words of up to eight bytes alike, wherever they stand")
  func packed() {
    let bytes = Array("abcdefghijk".utf8)
    for start in 0..<bytes.count {
      for count in 0...(bytes.count - start) {
        let expected = bytes[start..<(start + min(count, 8))].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(bytes.span.packed(ByteRange(start: start, count: count)) == expected)
      }
    }
    #expect(bytes.span.packed(ByteRange(start: 0, count: 3)) == UInt64(ascii: "a", "b", "c"))
  }
}
