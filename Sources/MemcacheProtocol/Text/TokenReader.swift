/// Reads the words of a line, which only spaces part: control bytes belong to a word, as in memcached.
package struct TokenReader: Sendable, BitwiseCopyable {
  private var position: Int
  private let end: Int

  package init(_ range: ByteRange) {
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next word, or an empty range after the last.
  package mutating func next(in input: Span<UInt8>) -> ByteRange {
    let start = input.skipSpaces(from: position, to: end)
    position = input.firstIndex(of: .space, from: start, to: end)
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

  /// Whether the last word left is `noreply`.
  func endsWithNoreply(in input: Span<UInt8>) -> Bool {
    let word = last(in: input)
    return word.count == 7 && input.packed(word) == UInt64(ascii: "n", "o", "r", "e", "p", "l", "y")
  }
}
