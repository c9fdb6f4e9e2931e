/// Keyed 64-bit hash of a key.
///
/// Folded multiplication over 16 bytes a step, in the manner of wyhash. All four multiplicands are random numbers of the
/// process, not published constants, so that no client can compute keys that collide. The low bits choose bucket and stripe,
/// the highest byte is the tag.
@usableFromInline package struct KeyHash: Sendable {
  @usableFromInline let first, second, third, fourth: UInt64

  init(using random: inout some RandomNumberGenerator) {
    // Odd, so that no multiplicand is zero.
    first = random.next() | 1
    second = random.next() | 1
    third = random.next() | 1
    fourth = random.next() | 1
  }

  /// With random numbers of the system, or with a seed: then with the same ones every time.
  init(seed: UInt64?) {
    guard let seed else {
      var random = SystemRandomNumberGenerator()
      self.init(using: &random)
      return
    }
    let published = Self.published
    self.init(
      published.mix(seed, 1) | 1, published.mix(seed, 2) | 1, published.mix(seed, 3) | 1, published.mix(seed, 4) | 1)
  }

  /// With multiplicands that every process has: for digests that two daemons compare, never for the index.
  static let published = KeyHash(
    0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)

  private init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
    (self.first, self.second, self.third, self.fourth) = (first, second, third, fourth)
  }

  /// Takes one more word into a hash.
  func mix(_ state: UInt64, _ word: UInt64) -> UInt64 { fold(state ^ third, word ^ fourth) &+ first }

  @inlinable @inline(__always) package func hash(_ key: Span<UInt8>) -> UInt64 {
    unsafe key.withUnsafeBytes { unsafe hash($0) }
  }

  @inlinable @inline(__always) func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard let base = bytes.baseAddress else { return first }
    let count = bytes.count
    var seed = first
    var low: UInt64 = 0
    var high: UInt64 = 0
    if count > 16 {
      var offset = 0
      while offset &+ 16 < count {
        seed = unsafe fold(word(base, offset) ^ second, word(base, offset &+ 8) ^ seed)
        offset &+= 16
      }
      low = unsafe word(base, count - 16)
      high = unsafe word(base, count - 8)
    } else if count >= 8 {
      low = unsafe word(base, 0)
      high = unsafe word(base, count - 8)
    } else if count >= 4 {
      low = unsafe UInt64(base.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
      high = unsafe UInt64(base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    } else if count > 0 {
      low = unsafe UInt64(base.load(as: UInt8.self)) << 16
      low |= unsafe UInt64(base.load(fromByteOffset: count >> 1, as: UInt8.self)) << 8
      low |= unsafe UInt64(base.load(fromByteOffset: count - 1, as: UInt8.self))
    }
    return fold(third ^ UInt64(count), fold(low ^ second, high ^ seed) ^ fourth)
  }

  @inlinable @inline(__always) func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inlinable @inline(__always) func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
