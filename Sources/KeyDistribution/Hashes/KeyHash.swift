/// The hash functions of libmemcached and twemproxy, by twemproxy's names. Each gives 32 bits.
///
/// Both programs are written in C on x86, where a `char` has a sign: bytes of 0x80 and more are extended by it before some of
/// the functions use them. `fnv1a_64` has 64 bits in its name only.
package enum KeyHash: String, Hashable, Sendable, CaseIterable {
  /// libmemcached's default.
  case oneAtATime = "one_at_a_time"
  case md5
  case crc16
  /// 15 bits of the CRC; libmemcached's `HASH_CRC`.
  case crc32
  /// All 32 bits of it.
  case crc32a
  case fnv1x64 = "fnv1_64"
  case fnv1ax64 = "fnv1a_64"
  case fnv1x32 = "fnv1_32"
  case fnv1ax32 = "fnv1a_32"
  case hsieh
  case murmur
  case jenkins

  package func callAsFunction(_ key: Span<UInt8>) -> UInt32 {
    switch self {
    case .oneAtATime: jenkinsOneAtATime(key)
    case .md5: MD5.digest(key).a
    case .crc16: crc16Unmasked(key)
    case .crc32: CRC32.folded(key)
    case .crc32a: CRC32.hash(key)
    case .fnv1x64: FNV.hash64(key)
    case .fnv1ax64: FNV.hash1a64(key)
    case .fnv1x32: FNV.hash32(key)
    case .fnv1ax32: FNV.hash1a32(key)
    case .hsieh: superFastHash(key)
    case .murmur: murmurHash2(key)
    case .jenkins: lookup3(key)
    }
  }
}

extension UInt8 {
  /// As C has it where a `char` has a sign.
  var signExtended: UInt32 { UInt32(bitPattern: Int32(Int8(bitPattern: self))) }
}

extension Span<UInt8> {
  /// `count` bytes, 4 at most, as a number whose first byte is the lowest.
  func littleEndian(at start: Int, count: Int) -> UInt32 {
    var word: UInt32 = 0
    for index in 0..<count { word |= UInt32(self[start &+ index]) &<< UInt32(8 &* index) }
    return word
  }

  @inline(__always)
  func word(at start: Int) -> UInt32 {
    UInt32(self[start]) | UInt32(self[start &+ 1]) &<< 8 | UInt32(self[start &+ 2]) &<< 16
      | UInt32(self[start &+ 3]) &<< 24
  }
}
