import Testing

@testable import KeyDistribution

struct KeyHashTests {
  /// The values of RFC 1321, A.5.
  @Test(
    "MD5 is that of the standard",
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ])
  func md5IsThatOfThe(_ text: String, _ expected: String) {
    let digest = MD5.digest(Array(text.utf8).span)
    let hex = [digest.a, digest.b, digest.c, digest.d].map { word in
      let digits = String(word.byteSwapped, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }
    #expect(hex.joined() == expected)
  }

  /// Check values of their authors and of zlib, for "123456789" and the like.
  @Test("hashes have the values that are published for them") func hashesHaveTheValuesThat() {
    let digits = Array("123456789".utf8)
    #expect(KeyHash.crc32a(digits.span) == 0xcbf4_3926)
    #expect(KeyHash.crc16(Array("1".utf8).span) & 0xffff == 0x2672)
    #expect(KeyHash.fnv1ax32(Array("foobar".utf8).span) == 0xbf9c_f968)
    #expect(KeyHash.fnv1x32(Array("foobar".utf8).span) == 0x31f0_b262)
    #expect(FNV.whole1a64(Array("foobar".utf8).span) == 0x8594_4171_f739_67e8)
    #expect(KeyHash.oneAtATime(Array("a".utf8).span) == 0xca2e_9442)
  }

  @Test("a hash takes a key of any length", arguments: KeyHash.allCases)
  func aHashTakesAKey(_ hash: KeyHash) {
    let numbers = (0...250).map { hash(Array(repeating: 0xc3, count: $0).span) }
    #expect(Set(numbers).count > 200)
  }
}
