// A retrieval whose line does not fit the buffer: 100,000 keys make a line of 25 MB, and the buffer stays 64 KB.
//
//     ┌ consumed ┬ key ┬ key ┬ ke│                 buffer full: next() … incomplete(next: start of "ke")
//                            ┌ ke┬y ┬ key ┬ …│     the caller drops what lies before `next`, receives more, and goes on
//
// The line's head (`get`, or `gat` and its exptime) is read once by TextParser; this value is all the state that lives
// on between buffers, and it is only the phase: no position, so that the caller may move its bytes as it likes.
//
//     keys ──newline──▶ ended
//      └───key too long, no key at all, bad head──▶ skipping ──newline──▶ ended

/// The state of a retrieval that is served key by key while its line arrives.
package struct LongRetrieval: Hashable, Sendable, BitwiseCopyable {
  private enum Phase: UInt8 { case beforeKeys, keys, refusing, skipping, ended }

  package enum Step: Hashable, Sendable, BitwiseCopyable {
    /// A key; go on from `next`.
    case key(ByteRange, next: Int)
    /// Bytes before `next` are done with; call again from there when more have come.
    case incomplete(next: Int)
    /// The line ended: answer END.
    case end(next: Int)
    /// What was answered of this command is void: put this line in its place. Go on from `next` until `skipped`.
    case refused(TextError, next: Int)
    /// The refused line ended: nothing more to answer.
    case skipped(next: Int)
  }

  package let withCAS: Bool
  /// Of `gat` and `gats`; nil for `get` and `gets`.
  package let exptime: Int64?
  private var phase: Phase
  /// Of a line that is refused for its head.
  private var refusal = TextError.badCommandLine

  init(withCAS: Bool) {
    self.withCAS = withCAS
    exptime = nil
    phase = .beforeKeys
  }

  init(touching exptime: Int64, withCAS: Bool) {
    self.withCAS = withCAS
    self.exptime = exptime
    phase = .beforeKeys
  }

  /// A line whose head is wrong: it is read to its end.
  init(refused error: TextError) {
    withCAS = false
    exptime = nil
    refusal = error
    phase = .refusing
  }

  /// A retrieval that was begun as a whole line and goes on behind one of its keys, or at the newline.
  package static func resumed(withCAS: Bool, exptime: Int64?) -> LongRetrieval {
    var retrieval = exptime.map { LongRetrieval(touching: $0, withCAS: withCAS) } ?? LongRetrieval(withCAS: withCAS)
    retrieval.phase = .keys
    return retrieval
  }

  /// Its head is read, and no more than that is known to be wrong.
  package var isAmongKeys: Bool { phase == .keys }

  /// Goes on behind one of its keys, whatever has been read beyond that.
  package mutating func resume() { phase = .keys }

  package mutating func next(in input: Span<UInt8>, from offset: Int) -> Step {
    switch phase {
    case .refusing:
      phase = .skipping
      return .refused(refusal, next: offset)
    case .skipping: return skip(in: input, from: offset)
    case .ended: return .end(next: offset)
    case .beforeKeys, .keys: return key(in: input, from: offset)
    }
  }

  private mutating func skip(in input: Span<UInt8>, from offset: Int) -> Step {
    let newline = input.firstNewline(from: offset)
    guard newline < input.count else { return .incomplete(next: newline) }
    phase = .ended
    return .skipped(next: newline &+ 1)
  }

  private mutating func key(in input: Span<UInt8>, from offset: Int) -> Step {
    let start = input.skipSpaces(from: offset, to: input.count)
    guard let stop = endOfToken(in: input, from: start) else {
      guard input.count &- start <= ProtocolLimits.maxKeyCount &+ 1 else { return refuse(at: start) }
      return .incomplete(next: start)
    }
    let isLast = input[stop] == UInt8.newline
    let hasReturn = isLast && stop > start && input[stop &- 1] == UInt8.carriageReturn
    let keyEnd = hasReturn ? stop &- 1 : stop
    if keyEnd == start { return finish(at: stop &+ 1) }
    guard keyEnd &- start <= ProtocolLimits.maxKeyCount else { return refuse(at: start) }
    phase = .keys
    return .key(ByteRange(start: start, count: keyEnd &- start), next: keyEnd)
  }

  private func endOfToken(in input: Span<UInt8>, from start: Int) -> Int? {
    var stop = start
    while true {
      stop = input.firstBlank(from: stop)
      guard stop < input.count else { return nil }
      if input[stop] == UInt8.space || input[stop] == UInt8.newline { return stop }
      stop &+= 1
    }
  }

  private mutating func refuse(at start: Int) -> Step {
    phase = .skipping
    return .refused(.badCommandLine, next: start)
  }

  private mutating func finish(at next: Int) -> Step {
    guard phase == .keys else {
      phase = .skipping
      return .refused(.badCommandLine, next: next &- 1)
    }
    phase = .ended
    return .end(next: next)
  }
}
