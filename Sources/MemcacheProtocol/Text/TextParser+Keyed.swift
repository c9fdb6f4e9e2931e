// Commands on one key without a data block. The order of the checks is memcached's: it decides which of two errors is
// told. Words too many are ignored, but for a last word `noreply`, which silences the answer even where it is the key:
// `delete noreply` deletes a key of that name and says nothing.

extension TextParser {
  /// `delete <key> [noreply]`. Old clients still send a time between the two.
  static func delete(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    let key = words.next(in: input)
    guard !key.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    guard key.count <= ProtocolLimits.maxKeyCount else {
      return .refused(.badCommandLine, isSilenced: noreply, swallow: 0)
    }
    return .delete(key: key, noreply: noreply)
  }

  /// `incr|decr <key> <delta> [noreply]`
  static func arithmetic(_ input: Span<UInt8>, _ words: inout TokenReader, isIncrement: Bool) -> TextRequest {
    let key = words.next(in: input)
    let noreply = words.endsWithNoreply(in: input)
    let delta = words.next(in: input)
    guard !delta.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    guard key.count <= ProtocolLimits.maxKeyCount else {
      return .refused(.badCommandLine, isSilenced: noreply, swallow: 0)
    }
    guard let delta = input.unsigned64(delta) else { return .refused(.invalidDelta, isSilenced: noreply, swallow: 0) }
    return isIncrement
      ? .increment(key: key, delta: delta, noreply: noreply) : .decrement(key: key, delta: delta, noreply: noreply)
  }

  /// `touch <key> <exptime> [noreply]`
  static func touch(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let key = words.next(in: input)
    let noreply = words.endsWithNoreply(in: input)
    let exptime = words.next(in: input)
    guard !exptime.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    guard key.count <= ProtocolLimits.maxKeyCount else {
      return .refused(.badCommandLine, isSilenced: noreply, swallow: 0)
    }
    guard let seconds = input.signed32(exptime) else {
      return .refused(.invalidExptime, isSilenced: noreply, swallow: 0)
    }
    return .touch(key: key, exptime: Int64(seconds), noreply: noreply)
  }
}
