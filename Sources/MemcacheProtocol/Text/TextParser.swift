// Bytes to requests of the classic text protocol: one call, one command, no state.
//
//     input   … ┊get k1\r\n┊set k 0 0 3\r\nabc\r\n┊ge
//     parse      request     request, then 5 bytes that      incomplete
//                            are the caller's
//
// Two ways through. The direct way takes a canonical `get` or `set` (what clients send) in one pass over its bytes,
// with no search for the newline first: `TextParser+Keys` for those who execute many at once, and `parse` for a `set`.
// Whatever is not canonical there, and every other command, takes the general way: find the newline, cut the line into
// words, read them as memcached's tokenizer does. The direct way only ever accepts what the general way would read alike;
// the tests feed both the same bytes.
//
// Invariants: parse never consumes a part of a line (only `longRetrieval` does, of a line longer than the buffer);
// a prefix of a command is `incomplete`, except where it cannot become one (`close`); no input traps.
//
// Where memcached's versions differ it follows 1.6.45: too few words are a bad command line (not ERROR), words too many
// are ignored, spaces before a command make most commands unknown, and the data block of a refused storage command is
// swallowed. `Span+Numbers` tells how numbers are read. The meta commands are told apart here, and read by `MetaParser`;
// the binary protocol by the caller, at the first byte.
//
// It must not know the store, settings or sockets: whether shutdown is enabled or a value fits is for the caller.

/// The parser of the classic text protocol.
package enum TextParser {
  /// Looks at one command that begins at `offset`, which must lie in the input. `bufferIsFull` says that no more bytes
  /// can join these before some are consumed: only then may a retrieval begin without its line's end.
  package static func parse(_ input: Span<UInt8>, from offset: Int = 0, bufferIsFull: Bool = false) -> TextParse {
    let available = input.count &- offset
    guard available >= 8 else { return parseLine(input, from: offset, bufferIsFull: bufferIsFull) }
    let verb = input.word(at: offset)
    if verb & 0xffff_ffff == UInt64(ascii: "s", "e", "t", " ") {
      return parseSet(input, from: offset, bufferIsFull: bufferIsFull)
    }
    return parseLine(input, from: offset, bufferIsFull: bufferIsFull)
  }

  /// The general way.
  @inline(never)
  static func parseLine(_ input: Span<UInt8>, from offset: Int, bufferIsFull: Bool) -> TextParse {
    let newline = input.firstNewline(from: offset)
    guard newline < input.count else { return parseUnended(input, from: offset, bufferIsFull: bufferIsFull) }
    let hasReturn = newline > offset && input[newline &- 1] == UInt8.carriageReturn
    let contentEnd = hasReturn ? newline &- 1 : newline
    let count = newline &+ 1 &- offset
    guard count >= minLineCount else {
      return .request(.refused(.badCommandLine, isSilenced: false, swallow: 0), count: count)
    }
    var words = TokenReader(ByteRange(start: offset, count: contentEnd &- offset))
    guard let request = request(input, &words) else { return .close }
    return .request(request, count: count)
  }

  /// Two characters and their CRLF; anything shorter is no command to memcached.
  private static let minLineCount = 4

  /// The command of a whole line, or nil for one that closes the connection.
  private static func request(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest? {
    let all = words
    let word = words.next(in: input)
    let verb = TextVerb(input, word)
    // As memcached: where the line begins with a space, only what it finds in its list of rare commands is known.
    if word.lowerBound > all.start, !verb.mayBeIndented { return unknown(input, all) }
    switch verb {
    case .get: return retrieval(input, &words, withCAS: false)
    case .gets: return retrieval(input, &words, withCAS: true)
    case .gat: return touchingRetrieval(input, &words, withCAS: false)
    case .gats: return touchingRetrieval(input, &words, withCAS: true)
    case .storage(let verb): return storage(input, &words, verb)
    case .delete: return delete(input, &words)
    case .incr: return arithmetic(input, &words, isIncrement: true)
    case .decr: return arithmetic(input, &words, isIncrement: false)
    case .touch: return touch(input, &words)
    case .flushAll: return flushAll(input, &words)
    case .verbosity: return verbosity(input, &words)
    case .shutdown: return shutdown(input, &words)
    case .slabs: return slabs(input, &words)
    case .memoryLimit: return memoryLimit(input, &words)
    case .lru: return lru(input, &words)
    case .crawler: return crawler(input, &words)
    case .watch: return watch(input, &words)
    case .replication: return replication(input, &words)
    case .refreshCertificates: return .refreshCertificates
    case .stats: return .stats(arguments: words.rest(in: input))
    case .version: return .version
    case .quit: return .quit
    case .meta(let verb): return .meta(verb, words: words.rest(in: input))
    case .unknown: return unknown(input, all)
    }
  }

  /// An unknown word; nil when the line is an HTTP request, whose sender must not be led to talk to a cache.
  private static func unknown(_ input: Span<UInt8>, _ words: TokenReader) -> TextRequest? {
    let last = words.last(in: input)
    let http = UInt64(ascii: "H", "T", "T", "P", "/")
    if last.count >= 5, input.packed(last) & 0xff_ffff_ffff == http { return nil }
    return .refused(.unknownCommand, isSilenced: words.endsWithNoreply(in: input), swallow: 0)
  }

  /// No newline yet.
  private static func parseUnended(_ input: Span<UInt8>, from offset: Int, bufferIsFull: Bool) -> TextParse {
    let isLong = input.count &- offset > ProtocolLimits.maxCommandCount
    guard isLong || bufferIsFull else { return .incomplete }
    guard let head = longRetrieval(input, from: offset) else { return isLong ? .close : .incomplete }
    return bufferIsFull ? head : .incomplete
  }
}

/// What a look at the input found.
package enum TextParse: Hashable, Sendable, BitwiseCopyable {
  /// No whole line yet; nothing is consumed.
  case incomplete
  /// A command; its line takes `count` bytes with the newline. The data block of a storage command comes after them.
  case request(TextRequest, count: Int)
  /// A retrieval whose line is longer than the buffer: drop `count` bytes, then take its keys as they come.
  case longRetrieval(LongRetrieval, count: Int)
  /// Nobody who speaks this protocol: an HTTP request, or a line without an end. Close without an answer.
  case close
}
