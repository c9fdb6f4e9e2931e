// How long values are: `100`, `50:20k` (every length from 50 to 20,480 alike), or several of either with weights:
// `100=70,1k=25,5k:10k=5`. k and m are 1024 and 1024².
//
// The length belongs to the key, not to the moment: it is drawn by the key's hash, so that whoever reads the value
// knows how long it has to be.

struct ValueSizes: Sendable, Equatable, CustomStringConvertible {
  struct Part: Sendable, Equatable {
    let sizes: ClosedRange<Int>
    let weight: Double
  }

  static let limit = 1 << 30

  let description: String
  let parts: [Part]
  /// Up to where in 0..<2^32 each part reaches.
  private let bounds: [UInt64]

  init(_ text: String) throws(OptionError) {
    description = text
    var parts: [Part] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) { try parts.append(Part(piece)) }
    self.parts = parts
    let total = parts.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    bounds = parts.map { part in
      sum += part.weight
      return UInt64(sum / total * 0x1p32)
    }
  }

  var largest: Int { parts.reduce(0) { max($0, $1.sizes.upperBound) } }

  /// The length that a hash stands for.
  func size(of hash: UInt64) -> Int {
    let sizes = part(of: hash).sizes
    let choices = UInt64(sizes.upperBound &- sizes.lowerBound &+ 1)
    return sizes.lowerBound &+ Int(truncatingIfNeeded: ((hash & 0xffff_ffff) &* choices) >> 32)
  }

  private func part(of hash: UInt64) -> Part {
    if parts.count == 1 { return parts[0] }
    let place = hash >> 32
    return parts[bounds.firstIndex { place < $0 } ?? parts.count - 1]
  }
}

extension ValueSizes.Part {
  /// `SIZE[:SIZE][=WEIGHT]`
  init(_ text: Substring) throws(OptionError) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let ends = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try ByteCount.read(ends[0])
    let last = ends.count == 2 ? try ByteCount.read(ends[1]) : first
    guard first <= last else { throw OptionError("\(text): the smaller size comes first") }
    let weight = halves.count == 2 ? Double(halves[1]) : 1
    guard let weight, weight > 0, weight.isFinite else { throw OptionError("\(text): a weight is a number above 0") }
    self.init(sizes: first...last, weight: weight)
  }
}

/// Sizes as people write them: `100`, `20k`, `1m`.
enum ByteCount {
  static func read(_ text: Substring) throws(OptionError) -> Int {
    let scales: [Character: Int] = ["k": 1 << 10, "m": 1 << 20]
    let scale = text.last.flatMap { scales[Character($0.lowercased())] }
    let digits = scale == nil ? text : text.dropLast()
    guard let number = Int(digits), number >= 0, number <= ValueSizes.limit / (scale ?? 1) else {
      throw OptionError("'\(text)' is no size: say 100, 20k or 1m, up to 1024m")
    }
    return number * (scale ?? 1)
  }
}
