extension TextParser {
  /// `flush_all [delay] [noreply]`
  static func flushAll(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    let delay = words.next(in: input)
    let hasNoDelay = delay.isEmpty || (noreply && words.rest(in: input).isEmpty)
    guard !hasNoDelay else { return .flushAll(delay: 0, noreply: noreply) }
    guard let seconds = input.signed32(delay) else {
      return .refused(.invalidExptime, isSilenced: noreply, swallow: 0)
    }
    return .flushAll(delay: Int64(seconds), noreply: noreply)
  }

  /// `verbosity <level> [noreply]`
  static func verbosity(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    guard let level = input.unsigned32(words.next(in: input)) else {
      return .refused(.badCommandLine, isSilenced: noreply, swallow: 0)
    }
    return .verbosity(level: level, noreply: noreply)
  }

  /// `replication peer <place>`, which memcached does not have.
  static func replication(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let (action, place) = (words.next(in: input), words.next(in: input))
    let isPeer = action.count == 4 && input.packed(action) == UInt64(ascii: "p", "e", "e", "r")
    guard isPeer, !place.isEmpty, words.rest(in: input).isEmpty else {
      return .refused(.replicationUsage, isSilenced: false, swallow: 0)
    }
    return .replicationPeer(place)
  }

  /// `shutdown [graceful]`; a `noreply` is a mode that there is not, and its error is not told.
  static func shutdown(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    let mode = words.next(in: input)
    guard !mode.isEmpty else { return .shutdown(.immediate, noreply: noreply) }
    let isGraceful = mode.count == 8 && input.packed(mode) == UInt64(ascii: "g", "r", "a", "c", "e", "f", "u", "l")
    return .shutdown(isGraceful && words.next(in: input).isEmpty ? .graceful : .unknown, noreply: noreply)
  }
}
