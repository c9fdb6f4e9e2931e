// The meta gets that clients send nearly always, told without a `MetaRequest`, so that many can be looked up together: a
// whole line that ends in CRLF, single spaces between its words, a key that is none of base64, and flags that change
// nothing of the item. All else is nil, and for `parse`.

extension MetaParser {
  /// The key of a meta get at `offset`, and where the next request begins.
  package static func get(_ input: Span<UInt8>, from offset: Int) -> (key: RequestKey, next: Int)? {
    guard offset >= 0, offset <= input.count &- 8 else { return nil }
    guard input.word(at: offset) & 0xff_ffff == UInt64(ascii: "m", "g", " ") else { return nil }
    let start = offset &+ 3
    let stop = input.firstBlank(from: start)
    let count = stop &- start
    guard count > 0, count <= ProtocolLimits.maxKeyCount else { return nil }
    if endsInValue(input, at: stop) {
      return (RequestKey(start: start, count: count, role: .metaValue), stop &+ 4)
    }
    guard let next = endOfLine(input, behindKeyAt: stop) else { return nil }
    return (RequestKey(start: start, count: count, role: .meta), next)
  }

  /// ` v` is what ends the line.
  @inline(__always)
  private static func endsInValue(_ input: Span<UInt8>, at position: Int) -> Bool {
    guard position <= input.count &- 4 else { return false }
    let end = input.extracting(position..<(position &+ 4))
    let word = UInt32(end[0]) | UInt32(end[1]) &<< 8 | UInt32(end[2]) &<< 16 | UInt32(end[3]) &<< 24
    return UInt64(word) == UInt64(ascii: " ", "v", "\r", "\n")
  }

  private static func endOfLine(_ input: Span<UInt8>, behindKeyAt start: Int) -> Int? {
    var position = start
    var left = changingNothing
    while position &+ 1 < input.count {
      let letter = input[position &+ 1]
      if input[position] == UInt8.carriageReturn { return letter == UInt8.newline ? position &+ 2 : nil }
      guard input[position] == UInt8.space, 65...122 ~= letter, left.remove(MetaFlags(letter)) != nil else {
        return nil
      }
      var stop = position &+ 2
      if letter == UInt8(ascii: "O") {
        stop = input.firstBlank(from: stop)
        guard stop &- position &- 1 <= maxOpaqueCount else { return nil }
      }
      position = stop
    }
    return nil
  }

  private static let changingNothing: MetaFlags = {
    var flags: MetaFlags = [.value, .quiet, .unused, .wasFetched, .lastAccess]
    for letter in [UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "k")] {
      flags.insert(MetaFlags(letter))
    }
    flags.insert(MetaFlags(UInt8(ascii: "O")))
    return flags
  }()

  /// All of a meta get whose key was told.
  package static func request(of key: RequestKey, in input: Span<UInt8>) -> (request: MetaParse, next: Int) {
    let start = key.range.lowerBound
    let newline = input.firstNewline(from: key.range.upperBound)
    let words = ByteRange(start: start, count: max(newline &- 1 &- start, 0))
    return (parse(.get, words, in: input), newline &+ 1)
  }
}
