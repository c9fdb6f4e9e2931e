// The login of the text protocol, as memcached has it: a `set` whose value is a user and a password.
//
//     set KEY FLAGS EXPTIME LENGTH\r\n
//     USER PASSWORD\r\n
//
// Key, flags and exptime mean nothing. Until a client has logged in this is all that is read of it: `TextParser` never sees
// its bytes, so nothing that is said of a command is said to who has no right to it.
//
// Invariants. As `TextParser`: no state, no input traps, a prefix is `incomplete` unless it can become nothing (`close`). The
// line and the token are read apart: the line may be consumed when the token has not come, so that the two need not have room
// in a buffer together. Whatever 1.6.45 answers this gives; only a line that a bare `\n` ends is no login here, where that
// loses its last digit.
package enum LoginParser {
  /// Beyond this nothing is received: no password is so long.
  package static var maxTokenCount: Int { 16_384 }

  /// Nothing shorter can be a login, and who says something shorter is not waited for.
  private static var minLineCount: Int { 6 }
  /// Fewer bytes are not looked at.
  private static var minLookCount: Int { 3 }
  private static var lengthWord: Int { 4 }

  /// The line that begins at `start`.
  package static func parse(_ input: Span<UInt8>, from start: Int) -> LoginParse {
    let available = input.count &- start
    guard available >= minLookCount else { return .incomplete }
    let newline = input.firstNewline(from: start)
    guard newline < input.count else { return available > ProtocolLimits.maxCommandCount ? .close : .incomplete }
    guard newline &- start >= minLineCount else { return .close }
    let count = newline &+ 1 &- start
    guard let tokenCount = tokenCount(input, start, newline) else { return .refused(.unauthenticated, count: count) }
    if tokenCount > maxTokenCount { return .refused(.authTokenTooLong, count: count) }
    return .login(tokenCount: tokenCount, count: count)
  }

  /// How long the token is of a line that is a login's.
  private static func tokenCount(_ input: Span<UInt8>, _ start: Int, _ newline: Int) -> Int? {
    let verb = input.packed(ByteRange(start: start, count: 3))
    guard verb == UInt64(ascii: "s", "e", "t"), input[newline &- 1] == UInt8.carriageReturn else { return nil }
    var words = TokenReader(ByteRange(start: start, count: newline &- 1 &- start))
    for _ in 0..<lengthWord { _ = words.next(in: input) }
    return input.unsigned32(words.next(in: input)).map { Int($0) }
  }

  /// The token that begins at `start`, all of which has come, with the two bytes behind it.
  package static func token(_ input: Span<UInt8>, from start: Int, count: Int) -> LoginToken {
    let end = start &+ count
    guard input[end] == UInt8.carriageReturn, input[end &+ 1] == UInt8.newline else {
      return .refused(.authBadTermination)
    }
    let space = input.firstSpace(from: start, to: end)
    guard space < end else { return .refused(.authBadToken) }
    return .credentials(
      user: ByteRange(start: start, count: space &- start),
      password: ByteRange(start: space &+ 1, count: end &- space &- 1))
  }
}

/// What a look at a line found, before the login.
package enum LoginParse: Hashable, Sendable, BitwiseCopyable {
  /// No whole line yet; nothing is consumed.
  case incomplete
  /// A line that is no login; with its end it takes `count` bytes.
  case refused(TextError, count: Int)
  /// The line of a login; so many bytes of token and their end stand behind it.
  case login(tokenCount: Int, count: Int)
  /// Nobody who will log in. Close without an answer.
  case close
}

package enum LoginToken: Hashable, Sendable, BitwiseCopyable {
  case refused(TextError)
  case credentials(user: ByteRange, password: ByteRange)
}
