/// python-memcached: 15 bits of the CRC by weighted buckets. Where a server is dead the number itself is hashed, with how often
/// that was done behind it, ten times at most.
struct PythonRule: Sendable {
  private static var maxAttempts: Int { 10 }

  private let buckets: [Int]

  init(_ servers: [Server]) { buckets = byWeight(servers, Array(servers.indices)) }

  func server(for key: Span<UInt8>, isDead: [Bool]) -> Int? {
    var number = CRC32.folded(key)
    for attempt in 0..<PythonRule.maxAttempts {
      let server = buckets[Int(number) % buckets.count]
      if !isDead[server] { return server }
      number = PythonRule.hash(number, attempt)
    }
    return nil
  }

  private static func hash(_ number: UInt32, _ attempt: Int) -> UInt32 {
    var crc = CRC32()
    // 15 bits have at most five digits.
    var power: UInt32 = 10_000
    while power > 1, number / power == 0 { power /= 10 }
    while power > 0 {
      crc.add(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
    crc.add(UInt8(ascii: "0") + UInt8(attempt))
    return crc.folded
  }
}
