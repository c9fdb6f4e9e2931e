extension TextParser {
  /// The keys of a `get`.
  static func retrieval(
    _ input: Span<UInt8>, _ words: inout TokenReader, withCAS: Bool
  ) -> TextRequest {
    let key = words.next(in: input)
    guard !key.isEmpty, key.count <= ProtocolLimits.maxKeyCount else {
      return .refused(.badCommandLine, isSilenced: false, swallow: 0)
    }
    return .get(firstKey: key, withCAS: withCAS)
  }

  /// The exptime and keys of a `gat`.
  static func touchingRetrieval(
    _ input: Span<UInt8>, _ words: inout TokenReader, withCAS: Bool
  ) -> TextRequest {
    let exptime = words.next(in: input)
    let key = words.next(in: input)
    guard !key.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    guard let seconds = input.signed32(exptime) else {
      return .refused(.invalidExptime, isSilenced: false, swallow: 0)
    }
    guard key.count <= ProtocolLimits.maxKeyCount else {
      return .refused(.badCommandLine, isSilenced: false, swallow: 0)
    }
    return .getAndTouch(firstKey: key, exptime: Int64(seconds), withCAS: withCAS)
  }

  /// The head of a retrieval whose line has no end in the input, or nil if it is none.
  static func longRetrieval(_ input: Span<UInt8>, from offset: Int) -> TextParse? {
    let start = input.skipSpaces(from: offset, to: input.count)
    let stop = input.firstSpace(from: start, to: input.count)
    // As memcached: the word must be followed by a space, and a long run of spaces before it is no command.
    guard stop < input.count, start &- offset <= 100 else { return nil }
    let verb = TextVerb(input, ByteRange(start: start, count: stop &- start))
    if start > offset, verb.isRetrieval {
      return .longRetrieval(LongRetrieval(refused: .unknownCommand), count: stop &- offset)
    }
    switch verb {
    case .get: return .longRetrieval(LongRetrieval(withCAS: false), count: stop &- offset)
    case .gets: return .longRetrieval(LongRetrieval(withCAS: true), count: stop &- offset)
    case .gat: return longTouch(input, from: offset, afterVerb: stop, withCAS: false)
    case .gats: return longTouch(input, from: offset, afterVerb: stop, withCAS: true)
    default: return nil
    }
  }

  private static func longTouch(
    _ input: Span<UInt8>, from offset: Int, afterVerb: Int, withCAS: Bool
  ) -> TextParse? {
    let start = input.skipSpaces(from: afterVerb, to: input.count)
    let stop = input.firstSpace(from: start, to: input.count)
    guard stop < input.count else { return nil }
    let exptime = input.signed32(ByteRange(start: start, count: stop &- start))
    let retrieval = exptime.map { LongRetrieval(touching: Int64($0), withCAS: withCAS) }
    return .longRetrieval(retrieval ?? LongRetrieval(refused: .invalidExptime), count: stop &- offset)
  }
}
