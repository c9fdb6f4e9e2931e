import MemcacheProtocol

/// The flags of a meta answer that were asked for.
struct MetaFlags {
  private(set) var opaque: UInt32?
  private var flags: UInt32 = 0
  private var casUnique: UInt64?

  init(_ input: Span<UInt8>, _ range: ByteRange) {
    var words = TokenReader(range)
    while true {
      let word = words.next(in: input)
      guard !word.isEmpty else { return }
      let number = input.unsigned64(ByteRange(start: word.lowerBound + 1, count: word.count - 1))
      switch input[word.lowerBound] {
      case UInt8(ascii: "O"): opaque = number.flatMap { UInt32(exactly: $0) }
      case UInt8(ascii: "f"): flags = number.flatMap { UInt32(exactly: $0) } ?? 0
      case UInt8(ascii: "c"): casUnique = number
      default: break
      }
    }
  }

  func item(_ key: [UInt8], _ value: [UInt8]) -> Item {
    Item(key: key, value: value, flags: flags, casUnique: casUnique)
  }
}

extension [UInt8] {
  package init(copying bytes: Span<UInt8>) {
    self.init(capacity: bytes.count) { output in
      for index in bytes.indices { output.append(bytes[index]) }
    }
  }
}
