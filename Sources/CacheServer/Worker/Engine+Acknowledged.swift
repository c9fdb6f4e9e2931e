import ItemStore
import MemcacheProtocol
import Platform
import Replication

/// Answers that wait until it is known what the peer has made of the writes they speak of (`-o repl_ack`).
///
/// ```
///   write ─▶ noteWrite ─▶ flush: held ─▶ the peer has processed it, or is gone, or the time is over ─▶ settleWrites ─▶ sent
///                                                                                └ refused there: an error instead
/// ```
///
/// A value that the peer refuses is gone here, too, so its writer is told. One that it has no room for is here: that is
/// STORED, and counted.
extension Engine {
  /// What the worker had changed when the connection's turn began.
  mutating func notePosition() {
    guard holdsAnswers, let journal else { return }
    positionAtTurn = journal.position
    notedPosition = positionAtTurn
  }

  /// A value was written, and its answer stands in the output from `start` on.
  @inline(never)
  mutating func noteWrite(answeredFrom start: Int) {
    guard let journal, journal.position != notedPosition else { return }
    notedPosition = journal.position
    if current.writes.isEmpty { current.writes = writes.end..<writes.end }
    writes.append(HeldWrites.Write(stamp: journal.newestStamp, answer: start..<output.count))
    current.writes = current.writes.lowerBound..<writes.end
  }

  /// Notes what the connection has changed, so that its answers wait for the peer.
  mutating func holdAnswers() {
    guard holdsAnswers, let journal else { return }
    let position = journal.position
    if position == positionAtTurn { return }
    positionAtTurn = position
    notedPosition = position
    current.heldUntil = position
  }

  /// Whether it is known what has become of what the answers speak of, or nobody is there to tell.
  mutating func isFree() -> Bool {
    guard let position = current.heldUntil, let state = journal?.outcomes.state(of: position) else { return true }
    if !state.isFree { return false }
    if state == .released { context.acknowledgements.countTimeout() }
    current.heldUntil = nil
    return true
  }

  /// The answers go now: they say what is known.
  mutating func settleWrites() {
    guard !current.writes.isEmpty, let journal else { return }
    var fetched = writes
    writes = HeldWrites()
    journal.outcomes.takeRejections { fetched.noteRejection($0, $1) }
    fetched.takeRejected(current.writes) { write, rejection in
      switch rejection {
      case .outOfMemory: context.acknowledgements.countRefused()
      case .refused: replaceAnswer(write.answer)
      }
    }
    writes = fetched
    current.writes = 0..<0
  }

  /// Only connections wait whose writes begin with this one; nil: none does.
  mutating func dropWrites(before number: UInt64?) {
    guard let stamp = writes.drop(before: number ?? writes.end), let journal else { return }
    journal.outcomes.noteAnswered(upTo: number == nil ? journal.newestStamp : stamp)
  }

  /// Puts an error in the place of an answer. Behind it nothing of the output may be waiting to be replaced.
  private mutating func replaceAnswer(_ answer: Range<Int>) {
    guard !answer.isEmpty, answer.upperBound <= output.count else { return }
    let line = TextError.refusedByPeer.line
    var tail = ByteBuffer(capacity: output.count - answer.upperBound)
    tail.append(output.bytes.extracting(answer.upperBound...))
    moveInsert(behind: answer, by: line.utf8CodeUnitCount - answer.count)
    output.truncate(toCount: answer.lowerBound)
    output.reserve(line.utf8CodeUnitCount + tail.count)
    output.append(line)
    output.append(tail.bytes)
  }

  /// The first value that is sent from its item behind this answer is farther behind the one before it now.
  private mutating func moveInsert(behind answer: Range<Int>, by count: Int) {
    var position = 0
    for number in current.inserts.indices {
      position += current.inserts[number].gap
      if position >= answer.upperBound { return current.inserts[number].move(by: count) }
    }
  }
}
