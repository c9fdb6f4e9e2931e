// The client's half of the text protocol: bytes to replies. Used by the load generator, which checks every answer, so
// it is strict: lines end with CRLF, numbers are plain, a value is followed by CRLF, or the reply is malformed.
//
//     VALUE k 0 3\r\nabc\r\nEND\r\n        value(k, 0, abc), then answer(end)

/// The parser of answers: one call, one reply, no state.
package enum TextReplyParser {
  /// A line longer than this is no answer; a value's length is bounded by `ProtocolLimits.maxValueCount`.
  private static let maxLineCount = 8192

  package static func parse(_ input: Span<UInt8>, from offset: Int = 0) -> TextReplyParse {
    let newline = input.firstNewline(from: offset)
    let count = newline &- offset
    guard newline < input.count else {
      return count <= maxLineCount ? .incomplete(needed: count &+ 1) : .malformed
    }
    guard count > 1, input[newline &- 1] == UInt8.carriageReturn else { return .malformed }
    let line = ByteRange(start: offset, count: count &- 1)
    var words = TokenReader(line)
    let word = words.next(in: input)
    if word.count == 5, input.packed(word) == UInt64(ascii: "V", "A", "L", "U", "E") {
      return value(input, &words, from: offset, dataAt: newline &+ 1)
    }
    guard let reply = reply(input, line, word, &words) else { return .malformed }
    return .reply(reply, count: count &+ 1)
  }

  private static func value(
    _ input: Span<UInt8>, _ words: inout TokenReader, from offset: Int, dataAt start: Int
  ) -> TextReplyParse {
    let key = words.next(in: input)
    guard let flags = input.unsigned64(words.next(in: input)), flags <= UInt32.max,
      let valueCount = input.unsigned64(words.next(in: input)), valueCount <= ProtocolLimits.maxValueCount
    else { return .malformed }
    let last = words.next(in: input)
    let casUnique = input.unsigned64(last)
    guard last.isEmpty || casUnique != nil, words.rest(in: input).isEmpty else { return .malformed }
    let end = start &+ Int(valueCount)
    guard end &+ 2 <= input.count else { return .incomplete(needed: end &+ 2 &- offset) }
    guard input[end] == UInt8.carriageReturn, input[end &+ 1] == UInt8.newline else { return .malformed }
    let value = ByteRange(start: start, count: Int(valueCount))
    let reply = TextReply.value(
      key: key, flags: UInt32(truncatingIfNeeded: flags), value: value, casUnique: casUnique)
    return .reply(reply, count: end &+ 2 &- offset)
  }

  /// A reply of one line.
  private static func reply(
    _ input: Span<UInt8>, _ line: ByteRange, _ word: ByteRange, _ words: inout TokenReader
  ) -> TextReply? {
    if let answer = answer(input, word), words.rest(in: input).isEmpty { return .answer(answer) }
    if isError(input, word) { return .error(line) }
    if isWord(input, word, "STAT") { return .statistic(name: words.next(in: input), value: words.rest(in: input)) }
    if isWord(input, word, "VERSION") { return .version(words.rest(in: input)) }
    guard words.rest(in: input).isEmpty, let number = input.unsigned64(word) else { return nil }
    return .number(number)
  }

  private static func answer(_ input: Span<UInt8>, _ word: ByteRange) -> TextAnswer? {
    switch input.packed(word) {
    case UInt64(ascii: "E", "N", "D"): word.count == 3 ? .end : nil
    case UInt64(ascii: "S", "T", "O", "R", "E", "D"): word.count == 6 ? .stored : nil
    case UInt64(ascii: "N", "O", "T", "_", "F", "O", "U", "N"): isWord(input, word, "NOT_FOUND") ? .notFound : nil
    case UInt64(ascii: "N", "O", "T", "_", "S", "T", "O", "R"): isWord(input, word, "NOT_STORED") ? .notStored : nil
    case UInt64(ascii: "E", "X", "I", "S", "T", "S"): word.count == 6 ? .exists : nil
    case UInt64(ascii: "D", "E", "L", "E", "T", "E", "D"): word.count == 7 ? .deleted : nil
    case UInt64(ascii: "T", "O", "U", "C", "H", "E", "D"): word.count == 7 ? .touched : nil
    case UInt64(ascii: "O", "K"): word.count == 2 ? .ok : nil
    case UInt64(ascii: "R", "E", "S", "E", "T"): word.count == 5 ? .reset : nil
    default: nil
    }
  }

  private static func isError(_ input: Span<UInt8>, _ word: ByteRange) -> Bool {
    isWord(input, word, "ERROR") || isWord(input, word, "CLIENT_ERROR") || isWord(input, word, "SERVER_ERROR")
      || isWord(input, word, "SERVER_ERROR:")
  }

  private static func isWord(_ input: Span<UInt8>, _ range: ByteRange, _ word: String) -> Bool {
    guard range.count == word.utf8.count else { return false }
    var index = range.lowerBound
    for byte in word.utf8 {
      guard input[index] == byte else { return false }
      index &+= 1
    }
    return true
  }
}

/// One answer of a server, as a client sees it: positions in the input instead of copies.
package enum TextReply: Hashable, Sendable, BitwiseCopyable {
  /// A whole VALUE block.
  case value(key: ByteRange, flags: UInt32, value: ByteRange, casUnique: UInt64?)
  case answer(TextAnswer)
  case number(UInt64)
  case version(ByteRange)
  case statistic(name: ByteRange, value: ByteRange)
  /// The whole line without its CRLF: `ERROR`, `CLIENT_ERROR …`, `SERVER_ERROR …`.
  case error(ByteRange)
}

/// What a client's look at its input found.
package enum TextReplyParse: Hashable, Sendable, BitwiseCopyable {
  /// Not all here. At least `needed` bytes from the same offset on make the reply, so the buffer must hold as many.
  case incomplete(needed: Int)
  /// A reply that takes `count` bytes.
  case reply(TextReply, count: Int)
  /// Nothing that a server says: the connection is out of step.
  case malformed
}
