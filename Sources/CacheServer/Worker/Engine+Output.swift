import ItemStore
import MemcacheProtocol
import Platform

/// Sending: everything that is answered goes out by `flush`, in order.
extension Engine {
  /// Makes room for an answer of `count` bytes, by sending if need be; false when the client does not read.
  @inline(__always) mutating func hasRoom(_ count: Int) -> Bool {
    output.space >= count || makeRoom(count)
  }

  private mutating func makeRoom(_ count: Int) -> Bool {
    hasFlushed = true
    if flush() { return true }
    if isBroken { return false }
    output.compact()
    return output.space >= count
  }

  /// Sends what is answered: the output, then the value that is sent from its item. False if the socket takes no more, or
  /// should not for now: the connection then waits until it is writable.
  mutating func flush() -> Bool {
    holdAnswers()
    if current.heldUntil != nil, !isFree() { return false }
    while true {
      if !sendOutput() { return false }
      guard let insert = current.insert else { return true }
      if allowance <= 0 { return false }
      hasFlushed = true
      let sent = send(insert)
      current.insert = Transfer.Insert(value: insert.value, sent: sent)
      if sent < insert.value.valueCount { return false }
      senders.unpin(insert.value, in: store)
      current.insert = nil
      TextResponse.writeNewline(to: &output)
    }
  }

  /// Whether the peer has what the answers speak of, or need not have it.
  private mutating func isFree() -> Bool {
    guard let stamp = current.heldUntil, !context.acknowledgements.has(stamp) else {
      current.heldUntil = nil
      return true
    }
    return false
  }

  /// Notes what the connection has changed, so that its answers wait for the peer.
  private mutating func holdAnswers() {
    guard let journal, context.acknowledgements.isOn else { return }
    let newest = journal.newestStamp
    if newest > stampAtTurn {
      stampAtTurn = newest
      current.heldUntil = newest
    }
  }

  private mutating func sendOutput() -> Bool {
    while !output.isEmpty {
      if allowance <= 0 { return false }
      switch output.send(to: socket) {
      case .bytes(let count):
        allowance -= count
        counters.add(.bytesWritten, count)
      case .wouldBlock: return false
      case .failed:
        isBroken = true
        return false
      }
    }
    output.clear()
    return true
  }

  /// How much of the value is sent by now.
  private mutating func send(_ insert: Transfer.Insert) -> Int {
    let socket = self.socket
    let end = insert.sent + allowance
    var position = insert.sent
    var failed = false
    store.forEachPiece(of: insert.value, from: insert.sent) { piece in
      var offset = 0
      while offset < piece.count {
        if position >= end { return false }
        switch Socket.send(socket, piece.extracting(offset..<piece.count)) {
        case .bytes(let count):
          offset += count
          position += count
        case .wouldBlock: return false
        case .failed:
          failed = true
          return false
        }
      }
      return true
    }
    allowance -= position - insert.sent
    counters.add(.bytesWritten, position - insert.sent)
    if failed { isBroken = true }
    return position
  }

  // MARK: Answers

  @inline(__always) mutating func answer(_ answer: TextAnswer, unless noreply: Bool = false) {
    if !noreply { TextResponse.write(answer, to: &output) }
  }

  mutating func answer(_ error: TextError, unless noreply: Bool = false) {
    if !noreply { TextResponse.write(error, to: &output) }
  }
}
