// A ring of points: a key belongs to the first point that is no smaller than its number, beyond the last to the first.
//
//     0 ────●A───────●C──●B──────────●A────●C─────────●B──── 2^32
//                          ▲ key: A
//
// When a server goes only its own keys move. How many points a server has and what they are hashed from differs by program.
struct Ring: Sendable {
  private let hash: RingHash
  private let points: [UInt32]
  private let owners: [Int]

  private init(_ hash: RingHash, _ unsorted: [Point]) {
    // Who was given first comes first among equal points, as glibc's qsort leaves them.
    let sorted = unsorted.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
    self.hash = hash
    points = sorted.map { $0.element.number }
    owners = sorted.map { $0.element.owner }
  }

  func server(for key: Span<UInt8>) -> Int { owner(of: hash(key)) }

  func owner(of number: UInt32) -> Int {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low &+ high) / 2
      if points[middle] < number { low = middle &+ 1 } else { high = middle }
    }
    return owners[low == points.count ? 0 : low]
  }

  private struct Point {
    let number: UInt32
    let owner: Int
  }

  /// libmemcached's own ring: 100 points of a server while all weigh 1, else those of ketama.
  init(consistent hash: KeyHash, _ servers: [Server], _ living: [Int]) {
    guard servers.allSatisfy({ $0.weight == 1 }) else {
      self.init(ketama: .of(hash), servers, living) { $0.shortAddress }
      return
    }
    self.init(
      .of(hash),
      Ring.points(servers, living) { server in
        (0..<100).map { hash(bytes("\(server.shortAddress)-\($0)").span) }
      })
  }

  /// Ketama: 160 points for a server of mean weight, four out of each MD5.
  init(ketama hash: RingHash, _ servers: [Server], _ living: [Int], name: (Server) -> String) {
    let total = living.reduce(0) { $0 + servers[$1].weight }
    self.init(
      hash,
      Ring.points(servers, living) { server in
        Ring.digests(name(server), rounds: Ring.rounds(server.weight, of: total, living.count)).flatMap { $0 }
      })
  }

  /// magent's: 500 digests of each server. With `isCut` a key's number has 8 bits.
  init(magent servers: [Server], isCut: Bool) {
    self.init(
      .magent(mask: isCut ? 0xff : .max),
      Ring.points(servers, Array(servers.indices)) { server in
        Ring.digests("\(server.host)-\(server.port)", rounds: 500).flatMap { $0 }
      })
  }

  /// php-memcache's: 160 points for each share of the weight, hashed by whatever hashes the keys.
  init(php hash: PHPHash, _ servers: [Server]) {
    self.init(
      .djb,
      Ring.points(servers, Array(servers.indices)) { server in
        (0..<(160 * server.weight)).map { hash(bytes("\(server.address)-\($0)").span) }
      })
  }

  private static func points(_ servers: [Server], _ living: [Int], of numbers: (Server) -> [UInt32]) -> [Point] {
    living.flatMap { index in numbers(servers[index]).map { Point(number: $0, owner: index) } }
  }

  private static func digests(_ name: String, rounds: Int) -> [[UInt32]] {
    (0..<rounds).map { round in
      let digest = MD5.digest(bytes("\(name)-\(round)").span)
      return [digest.a, digest.b, digest.c, digest.d]
    }
  }

  /// As libmemcached and twemproxy compute it: in floats, whose rounding decides over the last point.
  private static func rounds(_ weight: Int, of total: Int, _ count: Int) -> Int {
    let share = Float(weight) / Float(total)
    return Int(Float(Double(share * 160 / 4 * Float(count)) + 0.000_000_000_1))
  }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
