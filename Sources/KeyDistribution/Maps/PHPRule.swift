// php-memcache's two ways, and how it goes on when a server is dead: it asks for "KEY-0", "KEY-1" … until it meets one that
// lives, twenty times at most. So the keys of a dead server spread over all the others, and every client finds the same one.
struct PHPRule: Sendable {
  /// `memcache.max_failover_attempts`.
  static var maxAttempts: Int { 20 }

  private let hash: PHPHash
  private let isStandard: Bool
  private let buckets: [Int]

  init(standard hash: PHPHash, _ servers: [Server]) {
    self.hash = hash
    isStandard = true
    buckets = byWeight(servers, Array(servers.indices))
  }

  /// A table of 1024 places on the ring, so that a look-up is one step.
  init(consistent hash: PHPHash, _ servers: [Server]) {
    let ring = Ring(php: hash, servers)
    self.hash = hash
    isStandard = false
    buckets = (0..<1024).map { ring.owner(of: UInt32($0) * (.max / 1024)) }
  }

  func server(for key: Span<UInt8>, isDead: [Bool]) -> Int? {
    let first = bucket(PHPState(hash, key))
    if !isDead[first] { return first }
    for attempt in 0..<PHPRule.maxAttempts {
      var state = PHPState(hash, key)
      state.add(suffix: UInt8(truncatingIfNeeded: attempt))
      let next = bucket(state)
      if !isDead[next] { return next }
    }
    return nil
  }

  private func bucket(_ state: PHPState) -> Int {
    let number = isStandard ? max(state.value >> 16 & 0x7fff, 1) : state.value
    return buckets[Int(number) % buckets.count]
  }
}

extension PHPHash {
  func callAsFunction(_ key: Span<UInt8>) -> UInt32 {
    switch self {
    case .crc32: CRC32.hash(key)
    case .fnv: FNV.hash1a32(key)
    }
  }
}

/// The hash of a key, open for what follows it.
private struct PHPState {
  private static var maxKeyCount: Int { 250 }

  private let hash: PHPHash
  private var crc = CRC32()
  private var fnv = FNV.basis32

  /// The key as php-memcache sends it: without spaces and control bytes, and never too long.
  init(_ hash: PHPHash, _ key: Span<UInt8>) {
    self.hash = hash
    for index in 0..<min(key.count, PHPState.maxKeyCount) {
      add(key[index] <= UInt8(ascii: " ") ? UInt8(ascii: "_") : key[index])
    }
  }

  /// "-N", N below 100.
  mutating func add(suffix number: UInt8) {
    add(UInt8(ascii: "-"))
    if number >= 10 { add(UInt8(ascii: "0") + number / 10) }
    add(UInt8(ascii: "0") + number % 10)
  }

  private mutating func add(_ byte: UInt8) {
    switch hash {
    case .crc32: crc.add(byte)
    case .fnv: fnv = FNV.step1a32(fnv, byte)
    }
  }

  var value: UInt32 {
    switch hash {
    case .crc32: crc.value
    case .fnv: fnv
    }
  }
}
