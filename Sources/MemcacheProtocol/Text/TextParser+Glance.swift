extension TextParser {
  /// What a pipelined request will ask for, before its turn: the key of a canonical `get` or `set` at `offset`, and where
  /// the next request seems to begin, which may lie beyond the input. Nil for every other command, and for several keys.
  ///
  /// Only a guess, a few dozen instructions: of what it says of a `set` just the key and the length are looked at. So it
  /// may serve to fetch memory early, and nothing may rest on it.
  package static func glance(_ input: Span<UInt8>, from offset: Int) -> (key: ByteRange, next: Int)? {
    guard offset >= 0, offset < input.count, input.count &- offset >= 8 else { return nil }
    let verb = input.word(at: offset) & 0xffff_ffff
    let isSet = verb == UInt64(ascii: "s", "e", "t", " ")
    guard isSet || verb == UInt64(ascii: "g", "e", "t", " ") else { return nil }
    let start = offset &+ 4
    let stop = input.firstBlank(from: start)
    let count = stop &- start
    guard stop < input.count, count > 0, count <= ProtocolLimits.maxKeyCount else { return nil }
    let key = ByteRange(start: start, count: count)
    if isSet { return next(input, afterKey: stop).map { (key, $0) } }
    return input[stop] == UInt8.carriageReturn ? (key, stop &+ 2) : nil
  }

  /// Behind the value of a `set`: its length is the last number of the line.
  private static func next(_ input: Span<UInt8>, afterKey stop: Int) -> Int? {
    let newline = input.firstNewline(from: stop)
    guard newline < input.count else { return nil }
    var index = newline &- 2
    var length = 0
    var unit = 1
    while index > stop, unit <= 1_000_000_000 {
      let digit = input[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      length &+= Int(digit) &* unit
      unit &*= 10
      index &-= 1
    }
    return newline &+ 3 &+ length
  }
}
