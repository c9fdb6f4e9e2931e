// Commands on one key without a data block. The order of the checks is memcached's: it decides which of two errors is
// told. `noreply` counts only behind the words that a command must have: `delete noreply` deletes a key of that name.

extension TextParser {
  /// `delete <key> [0] [noreply]`. The 0 is what is left of a time that old clients still send.
  static func delete(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let key = words.next(in: input)
    guard !key.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    let noreply = words.endsWithNoreply(in: input)
    var extra = words.next(in: input)
    if extra.count == 1, input[extra.lowerBound] == UInt8(ascii: "0") { extra = words.next(in: input) }
    let isUsual = extra.isEmpty || (noreply && words.rest(in: input).isEmpty)
    guard isUsual else { return .refused(.deleteUsage, isSilenced: noreply, swallow: 0) }
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
    guard let delta = input.unsigned(delta) else { return .refused(.invalidDelta, isSilenced: noreply, swallow: 0) }
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
    guard let seconds = input.signed(exptime) else {
      return .refused(.invalidExptime, isSilenced: noreply, swallow: 0)
    }
    return .touch(key: key, exptime: seconds, noreply: noreply)
  }
}
