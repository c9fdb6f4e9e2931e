import MemcacheProtocol

/// What the proxy reads of an answer to a meta command.
extension MetaReply {
  var isMiss: Bool { answer == .miss }
  var isNotFound: Bool { answer == .notFound }
  var isSuccess: Bool { answer == .done }

  var isError: Bool {
    if case .error = self { return true }
    return false
  }

  private var answer: MetaAnswer? {
    if case .answer(let answer, _) = self { return answer }
    return nil
  }

  var rank: PendingRequest.Rank {
    switch self {
    case .item, .answer(.done, _), .answer(.noop, _), .answer(.debug, _): .success
    case .answer: .miss
    case .error: .mainError
    }
  }

  /// Of the answer to `mg … v f t c`; nil where a word is missing or wrong.
  func found(in input: Span<UInt8>) -> ProxyState.FoundValue? {
    guard case .item(let words, let value) = self else { return nil }
    var reader = TokenReader(words)
    var (flags, exptime, cas): (UInt64?, Int64?, UInt64?)
    while true {
      let word = reader.next(in: input)
      if word.isEmpty { break }
      let argument = ByteRange(start: word.lowerBound + 1, count: word.count - 1)
      switch input[word.lowerBound] {
      case UInt8(ascii: "f"): flags = input.unsigned64(argument)
      case UInt8(ascii: "c"): cas = input.unsigned64(argument)
      case UInt8(ascii: "t"): exptime = Self.timeToLive(input, argument)
      default: break
      }
    }
    guard let flags, let exptime, let bits = UInt32(exactly: flags) else { return nil }
    return ProxyState.FoundValue(flags: bits, exptime: exptime, value: value, cas: cas)
  }

  /// `-1` stands for ever, and is 0 as an exptime; what ends within a second is worth no copy.
  private static func timeToLive(_ input: Span<UInt8>, _ argument: ByteRange) -> Int64? {
    if argument.count == 2, input[argument.lowerBound] == UInt8(ascii: "-") { return 0 }
    guard let seconds = input.unsigned64(argument), let left = Int64(exactly: seconds) else { return nil }
    // Beyond thirty days a number is a time of the calendar: such a value lives a little shorter where it is copied.
    return left == 0 ? -1 : min(left, 2_592_000)
  }

  /// What stands behind `c` in an answer such as `HD c17`.
  static func cas(in line: Span<UInt8>) -> UInt64? {
    guard case .reply(.answer(_, let words), _) = MetaReplyParser.parse(line) else { return nil }
    var reader = TokenReader(words)
    while true {
      let word = reader.next(in: line)
      if word.isEmpty { return nil }
      guard line[word.lowerBound] == UInt8(ascii: "c") else { continue }
      return line.unsigned64(ByteRange(start: word.lowerBound + 1, count: word.count - 1))
    }
  }
}
