/// `cache_memlimit`, `lru`, `lru_crawler` and `watch`, read as memcached reads them: of the words behind the first any beginning will
/// do, in its order, and `noreply` silences the answer and counts as a word.
extension TextParser {
  /// `cache_memlimit <megabytes>`
  static func memoryLimit(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    guard let megabytes = input.unsigned32(words.next(in: input)) else {
      return .refused(.unknownCommand, isSilenced: noreply, swallow: 0)
    }
    if megabytes < 8 { return .administration(.refused(.memoryLimitTooSmall), noreply: noreply) }
    if megabytes > 1_000_000_000 { return .administration(.refused(.memoryLimitNoMegabytes), noreply: noreply) }
    return .administration(.memoryLimit(megabytes: megabytes), noreply: noreply)
  }

  /// `lru tune <hot> <warm> <hot age> <warm age>`, `lru mode flat|segmented`, `lru temp_ttl <seconds>`
  static func lru(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    let unknown = TextRequest.refused(.unknownCommand, isSilenced: noreply, swallow: 0)
    let action = words.next(in: input)
    let first = words.next(in: input)
    if first.isEmpty { return unknown }
    var rest = words
    let (second, third, fourth) = (rest.next(in: input), rest.next(in: input), rest.next(in: input))
    if input.word(action, begins: "tune"), !fourth.isEmpty {
      guard let request = tune(input, first, second, third, fourth) else { return unknown }
      return .administration(request, noreply: noreply)
    }
    if input.word(action, begins: "mode") {
      let isMode = input.word(first, begins: "flat") || input.word(first, begins: "segmented")
      return isMode ? .administration(.lru(.mode), noreply: noreply) : unknown
    }
    guard input.word(action, begins: "temp_ttl"), input.signed32(first) != nil else { return unknown }
    return .administration(.lru(.temporaryTTL), noreply: noreply)
  }

  private static func tune(
    _ input: Span<UInt8>, _ hot: ByteRange, _ warm: ByteRange, _ hotAge: ByteRange, _ warmAge: ByteRange
  ) -> AdministrationRequest? {
    guard let hot = input.unsigned32(hot), let warm = input.unsigned32(warm), let hotAge = input.real(hotAge),
      let warmAge = input.real(warmAge)
    else { return nil }
    // There the sum is cut to 32 bits.
    if UInt64(hot) &+ UInt64(warm) > 80 { return .refused(.lruShares) }
    // `nan` is no less than 0: it is taken, as there.
    return hotAge <= 0 || warmAge <= 0 ? .refused(.lruFactors) : .lru(.tune)
  }

  /// `lru_crawler enable|disable`, `lru_crawler crawl|metadump|mgdump <classes>`, `lru_crawler sleep|tocrawl <number>`
  static func crawler(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    let noreply = words.endsWithNoreply(in: input)
    let (action, argument) = (words.next(in: input), words.next(in: input))
    guard words.rest(in: input).isEmpty else { return .refused(.unknownCommand, isSilenced: noreply, swallow: 0) }
    if argument.isEmpty {
      if input.word(action, begins: "enable") { return .administration(.crawler(.enable), noreply: noreply) }
      if input.word(action, begins: "disable") { return .administration(.crawler(.disable), noreply: noreply) }
      return .refused(.unknownCommand, isSilenced: noreply, swallow: 0)
    }
    return crawler(action, argument, input, noreply: noreply)
  }

  private static func crawler(
    _ action: ByteRange, _ argument: ByteRange, _ input: Span<UInt8>, noreply: Bool
  ) -> TextRequest {
    if input.word(action, begins: "crawl") {
      return .administration(.crawler(.crawl(classes: argument)), noreply: noreply)
    }
    if input.word(action, begins: "metadump") {
      return .administration(.crawler(.metadump(classes: argument)), noreply: noreply)
    }
    if input.word(action, begins: "mgdump") {
      return .administration(.crawler(.mgdump(classes: argument)), noreply: noreply)
    }
    let isCount = input.word(action, begins: "tocrawl")
    guard isCount || input.word(action, begins: "sleep") else {
      return .refused(.unknownCommand, isSilenced: noreply, swallow: 0)
    }
    guard let number = input.unsigned32(argument) else {
      return .refused(.badCommandLine, isSilenced: noreply, swallow: 0)
    }
    if isCount { return .administration(.crawler(.toCrawl(number)), noreply: noreply) }
    let isTooLong = number > 1_000_000
    return .administration(isTooLong ? .refused(.crawlerSleep) : .crawler(.sleep(number)), noreply: noreply)
  }

  /// `watch [kind]*`
  static func watch(_ input: Span<UInt8>, _ words: inout TokenReader) -> TextRequest {
    var kinds = WatchKinds()
    while true {
      let word = words.next(in: input)
      if word.isEmpty { break }
      guard let kind = WatchKinds(word, in: input) else {
        return .refused(.unknownCommand, isSilenced: false, swallow: 0)
      }
      kinds.formUnion(kind)
    }
    return .administration(.watch(kinds.isEmpty ? .fetchers : kinds), noreply: false)
  }
}
