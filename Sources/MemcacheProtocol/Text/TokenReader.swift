/// Reads the words of a line, which only spaces part: control bytes belong to a word, as in memcached.
package struct TokenReader: Sendable, BitwiseCopyable {
  private var position: Int
  private let beginning: Int
  let end: Int

  package init(_ range: ByteRange) {
    position = range.lowerBound
    beginning = range.lowerBound
    end = range.upperBound
  }

  /// Where what is not read yet begins.
  var start: Int { position }

  /// The next word, or an empty range after the last.
  package mutating func next(in input: Span<UInt8>) -> ByteRange {
    let start = input.skipSpaces(from: position, to: end)
    position = input.firstSpace(from: start, to: end)
    return ByteRange(start: start, count: position &- start)
  }

  /// The last word of what is not read yet; empty if there is none.
  package func last(in input: Span<UInt8>) -> ByteRange {
    var stop = end
    while stop > position, input[stop &- 1] == UInt8.space { stop &-= 1 }
    var start = stop
    while start > position, input[start &- 1] != UInt8.space { start &-= 1 }
    return ByteRange(start: start, count: stop &- start)
  }

  /// All that is not read yet, without the spaces before it.
  package func rest(in input: Span<UInt8>) -> ByteRange {
    let start = input.skipSpaces(from: position, to: end)
    return ByteRange(start: start, count: end &- start)
  }

  /// Whether the last word left is `noreply`. As in memcached it is not looked for behind so many words.
  func endsWithNoreply(in input: Span<UInt8>) -> Bool {
    hasLastNoreply(input) && (end &- beginning < Self.minLongCount || !hasTooManyWords(input))
  }

  /// Of the whole line, `noreply` included.
  private static let maxWords = 23
  /// The bytes of a line of more words than those, at least.
  private static let minLongCount = 2 * maxWords + 7

  @inline(never)
  private func hasTooManyWords(_ input: Span<UInt8>) -> Bool {
    var words = TokenReader(ByteRange(start: beginning, count: end &- beginning))
    for _ in 0..<Self.maxWords { _ = words.next(in: input) }
    return !words.next(in: input).isEmpty
  }

  private func hasLastNoreply(_ input: Span<UInt8>) -> Bool {
    // Nearly every line is decided by its last bytes.
    if end &- position >= 8 {
      if input.word(at: end &- 8) == Self.spacedNoreply { return true }
      if input[end &- 1] != UInt8(ascii: "y"), input[end &- 1] != .space { return false }
    }
    let word = last(in: input)
    return word.count == 7 && input.packed(word) == Self.spacedNoreply &>> 8
  }

  /// ` noreply` as a word.
  @inline(__always) static var spacedNoreply: UInt64 { UInt64(ascii: " ", "n", "o", "r", "e", "p", "l", "y") }
}
