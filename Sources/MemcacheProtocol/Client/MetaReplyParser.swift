// The client's half of the meta commands: bytes to replies. As strict as `TextReplyParser`, and without state.
//
//     VA 3 f7 Oab\r\nabc\r\n        item(flags: "f7 Oab", value: "abc")
//     HD Oab\r\n                    answer(stored or hit, flags: "Oab")

package enum MetaReplyParser {
  /// Twenty flags of 32 bytes and a key of 250 in base64 have room in it; an error's line, too.
  private static let maxLineCount = 2048

  package static func parse(_ input: Span<UInt8>, from offset: Int = 0) -> MetaReplyParse {
    let newline = input.firstNewline(from: offset)
    let count = newline &- offset
    guard newline < input.count else {
      return count <= maxLineCount ? .incomplete(needed: count &+ 1) : .malformed
    }
    guard count > 1, input[newline &- 1] == UInt8.carriageReturn else { return .malformed }
    var words = TokenReader(ByteRange(start: offset, count: count &- 1))
    let word = words.next(in: input)
    if word.count == 2, input.packed(word) == UInt64(ascii: "V", "A") {
      return item(input, &words, from: offset, dataAt: newline &+ 1)
    }
    let rest = words.rest(in: input)
    if let answer = answer(input, word) { return .reply(.answer(answer, flags: rest), count: count &+ 1) }
    guard isError(input, word) else { return .malformed }
    return .reply(.error(ByteRange(start: offset, count: count &- 1)), count: count &+ 1)
  }

  private static func item(
    _ input: Span<UInt8>, _ words: inout TokenReader, from offset: Int, dataAt start: Int
  ) -> MetaReplyParse {
    guard let count = input.unsigned64(words.next(in: input)), count <= ProtocolLimits.maxValueCount else {
      return .malformed
    }
    let flags = words.rest(in: input)
    let end = start &+ Int(count)
    guard end &+ 2 <= input.count else { return .incomplete(needed: end &+ 2 &- offset) }
    guard input[end] == UInt8.carriageReturn, input[end &+ 1] == UInt8.newline else { return .malformed }
    let value = ByteRange(start: start, count: Int(count))
    return .reply(.item(flags: flags, value: value), count: end &+ 2 &- offset)
  }

  private static func answer(_ input: Span<UInt8>, _ word: ByteRange) -> MetaAnswer? {
    guard word.count == 2 else { return nil }
    return switch input.packed(word) {
    case UInt64(ascii: "H", "D"): .done
    case UInt64(ascii: "E", "N"): .miss
    case UInt64(ascii: "N", "S"): .notStored
    case UInt64(ascii: "E", "X"): .exists
    case UInt64(ascii: "N", "F"): .notFound
    case UInt64(ascii: "M", "N"): .noop
    case UInt64(ascii: "M", "E"): .debug
    default: nil
    }
  }

  private static func isError(_ input: Span<UInt8>, _ word: ByteRange) -> Bool {
    let text = input.bytes(in: word)
    guard text.count >= 5 else { return false }
    return text.count == 5
      ? text.isEqual(to: "ERROR") : text.isEqual(to: "CLIENT_ERROR") || text.isEqual(to: "SERVER_ERROR")
  }
}

extension Span<UInt8> {
  fileprivate func isEqual(to word: String) -> Bool {
    guard count == word.utf8.count else { return false }
    var index = 0
    for byte in word.utf8 {
      guard self[index] == byte else { return false }
      index &+= 1
    }
    return true
  }
}

package enum MetaAnswer: Hashable, Sendable, BitwiseCopyable {
  /// `HD`.
  case done
  /// `EN`.
  case miss
  /// `NS`.
  case notStored
  /// `EX`.
  case exists
  /// `NF`.
  case notFound
  /// `MN`.
  case noop
  /// `ME`.
  case debug
}

/// One answer to a meta command: positions in the input instead of copies.
package enum MetaReply: Hashable, Sendable, BitwiseCopyable {
  /// A whole VA block; its flags as they stand there, divided by spaces.
  case item(flags: ByteRange, value: ByteRange)
  case answer(MetaAnswer, flags: ByteRange)
  /// The whole line without its CRLF: `ERROR`, `CLIENT_ERROR …`, `SERVER_ERROR …`.
  case error(ByteRange)
}

/// What a client's look at its input found; as `TextReplyParse`.
package enum MetaReplyParse: Hashable, Sendable, BitwiseCopyable {
  case incomplete(needed: Int)
  case reply(MetaReply, count: Int)
  case malformed
}
