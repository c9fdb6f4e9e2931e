import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// get, gets, gat, gats whose line of keys is no canonical request or too long for a group.
///
/// Such a line is served a group at a time, so that a client that asks for more than it reads holds no more than one buffer.
extension TextSession {
  /// A retrieval whose line is in the input as a whole, from its first key on.
  mutating func beginRetrieval(_ line: LongRetrieval, _ turn: borrowing Turn) {
    replyMark = turn.reply.mark
    current.retrieval = UnfinishedRequest.Retrieval(line: line, isWhole: true)
  }

  /// Keys of a line that has no end in the input yet, whose client did not read, or that is long. Nil when it has ended.
  ///
  /// - Parameter isFilled: what stands behind the group's keys, if these are the next ones of the line.
  mutating func continueRetrieval(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ isFilled: KeyGroup.Filled? = nil
  ) -> Pause? {
    var isFilled = isFilled
    while var retrieval = current.retrieval {
      if !hasRoom(Self.answerRoom, &turn) { return turn.isBroken ? .closing : .blocked }
      let filled = isFilled ?? group.fill(&retrieval.line, input, from: consumed, store)
      isFilled = nil
      if case .refused = filled, retrieval.isWhole { group.clear() }
      if let next = answerGroup(retrieval, input, &consumed, &turn, store) {
        consumed = next
        current.retrieval?.line.resume()
        if turn.isBroken { return .closing }
        if !send(&turn) { return turn.isBroken ? .closing : .blocked }
        continue
      }
      current.retrieval?.line = retrieval.line
      if finish(filled, &consumed, &turn) { return .starved }
    }
    return nil
  }

  /// Answers the group's keys. Returns where the line goes on if something must be sent first.
  private mutating func answerGroup(
    _ retrieval: UnfinishedRequest.Retrieval, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore
  ) -> Int? {
    var number = 0
    while number < group.count {
      if number % KeyGroup.fetched == 0 { group.prefetch(from: number, store) }
      let (next, hasRoom) =
        if let exptime = retrieval.line.exptime {
          touchKeys(from: number, exptime: exptime, input, &consumed, &turn, store)
        } else {
          answerKeys(from: number, input, &consumed, &turn, store)
        }
      if !hasRoom { return group.key(next).range.lowerBound }
      number = next
    }
    return nil
  }

  /// What stands behind the group's keys. True where more input must come.
  private mutating func finish(_ filled: KeyGroup.Filled, _ consumed: inout Int, _ turn: inout Turn) -> Bool {
    switch filled {
    case .keys(let next): consumed = next
    case .incomplete(let next):
      consumed = next
      return true
    case .answered:
      // Its last key's answer was followed by END.
      turn.requests += 1
      current.retrieval = nil
    case .end(let next):
      consumed = next
      current.retrieval = nil
      answer(.end, &turn)
    case .skipped(let next):
      consumed = next
      current.retrieval = nil
    case .refused(let error, let next):
      consumed = next
      if let mark = replyMark { turn.reply.truncate(to: mark, releasing: &pins) }
      replyMark = nil
      answer(error, &turn)
    }
    return false
  }
}
