extension TextParser {
  /// `set ` at `offset`, the direct way: one pass over single spaces, plain digits and CRLF, with or without `noreply`.
  @inline(__always)
  static func parseSet(_ input: Span<UInt8>, from offset: Int, bufferIsFull: Bool) -> TextParse {
    let start = offset &+ 4
    let stop = input.firstBlank(from: start)
    let count = stop &- start
    guard count > 0, count <= ProtocolLimits.maxKeyCount else {
      return parseLine(input, from: offset, bufferIsFull: bufferIsFull)
    }
    var position = stop
    let flags = plainNumber(input, &position)
    let exptime = plainNumber(input, &position)
    let valueCount = plainNumber(input, &position)
    let noreply = takeNoreply(input, &position)
    // A number that is not plain leaves a value above every bound.
    guard flags <= UInt32.max, exptime <= Int32.max, valueCount <= ProtocolLimits.maxValueCount,
      position &+ 1 < input.count, input[position] == UInt8.carriageReturn, input[position &+ 1] == UInt8.newline
    else { return parseLine(input, from: offset, bufferIsFull: bufferIsFull) }
    let header = StorageHeader(
      .set, key: ByteRange(start: start, count: count), flags: UInt32(truncatingIfNeeded: flags),
      exptime: Int64(truncatingIfNeeded: exptime), valueCount: Int(truncatingIfNeeded: valueCount), noreply: noreply)
    return .request(.storage(header), count: position &+ 2 &- offset)
  }

  @inline(__always)
  private static func takeNoreply(_ input: Span<UInt8>, _ position: inout Int) -> Bool {
    // Most lines end here, and one byte says so.
    guard position &+ 8 <= input.count, input[position] == UInt8.space,
      input.word(at: position) == TokenReader.spacedNoreply
    else { return false }
    position &+= 8
    return true
  }

  /// A space and one to ten digits; anything else gives `UInt64.max`.
  @inline(__always)
  private static func plainNumber(_ input: Span<UInt8>, _ position: inout Int) -> UInt64 {
    var index = position
    guard index < input.count, input[index] == UInt8.space else { return .max }
    let first = index &+ 1
    var value: UInt64 = 0
    index = first
    while index < input.count {
      let digit = input[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    position = index
    let digits = index &- first
    return digits > 0 && digits <= 10 ? value : .max
  }

  /// The words of a storage command. Where the length can be read, the data block of a refused one is swallowed, or its
  /// bytes would be taken for commands; where it cannot, nobody knows where the block ends.
  static func storage(_ input: Span<UInt8>, _ words: inout TokenReader, _ verb: StorageVerb) -> TextRequest {
    let all = words
    let key = words.next(in: input)
    let flags = words.next(in: input)
    let exptime = words.next(in: input)
    let length = words.next(in: input)
    guard !length.isEmpty else { return .refused(.badCommandLine, isSilenced: false, swallow: 0) }
    // Said even with noreply: memcached has not looked for that word yet.
    guard let valueCount = input.signed32(length), valueCount >= 0, valueCount <= ProtocolLimits.maxValueCount else {
      return .refused(.badCommandLine, isSilenced: false, swallow: 0)
    }
    let noreply = all.endsWithNoreply(in: input)
    let casUnique = verb == .cas ? input.unsigned64(words.next(in: input)) : 0
    guard key.count <= ProtocolLimits.maxKeyCount,
      let flags = input.clientFlags(from: flags.lowerBound, lineEnd: all.end),
      let exptime = input.exptime(from: exptime.lowerBound, lineEnd: all.end), let casUnique
    else { return .refused(.badCommandLine, isSilenced: noreply, swallow: Int(valueCount) + 2) }
    let header = StorageHeader(
      verb, key: key, flags: flags, exptime: exptime, valueCount: Int(valueCount), casUnique: casUnique,
      noreply: noreply)
    return .storage(header)
  }
}
