/// Decompression of DEFLATE (RFC 1951) as clients store it: with zlib's head (RFC 1950) or gzip's (RFC 1952), and as php-memcached
/// writes it, with the length before it.
///
/// For looking at values only, so that the daemon needs no library for it: slow, and bounded. **Bounds.** 256 KB come out at most;
/// each step takes at least a bit of the input or ends, and a code that is none ends it.
struct Inflate {
  static let maxOutput = 256 << 10
  private static let (stored, fixed, dynamic) = (0, 1, 2)

  private let input: ArraySlice<UInt8>
  private var position: Int
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []
  /// It ended where more should have come.
  private var isCut = false

  /// What was compressed; nil where this is nothing of the kind. Of more than `maxOutput` the beginning.
  static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    zlib(bytes[...]) ?? gzip(bytes[...]) ?? (bytes.count > 4 ? zlib(bytes.dropFirst(4)) : nil)
  }

  private static func zlib(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard bytes.count >= 6 else { return nil }
    let (method, flags) = (bytes[bytes.startIndex], bytes[bytes.startIndex + 1])
    let isHead = method & 15 == 8 && method >> 4 <= 7 && (Int(method) << 8 | Int(flags)).isMultiple(of: 31)
    guard isHead, flags & 32 == 0 else { return nil }
    return inflate(bytes.dropFirst(2))
  }

  private static func gzip(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    let start = bytes.startIndex
    // Without a name and the like, as clients write it.
    guard bytes.count >= 18, bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8,
      bytes[start + 3] == 0
    else { return nil }
    return inflate(bytes.dropFirst(10))
  }

  private static func inflate(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var inflate = Inflate(bytes)
    return inflate.run() ? inflate.output : nil
  }

  private init(_ input: ArraySlice<UInt8>) { (self.input, position) = (input, input.startIndex) }

  private mutating func run() -> Bool {
    while true {
      let isLast = take(1) == 1
      let isDone: Bool
      switch Int(take(2)) {
      case Self.stored: isDone = copyStored()
      case Self.fixed: isDone = decode(Huffman.fixedLiterals, Huffman.fixedDistances)
      case Self.dynamic: isDone = decodeDynamic()
      default: return false
      }
      if output.count >= Self.maxOutput { return true }
      if !isDone || isCut { return false }
      if isLast { return true }
    }
  }

  /// Zeros past the end, which is remembered.
  private mutating func take(_ count: Int) -> UInt32 {
    while bitCount < count {
      guard position < input.endIndex else {
        isCut = true
        return 0
      }
      bits |= UInt32(input[position]) << UInt32(bitCount)
      position += 1
      bitCount += 8
    }
    defer {
      bits >>= UInt32(count)
      bitCount -= count
    }
    return bits & (1 << UInt32(count) - 1)
  }

  private mutating func copyStored() -> Bool {
    (bits, bitCount) = (0, 0)
    guard input.endIndex - position >= 4 else { return false }
    let count = Int(input[position]) | Int(input[position + 1]) << 8
    let inverse = Int(input[position + 2]) | Int(input[position + 3]) << 8
    position += 4
    guard count ^ inverse == 0xFFFF, count <= input.endIndex - position else { return false }
    output += input[position..<position + count]
    position += count
    return true
  }

  private mutating func decodeDynamic() -> Bool {
    let (literals, distances, lengths) = (Int(take(5)) + 257, Int(take(5)) + 1, Int(take(4)) + 4)
    var counts = [UInt8](repeating: 0, count: 19)
    for index in 0..<lengths { counts[Self.lengthOrder[index]] = UInt8(take(3)) }
    guard !isCut, let code = Huffman(counts) else { return false }
    var all: [UInt8] = []
    while all.count < literals + distances {
      guard let symbol = symbol(code), !isCut else { return false }
      switch symbol {
      case 0...15: all.append(UInt8(symbol))
      case 16:
        guard let last = all.last else { return false }
        all += repeatElement(last, count: 3 + Int(take(2)))
      case 17: all += repeatElement(0, count: 3 + Int(take(3)))
      default: all += repeatElement(0, count: 11 + Int(take(7)))
      }
    }
    guard all.count == literals + distances, let one = Huffman(Array(all[..<literals])),
      let other = Huffman(Array(all[literals...]))
    else { return false }
    return decode(one, other)
  }

  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func symbol(_ code: Huffman) -> Int? {
    var reader = Huffman.Reader()
    while !isCut {
      switch code.next(&reader, bit: Int(take(1))) {
      case .found(let symbol): return symbol
      case .more: continue
      case .none: return nil
      }
    }
    return nil
  }

  private mutating func decode(_ literals: Huffman, _ distances: Huffman) -> Bool {
    while output.count < Self.maxOutput {
      guard let symbol = symbol(literals), symbol < 286 else { return false }
      if symbol == 256 { return true }
      if symbol < 256 {
        output.append(UInt8(symbol))
      } else if !copy(symbol - 257, distances) {
        return false
      }
    }
    return true
  }

  private mutating func copy(_ place: Int, _ distances: Huffman) -> Bool {
    let length = Self.lengths[place] + Int(take(Self.lengthBits[place]))
    guard let code = symbol(distances), code < 30 else { return false }
    let distance = Self.distances[code] + Int(take(Self.distanceBits[code]))
    guard !isCut, distance <= output.count else { return false }
    for _ in 0..<length { output.append(output[output.count - distance]) }
    return true
  }

  private static let lengths = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distances = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12_289, 16_385, 24_577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
}
