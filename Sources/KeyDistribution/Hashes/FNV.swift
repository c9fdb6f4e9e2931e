/// Fowler, Noll and Vo's hash, in the forms that libmemcached, twemproxy and php-memcache have of it.
enum FNV {
  static let basis32: UInt32 = 0x811c_9dc5
  static let prime32: UInt32 = 0x0100_0193
  static let basis64: UInt64 = 0xcbf2_9ce4_8422_2325
  static let prime64: UInt64 = 0x100_0000_01b3

  static func hash32(_ key: Span<UInt8>) -> UInt32 {
    var hash = basis32
    for index in key.indices { hash = hash &* prime32 ^ key[index].signExtended }
    return hash
  }

  static func hash1a32(_ key: Span<UInt8>) -> UInt32 {
    var hash = basis32
    for index in key.indices { hash = step1a32(hash, key[index]) }
    return hash
  }

  static func step1a32(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ byte.signExtended) &* prime32 }

  /// The lower half of the 64-bit hash.
  static func hash64(_ key: Span<UInt8>) -> UInt32 {
    var hash = basis64
    for index in key.indices { hash = hash &* prime64 ^ UInt64(bitPattern: Int64(Int8(bitPattern: key[index]))) }
    return UInt32(truncatingIfNeeded: hash)
  }

  /// Computed in 32 bits with the lower halves of the 64-bit numbers, as both programs do. It spreads badly.
  static func hash1a64(_ key: Span<UInt8>) -> UInt32 {
    var hash = UInt32(truncatingIfNeeded: basis64)
    for index in key.indices { hash = (hash ^ key[index].signExtended) &* UInt32(truncatingIfNeeded: prime64) }
    return hash
  }

  /// The real one: 64 bits, bytes without sign.
  static func whole1a64(_ key: Span<UInt8>) -> UInt64 {
    var hash = basis64
    for index in key.indices { hash = (hash ^ UInt64(key[index])) &* prime64 }
    return hash
  }
}
