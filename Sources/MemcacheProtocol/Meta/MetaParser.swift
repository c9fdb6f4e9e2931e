// Words to meta commands: `mg <key> <flags>*`, `ms <key> <length> <flags>*`, and so on. The line is whole, and what stands
// behind its first word is handed in; nothing here searches for its end, and nothing keeps state.
//
//     mg key v t T30 Oabc
//        │   └──────────── words, each a letter and what belongs to it
//        └ in base64, if one of the words is b
//
// Each command takes every flag, and leaves alone what means nothing to it. Two looks at the words, as in memcached, for
// they decide which of several faults is told: the first counts them, and finds that each begins with a letter or a digit;
// the second reads them. A flag whose argument is wrong lets the reading go on, and the last such fault is the one that is
// told, but one that is unknown or there twice ends it. `ma` tells all of them in the same words.
//
// An opaque that is too long is told before anything is done. memcached's `mg` and `ma` have done it by then.

/// The parser of the meta commands.
package enum MetaParser {
  /// The command and its key count.
  static var maxWordCount: Int { 20 }
  /// Words behind them are not looked at, by nobody.
  private static var maxSeenCount: Int { 23 }
  /// The letter O among them.
  static var maxOpaqueCount: Int { 32 }

  /// - Parameter words: what follows the command's own word.
  package static func parse(_ verb: MetaVerb, _ words: ByteRange, in input: Span<UInt8>) -> MetaParse {
    var reader = TokenReader(words)
    if verb == .noop { return .request(MetaRequest(verb, key: .none, words: .none)) }
    let key = reader.next(in: input)
    var valueCount = 0
    let isSet = verb == .set
    let length = isSet ? reader.next(in: input) : .none
    guard !key.isEmpty, !isSet || !length.isEmpty else { return .refused(.badCommandLine, swallow: 0) }
    let first = isSet ? 3 : 2
    guard let count = wordCount(from: reader, first, in: input) else { return .refused(.badCommandLine, swallow: 0) }
    if isSet {
      // Where the length cannot be read nobody knows where the data block ends.
      guard let number = input.signed32(length), number >= 0, number <= ProtocolLimits.maxValueCount else {
        return .refused(.badCommandLine, swallow: 0)
      }
      valueCount = Int(number)
    }
    var request = MetaRequest(verb, key: key, words: reader.rest(in: input))
    request.valueCount = valueCount
    if let fault = fault(in: &request, count, input) {
      return .refused(fault, swallow: isSet ? valueCount &+ 2 : 0)
    }
    return .request(request)
  }

  /// How many words the line has; nil if one of the flags can be none.
  private static func wordCount(from reader: TokenReader, _ first: Int, in input: Span<UInt8>) -> Int? {
    var reader = reader
    var count = first
    while count < maxSeenCount {
      let word = reader.next(in: input)
      if word.isEmpty { break }
      let letter = input[word.lowerBound]
      guard 65...122 ~= letter || 48...57 ~= letter else { return nil }
      count &+= 1
    }
    return count
  }

  /// Reads the flags into the request.
  private static func fault(in request: inout MetaRequest, _ count: Int, _ input: Span<UInt8>) -> TextError? {
    let fault = request.verb == .debug ? debugFault(in: &request, input) : flagsFault(in: &request, count, input)
    if fault != nil, request.verb == .arithmetic { return .invalidOrDuplicateFlag }
    if let fault { return fault }
    if request.verb != .debug, let fault = modeFault(of: request) { return fault }
    return request.hasOpaqueTooLong(in: input) ? .opaqueTooLong : nil
  }

  private static func flagsFault(in request: inout MetaRequest, _ count: Int, _ input: Span<UInt8>) -> TextError? {
    if request.key.count > ProtocolLimits.maxKeyCount { return .badCommandLine }
    if count > maxWordCount { return .optionsTooLong }
    var reader = TokenReader(request.words)
    var fault: TextError?
    while true {
      let word = reader.next(in: input)
      if word.isEmpty { return fault }
      let letter = input[word.lowerBound]
      if letter < UInt8(ascii: "A") { return .invalidFlag }
      let flag = MetaFlags(letter)
      if request.flags.contains(flag) { return .duplicateFlag }
      request.flags.insert(flag)
      switch read(letter, ByteRange(start: word.lowerBound &+ 1, count: word.count &- 1), into: &request, input) {
      case .fine: break
      case .wrong(let found): fault = found
      // It has no words of its own.
      case .wrongFlags: fault = fault ?? .badCommandLine
      case .unknown: return .invalidFlag
      }
    }
  }

  /// `me` knows one flag, and takes all others for none.
  private static func debugFault(in request: inout MetaRequest, _ input: Span<UInt8>) -> TextError? {
    if request.key.count > ProtocolLimits.maxKeyCount { return .badCommandLine }
    var reader = TokenReader(request.words)
    let word = reader.next(in: input)
    guard word.count == 1, input[word.lowerBound] == UInt8(ascii: "b") else { return nil }
    request.flags = .base64
    return Base64.decodedCount(input.bytes(in: request.key)) == nil ? .badCommandLine : nil
  }

  private static func modeFault(of request: MetaRequest) -> TextError? {
    switch request.verb {
    case .set: StorageVerb(mode: request.mode) == nil ? .invalidStoreMode : nil
    case .arithmetic: request.isIncrement == nil ? .invalidArithmeticMode : nil
    default: nil
    }
  }
}

extension MetaRequest {
  fileprivate func hasOpaqueTooLong(in input: Span<UInt8>) -> Bool {
    let opaque = MetaFlags(UInt8(ascii: "O"))
    guard flags.contains(opaque) else { return false }
    var reader = TokenReader(words)
    while true {
      let word = reader.next(in: input)
      if word.isEmpty { return false }
      if input[word.lowerBound] == UInt8(ascii: "O") { return word.count > MetaParser.maxOpaqueCount }
    }
  }
}
