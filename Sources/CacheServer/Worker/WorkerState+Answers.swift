import Platform
import SystemPackage
import Transport

/// Answers that wait for the end of the pass.
extension WorkerState {
  /// More bytes in one turn than others' answers should wait for again and again.
  private static let heavyTurn = 16 << 10

  /// The answer is as it shall be sent.
  mutating func layAside(_ token: UInt32) {
    answers.append(PassAnswers.Entry(token: token, transport: engine.transport, bytes: engine.output.layAside()))
    connections[token].hasAnswerAside = true
  }

  /// No answer should be laid aside, or go on waiting, before these are sent.
  var mustSendAnswers: Bool {
    answers.isFull || engine.output.asideCount >= PassAnswers.mostBytes
      || engine.allowance < Engine.turnBytes - Self.heavyTurn
  }

  /// Sends the answers that are laid aside, in their order, up to one that its socket does not take as a whole. Returns that
  /// one's connection and what becomes of it; nil when all are sent.
  mutating func sendAnswers() -> (token: UInt32, fate: Fate)? {
    var written = 0
    defer { engine.counters.add(.bytesWritten, written) }
    while let answer = answers.takeFirst() {
      connections[answer.token].hasAnswerAside = false
      let bytes = answer.bytes
      let sent = answer.transport.send(engine.output.bytes(aside: bytes))
      if case .failed = sent { return (answer.token, .closes) }
      var count = 0
      if case .bytes(let taken) = sent { count = taken }
      written += count
      if count < bytes.count {
        keep(bytes.dropFirst(count), answer.token)
        return (answer.token, .waitsForRoom)
      }
    }
    engine.output.dropAside()
    return nil
  }

  /// What the socket did not take becomes the connection's unfinished business.
  private mutating func keep(_ bytes: Range<Int>, _ token: UInt32) {
    var transfer = Transfer()
    transfer.output = engine.output.copy(aside: bytes)
    connections[token].transfer = transfers.insert(transfer)
  }
}
