/// Jump consistent hash (Lamping and Veach, 2014): no table, even to the last key, and one more server takes just its share.
/// Only the last server may come or go; who takes one out of the middle moves keys between the others.
///
/// No two programs share its hash of keys, so this one is repcached's: 64-bit FNV-1a, mixed. A server has as many buckets as it weighs.
/// Where one is dead the number is mixed once more, twenty times at most.
struct JumpRule: Sendable {
  private static var maxAttempts: Int { 20 }

  private let buckets: [Int]

  init(_ servers: [Server]) { buckets = byWeight(servers, Array(servers.indices)) }

  func server(for key: Span<UInt8>, isDead: [Bool]) -> Int? {
    var number = mixed64(FNV.whole1a64(key))
    for _ in 0...JumpRule.maxAttempts {
      let server = buckets[JumpRule.bucket(of: number, among: buckets.count)]
      if !isDead[server] { return server }
      number = mixed64(number &+ 0x9e37_79b9_7f4a_7c15)
    }
    return nil
  }

  /// The paper's figure 1.
  static func bucket(of number: UInt64, among count: Int) -> Int {
    var key = number
    var bucket = 0
    var next = 0
    while next < count {
      bucket = next
      key = key &* 2_862_933_555_777_941_757 &+ 1
      next = Int(Double(bucket &+ 1) * (Double(1 << 31) / Double((key >> 33) &+ 1)))
    }
    return bucket
  }
}
