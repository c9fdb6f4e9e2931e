/// The first word of a line.
enum TextVerb {
  case get, gets, gat, gats
  case storage(StorageVerb)
  case delete, incr, decr, touch
  case flushAll, version, verbosity, stats, slabs, quit, shutdown, replication
  case memoryLimit, lru, crawler, watch, refreshCertificates
  case meta(MetaVerb)
  case unknown

  /// Compares the word as one integer, chosen by its length first.
  init(_ input: Span<UInt8>, _ word: ByteRange) {
    let packed = input.packed(word)
    switch word.count {
    case 2: self = MetaVerb(packed).map { .meta($0) } ?? .unknown
    case 3: self = Self.ofThree(packed)
    case 4: self = Self.ofFour(packed)
    case 5: self = Self.ofFive(packed)
    case 6: self = Self.ofSix(packed)
    case 7: self = Self.ofSeven(packed)
    case 8: self = packed == UInt64(ascii: "s", "h", "u", "t", "d", "o", "w", "n") ? .shutdown : .unknown
    case 9: self = Self.ofNine(packed, input[word.upperBound &- 1])
    case 11, 13, 14: self = Self.ofMany(packed, input, word)
    default: self = .unknown
    }
  }

  private static func ofThree(_ packed: UInt64) -> TextVerb {
    switch packed {
    case UInt64(ascii: "g", "e", "t"): .get
    case UInt64(ascii: "s", "e", "t"): .storage(.set)
    case UInt64(ascii: "a", "d", "d"): .storage(.add)
    case UInt64(ascii: "c", "a", "s"): .storage(.cas)
    case UInt64(ascii: "g", "a", "t"): .gat
    case UInt64(ascii: "l", "r", "u"): .lru
    default: .unknown
    }
  }

  private static func ofFour(_ packed: UInt64) -> TextVerb {
    switch packed {
    case UInt64(ascii: "g", "e", "t", "s"): .gets
    case UInt64(ascii: "i", "n", "c", "r"): .incr
    case UInt64(ascii: "d", "e", "c", "r"): .decr
    case UInt64(ascii: "g", "a", "t", "s"): .gats
    case UInt64(ascii: "q", "u", "i", "t"): .quit
    default: .unknown
    }
  }

  private static func ofFive(_ packed: UInt64) -> TextVerb {
    switch packed {
    case UInt64(ascii: "t", "o", "u", "c", "h"): .touch
    case UInt64(ascii: "s", "t", "a", "t", "s"): .stats
    case UInt64(ascii: "s", "l", "a", "b", "s"): .slabs
    case UInt64(ascii: "w", "a", "t", "c", "h"): .watch
    default: .unknown
    }
  }

  private static func ofSix(_ packed: UInt64) -> TextVerb {
    switch packed {
    case UInt64(ascii: "d", "e", "l", "e", "t", "e"): .delete
    case UInt64(ascii: "a", "p", "p", "e", "n", "d"): .storage(.append)
    default: .unknown
    }
  }

  private static func ofSeven(_ packed: UInt64) -> TextVerb {
    switch packed {
    case UInt64(ascii: "r", "e", "p", "l", "a", "c", "e"): .storage(.replace)
    case UInt64(ascii: "p", "r", "e", "p", "e", "n", "d"): .storage(.prepend)
    case UInt64(ascii: "v", "e", "r", "s", "i", "o", "n"): .version
    default: .unknown
    }
  }

  private static func ofNine(_ packed: UInt64, _ last: UInt8) -> TextVerb {
    switch (packed, last) {
    case (UInt64(ascii: "f", "l", "u", "s", "h", "_", "a", "l"), UInt8(ascii: "l")): .flushAll
    case (UInt64(ascii: "v", "e", "r", "b", "o", "s", "i", "t"), UInt8(ascii: "y")): .verbosity
    default: .unknown
    }
  }

  private static func ofMany(_ packed: UInt64, _ input: Span<UInt8>, _ word: ByteRange) -> TextVerb {
    let rest = input.packed(ByteRange(start: word.lowerBound &+ 8, count: word.count &- 8))
    switch (packed, rest) {
    case (UInt64(ascii: "r", "e", "p", "l", "i", "c", "a", "t"), UInt64(ascii: "i", "o", "n")): return .replication
    case (UInt64(ascii: "l", "r", "u", "_", "c", "r", "a", "w"), UInt64(ascii: "l", "e", "r")): return .crawler
    case (UInt64(ascii: "c", "a", "c", "h", "e", "_", "m", "e"), UInt64(ascii: "m", "l", "i", "m", "i", "t")):
      return .memoryLimit
    case (UInt64(ascii: "r", "e", "f", "r", "e", "s", "h", "_"), UInt64(ascii: "c", "e", "r", "t", "s")):
      return .refreshCertificates
    default: return .unknown
    }
  }

  /// Whether it is known also behind spaces.
  var mayBeIndented: Bool {
    switch self {
    case .flushAll, .verbosity, .slabs, .shutdown, .memoryLimit, .lru, .crawler, .refreshCertificates: true
    default: false
    }
  }

  var isRetrieval: Bool {
    switch self {
    case .get, .gets, .gat, .gats: true
    default: false
    }
  }
}
