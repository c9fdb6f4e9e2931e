import MemcacheProtocol

/// One answer of the meta commands: its code, the words behind it, and its value.
struct UpstreamMetaReply: BitwiseCopyable {
  enum Code {
    /// VA
    case value
    /// HD
    case success
    /// EN
    case miss
    /// NF
    case notFound
    /// NS and EX
    case refused
    /// MN, ME, and errors.
    case other, error
  }

  enum Parse {
    case incomplete(Int)
    case malformed
    case answer(UpstreamMetaReply)
  }

  let code: Code
  /// All of it, with its ends.
  let count: Int
  /// What stands behind the code and a value's length.
  let words: ByteRange
  let value: ByteRange

  private static let maxLineCount = 8192

  static func parse(_ input: Span<UInt8>, from start: Int) -> Parse {
    var end = start
    while end < input.count, input[end] != 0x0a { end &+= 1 }
    guard end < input.count else {
      return end &- start > maxLineCount ? .malformed : .incomplete(end &- start &+ 1)
    }
    guard end &- start >= 3, input[end &- 1] == 0x0d else { return .malformed }
    let line = ByteRange(start: start, count: end &- 1 &- start)
    guard let code = code(input, line) else { return .malformed }
    var words = TokenReader(ByteRange(start: start, count: line.count))
    _ = words.next(in: input)
    guard code == .value else {
      let answer = UpstreamMetaReply(
        code: code, count: end &+ 1 &- start, words: words.rest(in: input), value: .none)
      return .answer(answer)
    }
    guard let valueCount = number(input, words.next(in: input)), valueCount <= UInt64(ProtocolLimits.maxValueCount)
    else {
      return .malformed
    }
    let valueEnd = end &+ 1 &+ Int(valueCount)
    guard valueEnd &+ 2 <= input.count else { return .incomplete(valueEnd &+ 2 &- start) }
    guard input[valueEnd] == 0x0d, input[valueEnd &+ 1] == 0x0a else { return .malformed }
    return .answer(
      UpstreamMetaReply(
        code: code, count: valueEnd &+ 2 &- start, words: words.rest(in: input),
        value: ByteRange(start: end &+ 1, count: Int(valueCount))))
  }

  private static func code(_ input: Span<UInt8>, _ line: ByteRange) -> Code? {
    let start = line.lowerBound
    guard line.count == 2 || input[start &+ 2] == 0x20 else { return isError(input.bytes(in: line)) ? .error : nil }
    switch (input[start], input[start &+ 1]) {
    case (UInt8(ascii: "V"), UInt8(ascii: "A")): return .value
    case (UInt8(ascii: "H"), UInt8(ascii: "D")): return .success
    case (UInt8(ascii: "E"), UInt8(ascii: "N")): return .miss
    case (UInt8(ascii: "N"), UInt8(ascii: "F")): return .notFound
    case (UInt8(ascii: "N"), UInt8(ascii: "S")), (UInt8(ascii: "E"), UInt8(ascii: "X")): return .refused
    case (UInt8(ascii: "M"), UInt8(ascii: "N")), (UInt8(ascii: "M"), UInt8(ascii: "E")): return .other
    default: return nil
    }
  }

  private static func isError(_ line: Span<UInt8>) -> Bool {
    begins(line, "ERROR") || begins(line, "CLIENT_ERROR") || begins(line, "SERVER_ERROR")
  }

  private static func begins(_ line: Span<UInt8>, _ word: String) -> Bool {
    guard line.count >= word.utf8.count else { return false }
    var index = 0
    for byte in word.utf8 {
      if line[index] != byte { return false }
      index &+= 1
    }
    return true
  }

  static func number(_ input: Span<UInt8>, _ range: ByteRange) -> UInt64? {
    guard 1...20 ~= range.count else { return nil }
    var value: UInt64 = 0
    for index in range.lowerBound..<range.upperBound {
      let digit = input[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (product, isTooGreat) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = product.addingReportingOverflow(UInt64(digit))
      guard !isTooGreat, !isOver else { return nil }
      value = sum
    }
    return value
  }

  /// Of the answer to `mg … v f t c`; nil where a word is missing or wrong.
  func found(in input: Span<UInt8>) -> ProxyState.FoundValue? {
    var reader = TokenReader(words)
    var (flags, exptime, cas): (UInt64?, Int64?, UInt64?)
    while true {
      let word = reader.next(in: input)
      if word.isEmpty { break }
      let argument = ByteRange(start: word.lowerBound + 1, count: word.count - 1)
      switch input[word.lowerBound] {
      case UInt8(ascii: "f"): flags = Self.number(input, argument)
      case UInt8(ascii: "c"): cas = Self.number(input, argument)
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
    guard let seconds = number(input, argument), let left = Int64(exactly: seconds) else { return nil }
    // Beyond thirty days a number is a time of the calendar: such a value lives a little shorter where it is copied.
    return left == 0 ? -1 : min(left, 2_592_000)
  }

  /// What stands behind `c` in an answer such as `HD c17`.
  static func cas(in line: Span<UInt8>) -> UInt64? {
    guard case .answer(let answer) = parse(line, from: 0) else { return nil }
    var reader = TokenReader(answer.words)
    while true {
      let word = reader.next(in: line)
      if word.isEmpty { return nil }
      guard line[word.lowerBound] == UInt8(ascii: "c") else { continue }
      return number(line, ByteRange(start: word.lowerBound + 1, count: word.count - 1))
    }
  }
}
