/// A value taken into a digest piece by piece. The pieces do not count, only the bytes: the two of a pair may have chunks of
/// different sizes (`-f`, `-n`, `-I`).
struct ValueDigest {
  private var state: UInt64
  /// The beginning of a block whose end is in the next piece.
  private var pending: [UInt8] = []

  private static let block = 4096

  init(_ state: UInt64) { self.state = state }

  /// The same for a value that stands in one piece.
  static func digest(_ state: UInt64, _ value: Span<UInt8>) -> UInt64 {
    var digest = ValueDigest(state)
    if 1...block ~= value.count { digest.take(value) } else { digest.add(value) }
    return digest.end()
  }

  /// Returns that it wants more, as walks over pieces ask.
  @discardableResult mutating func add(_ piece: Span<UInt8>) -> Bool {
    var position = 0
    while position < piece.count {
      let count = min(Self.block - pending.count, piece.count - position)
      let bytes = piece.extracting(position..<position + count)
      position += count
      if pending.isEmpty, count == Self.block {
        take(bytes)
      } else {
        for index in bytes.indices { pending.append(bytes[index]) }
        if pending.count == Self.block { takePending() }
      }
    }
    return true
  }

  mutating func end() -> UInt64 {
    if !pending.isEmpty { takePending() }
    return state
  }

  private mutating func take(_ bytes: Span<UInt8>) {
    state = KeyHash.published.mix(state, KeyHash.published.hash(bytes))
  }

  private mutating func takePending() {
    let hash = KeyHash.published.hash(pending.span)
    state = KeyHash.published.mix(state, hash)
    pending.removeAll(keepingCapacity: true)
  }
}
