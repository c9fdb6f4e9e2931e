// Results to bytes of the classic text protocol. Every writer is generic over the sink and inlinable, so that in the
// server's module it becomes straight stores into the worker's output buffer.
//
//     VALUE <key> <flags> <bytes>[ <cas>]\r\n<value>\r\n … END\r\n

@usableFromInline package enum TextResponse {
  /// No answer line without free text is longer: error lines, numbers, words.
  @inlinable package static var maxLineCount: Int { 80 }
  /// `VALUE`, the longest key, flags, length and CAS unique, with CRLF: 6 + 250 + 1 + 10 + 1 + 10 + 1 + 20 + 2.
  @inlinable package static var maxValueLineCount: Int { 301 }
  /// A whole VALUE block.
  @inlinable
  package static func maxBlockCount(valueCount: Int) -> Int { maxValueLineCount &+ valueCount &+ 2 }

  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(_ answer: TextAnswer, to sink: inout Sink) {
    sink.append(answer.line)
  }

  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(_ error: TextError, to sink: inout Sink) {
    sink.append(error.line)
  }

  /// The line before a value.
  @inlinable
  package static func writeValueLine<Sink: ByteSink & ~Copyable>(
    key: Span<UInt8>, flags: UInt32, valueCount: Int, casUnique: UInt64?, to sink: inout Sink
  ) {
    sink.append("VALUE ")
    sink.append(key)
    writeSpaced(UInt64(flags), to: &sink)
    writeSpaced(UInt64(truncatingIfNeeded: valueCount), to: &sink)
    if let casUnique { writeSpaced(casUnique, to: &sink) }
    writeNewline(to: &sink)
  }

  /// A whole block: line, value, CRLF.
  @inlinable
  package static func writeValue<Sink: ByteSink & ~Copyable>(
    _ value: Span<UInt8>, key: Span<UInt8>, flags: UInt32, casUnique: UInt64?, to sink: inout Sink
  ) {
    if casUnique == nil, isShort(valueCount: value.count, flags: flags) {
      return writeShortValue(value, key: key, flags: flags, to: &sink)
    }
    writeValueLine(key: key, flags: flags, valueCount: value.count, casUnique: casUnique, to: &sink)
    sink.append(value)
    writeNewline(to: &sink)
  }

  // MARK: Short values

  /// Whether both numbers are so short, as nearly always, that the block goes out in one piece.
  @inlinable @inline(__always)
  package static func isShort(valueCount: Int, flags: UInt32) -> Bool { valueCount < 1000 && flags < 1000 }

  /// A whole block without a CAS unique, of a value and flags that are short.
  @inlinable @inline(__always)
  package static func writeShortValue<Sink: ByteSink & ~Copyable>(
    _ value: Span<UInt8>, key: Span<UInt8>, flags: UInt32, to sink: inout Sink
  ) {
    let length = spaced(UInt32(truncatingIfNeeded: value.count))
    let end = newline.bytes &<< (UInt64(truncatingIfNeeded: length.count) &* 8)
    let lengthAndEnd = (bytes: length.bytes | end, count: length.count &+ newline.count)
    sink.append(valueWord, key, spaced(flags), lengthAndEnd, value, newline)
  }

  /// `VALUE ` and CRLF.
  @inlinable @inline(__always) static var valueWord: (bytes: UInt64, count: Int) { (0x20_4555_4c41_56, 6) }
  @inlinable @inline(__always) static var newline: (bytes: UInt64, count: Int) { (0x0a0d, 2) }

  /// A space and a number below 1000. More than one digit without a branch: three side by side, of which a leading zero
  /// is shifted out. (The multiplications divide by 100 and by 10, exactly so far; the last takes ten times the tens from
  /// the ones and puts the tens before them.)
  @inlinable @inline(__always)
  static func spaced(_ number: UInt32) -> (bytes: UInt64, count: Int) {
    if number < 10 { return (0x3020 | UInt64(number) &<< 8, 2) }
    let zeros: UInt32 = number < 100 ? 1 : 0
    let hundreds = (number &* 41) &>> 12
    let rest = number &- hundreds &* 100
    let tens = (rest &* 103) &>> 10
    let digits = hundreds &+ (rest &<< 16) &- tens &* (0xa_0000 &- 0x100)
    let text = (0x30_3030 | digits) &>> (zeros &* 8)
    return (0x20 | UInt64(text) &<< 8, 4 &- Int(zeros))
  }

  /// The new value after `incr` and `decr`.
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(number: UInt64, to sink: inout Sink) {
    sink.append(decimal: number)
    writeNewline(to: &sink)
  }

  @inlinable
  package static func writeVersion<Sink: ByteSink & ~Copyable>(_ version: StaticString, to sink: inout Sink) {
    sink.append("VERSION ")
    sink.append(version)
    writeNewline(to: &sink)
  }

  @inlinable
  package static func writeNewline<Sink: ByteSink & ~Copyable>(to sink: inout Sink) {
    sink.append("\r\n")
  }

  @inlinable
  package static func writeSpaced<Sink: ByteSink & ~Copyable>(_ number: UInt64, to sink: inout Sink) {
    sink.append(UInt8(0x20))
    sink.append(decimal: number)
  }
}
