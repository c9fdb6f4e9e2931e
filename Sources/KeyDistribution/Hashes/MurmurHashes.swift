/// Austin Appleby's MurmurHash2, with the seed that libmemcached gives it.
func murmurHash2(_ key: Span<UInt8>) -> UInt32 {
  let multiplier: UInt32 = 0x5bd1_e995
  let count = UInt32(truncatingIfNeeded: key.count)
  var hash = (0xdead_beef &* count) ^ count
  var start = 0
  while key.count &- start >= 4 {
    var word = key.word(at: start) &* multiplier
    word = (word ^ word >> 24) &* multiplier
    hash = hash &* multiplier ^ word
    start &+= 4
  }
  if key.count > start { hash = (hash ^ key.littleEndian(at: start, count: key.count &- start)) &* multiplier }
  hash = (hash ^ hash >> 13) &* multiplier
  return hash ^ hash >> 15
}

/// MurmurHash3's 32-bit form, byte by byte: what pymemcache hashes begins with the server, the same for every key.
struct Murmur3 {
  private var hash: UInt32 = 0
  private var word: UInt32 = 0
  private var count: UInt32 = 0

  @inline(__always)
  mutating func add(_ byte: UInt8) {
    word |= UInt32(byte) &<< (8 &* (count & 3))
    count &+= 1
    guard count & 3 == 0 else { return }
    hash = rotated(hash ^ Murmur3.mixed(word), 13) &* 5 &+ 0xe654_6b64
    word = 0
  }

  var value: UInt32 {
    var result = hash ^ Murmur3.mixed(word) ^ count
    result = (result ^ result >> 16) &* 0x85eb_ca6b
    result = (result ^ result >> 13) &* 0xc2b2_ae35
    return result ^ result >> 16
  }

  private static func mixed(_ word: UInt32) -> UInt32 { rotated(word &* 0xcc9e_2d51, 15) &* 0x1b87_3593 }
}

/// What ends MurmurHash3's 64-bit form: each bit of the input moves half of the bits.
func mixed64(_ hash: UInt64) -> UInt64 {
  var result = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
  result = (result ^ result >> 33) &* 0xc4ce_b9fe_1a85_ec53
  return result ^ result >> 33
}
