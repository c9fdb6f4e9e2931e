/// A canonical Huffman code, by how many bits each symbol has (RFC 1951, 3.2.2): walked bit by bit.
struct Huffman: Sendable {
  /// Symbols with so many bits, and all symbols in the order of their codes.
  private var counts = [Int](repeating: 0, count: 16)
  private var symbols: [Int]

  /// Nil where more codes are told than there are.
  init?(_ lengths: [UInt8]) {
    for length in lengths { counts[Int(min(length, 15))] += 1 }
    var left = 1
    for length in 1...15 {
      left = left << 1 - counts[length]
      if left < 0 { return nil }
    }
    var starts = [Int](repeating: 0, count: 16)
    for length in 1..<15 { starts[length + 1] = starts[length] + counts[length] }
    symbols = [Int](repeating: 0, count: lengths.count)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      symbols[starts[Int(length)]] = symbol
      starts[Int(length)] += 1
    }
    counts[0] = 0
  }

  struct Reader {
    fileprivate var (code, first, index, length) = (0, 0, 0, 1)
  }

  enum Step {
    case found(Int), more, none
  }

  func next(_ reader: inout Reader, bit: Int) -> Step {
    guard reader.length <= 15 else { return .none }
    reader.code |= bit
    let count = counts[reader.length]
    if reader.code - count < reader.first { return .found(symbols[reader.index + reader.code - reader.first]) }
    reader.index += count
    reader.first = (reader.first + count) << 1
    reader.code <<= 1
    reader.length += 1
    return .more
  }

  static let fixedLiterals = known(
    [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
      + [UInt8](repeating: 8, count: 8))
  static let fixedDistances = known([UInt8](repeating: 5, count: 30))

  private static func known(_ lengths: [UInt8]) -> Huffman {
    guard let code = Huffman(lengths) else { preconditionFailure("the standard's own code") }
    return code
  }
}
