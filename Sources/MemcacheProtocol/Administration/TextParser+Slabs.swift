/// `slabs`, read as memcached reads it: any beginning of its second word will do, and so of the third where that is a name. The
/// word `noreply` silences the answer and counts as one of the words.
extension TextParser {
  private enum Reading {
    case command(SlabsCommand)
    case refused(TextError)
  }

  static func slabs(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    switch slabsCommand(input, &words) {
    case .command(let command): return .slabs(command, noreply: noreply)
    case .refused(let error): return .refused(error, isSilenced: noreply, swallow: 0)
    }
  }

  private static func slabsCommand(_ input: Span<UInt8>, _ words: inout TokenReader) -> Reading {
    let action = words.next(in: input)
    let first = words.next(in: input)
    guard !first.isEmpty else { return .refused(.unknownCommand) }
    if input.word(action, begins: "automove") { return automove(first, input, &words) }
    let second = words.next(in: input)
    guard input.word(action, begins: "reassign"), !second.isEmpty, words.rest(in: input).isEmpty else {
      return .refused(.unknownCommand)
    }
    guard let source = input.signed32(first), let target = input.signed32(second) else {
      return .refused(.badCommandLine)
    }
    return .command(.reassign(from: source, to: target))
  }

  /// `automove <level>`, `automove ratio|freeratio <number>` and `automove window <seconds>`; more words are ignored.
  private static func automove(_ first: ByteRange, _ input: Span<UInt8>, _ words: inout TokenReader) -> Reading {
    let second = words.next(in: input)
    if input.word(first, begins: "ratio") || input.word(first, begins: "freeratio") {
      return input.real(second) != nil ? .command(.tuneAutomove) : .refused(.unknownCommand)
    }
    if input.word(first, begins: "window") {
      guard let seconds = input.unsigned32(second) else { return .refused(.badCommandLine) }
      return 3...1800 ~= seconds ? .command(.tuneAutomove) : .refused(.automoveWindow)
    }
    guard let level = input.unsigned32(first) else { return .refused(.badCommandLine) }
    return level <= 2 ? .command(.automove(level: level)) : .refused(.unknownCommand)
  }
}
