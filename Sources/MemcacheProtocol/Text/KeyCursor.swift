/// Walks over the keys of a line that is in the input as a whole. A plain value: copy it to walk again.
package struct KeyCursor: Sendable, BitwiseCopyable {
  var position: Int32
  let end: Int32

  /// `tooLong` ends the whole command: its answer is `TextError.badCommandLine` and nothing else.
  package enum Step: Hashable, Sendable, BitwiseCopyable {
    case key(ByteRange)
    case end
    case tooLong
  }

  /// The next key. `input` must be the span that the line was parsed from.
  package mutating func next(in input: Span<UInt8>) -> Step {
    let start = input.skipSpaces(from: Int(position), to: Int(end))
    guard start < Int(end) else { return .end }
    let stop = input.firstSpace(from: start, to: Int(end))
    position = Int32(truncatingIfNeeded: stop)
    guard stop &- start <= ProtocolLimits.maxKeyCount else { return .tooLong }
    return .key(ByteRange(start: start, count: stop &- start))
  }
}
