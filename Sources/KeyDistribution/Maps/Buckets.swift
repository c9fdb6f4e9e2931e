/// A number mod how many buckets there are; a server may have several.
struct Buckets: Sendable {
  private let hash: RingHash
  private let buckets: [Int]

  /// - Precondition: there is a bucket.
  init(_ hash: RingHash, _ buckets: [Int]) {
    self.hash = hash
    self.buckets = buckets
  }

  func server(for key: Span<UInt8>) -> Int { buckets[Int(hash(key)) % buckets.count] }
}

/// The number of a key, as the programs with buckets and rings make it.
enum RingHash: Sendable {
  case of(KeyHash)
  case tagged(KeyHash, HashTag?)
  case djb
  /// MD5, and djb where it gives 0, as magent has it. `mask`: what magent 0.5 and 0.6 leave of it.
  case magent(mask: UInt32)

  func callAsFunction(_ key: Span<UInt8>) -> UInt32 {
    switch self {
    case .of(let hash), .tagged(let hash, nil): return hash(key)
    case .tagged(let hash, let tag?): return hash(key.extracting(tag.part(of: key)))
    case .djb: return djbHash(key)
    case .magent(let mask):
      let number = MD5.digest(key).a & mask
      return number == 0 ? djbHash(key) : number
    }
  }
}

/// Daniel Bernstein's hash, as magent has it: without the sign of the sum.
func djbHash(_ key: Span<UInt8>) -> UInt32 {
  var hash: UInt32 = 5381
  for index in key.indices { hash = hash &* 33 &+ key[index].signExtended }
  return hash & 0x7fff_ffff
}
