// MD5 (RFC 1321), as a hash of keys: nobody's secret hangs on it.
//
// Not OpenSSL's: that one allocates a context for each key, and where it runs under FIPS 140 it refuses MD5. Here nothing is
// allocated.

/// The digest as four words, as the hashes of keys use it: `a` is the first four bytes, the lowest first.
package struct MD5: Hashable, Sendable {
  package private(set) var a: UInt32 = 0x6745_2301
  package private(set) var b: UInt32 = 0xefcd_ab89
  package private(set) var c: UInt32 = 0x98ba_dcfe
  package private(set) var d: UInt32 = 0x1032_5476

  package static func digest(_ key: Span<UInt8>) -> MD5 {
    var digest = MD5()
    var start = 0
    while key.count &- start >= 64 {
      digest.add(MD5.block(key, from: start, count: 64))
      start &+= 64
    }
    digest.addEnd(key, from: start)
    return digest
  }

  /// What is left, a bit that is set, zeros, and the number of bits.
  private mutating func addEnd(_ key: Span<UInt8>, from start: Int) {
    let count = key.count &- start
    var block = MD5.block(key, from: start, count: count)
    block[count / 4] |= 0x80 << UInt32(8 &* (count % 4))
    if count >= 56 {
      add(block)
      block = InlineArray(repeating: 0)
    }
    block[14] = UInt32(truncatingIfNeeded: key.count &* 8)
    block[15] = UInt32(truncatingIfNeeded: key.count >> 29)
    add(block)
  }

  private static func block(_ key: Span<UInt8>, from start: Int, count: Int) -> InlineArray<16, UInt32> {
    var block = InlineArray<16, UInt32>(repeating: 0)
    for index in 0..<(count / 4) { block[index] = key.word(at: start &+ 4 &* index) }
    let whole = count & ~3
    if count > whole { block[count / 4] = key.littleEndian(at: start &+ whole, count: count &- whole) }
    return block
  }

  private mutating func add(_ block: InlineArray<16, UInt32>) {
    var next = self
    for step in stride(from: 0, to: 64, by: 4) {
      switch step / 16 {
      case 0: next.turnFour(step, block, from: 0, by: 1, shifts: (7, 12, 17, 22)) { $0.b & $0.c | ~$0.b & $0.d }
      case 1: next.turnFour(step, block, from: 1, by: 5, shifts: (5, 9, 14, 20)) { $0.d & $0.b | ~$0.d & $0.c }
      case 2: next.turnFour(step, block, from: 5, by: 3, shifts: (4, 11, 16, 23)) { $0.b ^ $0.c ^ $0.d }
      default: next.turnFour(step, block, from: 0, by: 7, shifts: (6, 10, 15, 21)) { $0.c ^ ($0.b | ~$0.d) }
      }
    }
    a &+= next.a
    b &+= next.b
    c &+= next.c
    d &+= next.d
  }

  /// Four of the 64 steps, with the word order, shifts and mixing of their round.
  @inline(__always)
  private mutating func turnFour(
    _ step: Int, _ block: InlineArray<16, UInt32>, from first: Int, by stride: Int,
    shifts: (UInt32, UInt32, UInt32, UInt32), _ mixed: (MD5) -> UInt32
  ) {
    let word = first &+ stride &* step
    turn(mixed(self) &+ block[word & 15] &+ MD5.sines[step], shifts.0)
    turn(mixed(self) &+ block[(word &+ stride) & 15] &+ MD5.sines[step &+ 1], shifts.1)
    turn(mixed(self) &+ block[(word &+ 2 &* stride) & 15] &+ MD5.sines[step &+ 2], shifts.2)
    turn(mixed(self) &+ block[(word &+ 3 &* stride) & 15] &+ MD5.sines[step &+ 3], shifts.3)
  }

  @inline(__always)
  private mutating func turn(_ sum: UInt32, _ shift: UInt32) {
    (a, d, c, b) = (d, c, b, b &+ rotated(a &+ sum, shift))
  }

  /// 2^32 times the sine of 1, 2, 3 ….
  private static let sines: InlineArray<64, UInt32> = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
  ]
}
