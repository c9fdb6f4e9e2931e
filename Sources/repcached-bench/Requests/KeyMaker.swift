import MemcacheProtocol
import Platform

/// Keys of one length from numbers: a prefix, then the number in hexadecimal.
///
///     repcached-bench:000000000000270f        key 9999 of 32 bytes... the zeros fill it up
struct KeyMaker: Sendable {
  let length: Int
  private let prefix: [UInt8]
  private let digitCount: Int

  /// The prefix is cut or filled with zeros so that key and prefix have `length` bytes together.
  init(length: Int, prefix: String) {
    self.length = length
    digitCount = min(length, 8)
    let room = length - digitCount
    let given = Array(prefix.utf8.prefix(room))
    self.prefix = given + Array(repeating: UInt8(ascii: "0"), count: room - given.count)
  }

  /// How many different keys there are.
  static func maxCount(length: Int) -> Int { length >= 8 ? Int(UInt32.max) : 1 << (4 * length) }

  @inline(__always) func append(_ index: UInt32, to output: inout ByteBuffer) {
    output.append(prefix.span)
    var digits = hexadecimal(index)
    for _ in 0..<digitCount {
      output.append(UInt8(truncatingIfNeeded: digits))
      digits &>>= 8
    }
  }

  @inline(__always) func matches(_ index: UInt32, _ bytes: Span<UInt8>) -> Bool {
    guard bytes.count == length, bytes.extracting(first: prefix.count).isEqual(to: prefix.span) else { return false }
    var digits = hexadecimal(index)
    for position in prefix.count..<length {
      guard bytes[position] == UInt8(truncatingIfNeeded: digits) else { return false }
      digits &>>= 8
    }
    return true
  }

  func text(_ index: UInt32) -> String {
    var buffer = ByteBuffer(capacity: length)
    append(index, to: &buffer)
    return buffer.bytes.text
  }

  /// The last `digitCount` digits, the first of them in the lowest byte: all eight nibbles are spread at once.
  @inline(__always) private func hexadecimal(_ index: UInt32) -> UInt64 {
    var spread = UInt64(index)
    spread = (spread | spread &<< 16) & 0x0000_ffff_0000_ffff
    spread = (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
    spread = (spread | spread &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
    let letters = (spread &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
    let digits = spread &+ 0x3030_3030_3030_3030 &+ letters &* 39
    return digits.byteSwapped &>> (8 &* UInt64(8 &- digitCount))
  }
}
