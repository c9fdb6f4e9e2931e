import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// Sending: everything that is answered goes out by `flush`, in order.
///
/// Small values are copied into the output, larger ones go out from their items, in the same call. Where the two cost the
/// same was measured (µs of processor time a request, lower quarter of 10 interleaved runs):
///
/// | value | one a get: copied, gathered | ten a get: copied, gathered | memcached 1.6.45, one, ten |
/// |---|---|---|---|
/// | 1 KB | 6.5, 6.6 | | |
/// | 2 KB | 6.6, 6.9 | | |
/// | 4 KB | 7.0, 7.2 | | |
/// | 8 KB | | 24.7, 23.0 | –, 30.4 |
/// | 10 KB | 8.0, 8.2 | | 8.9, – |
/// | 16 KB | 9.1, 10.5 | 42.6, 34.3 | –, 42.0 |
///
/// One copy brings the value into the cache for the kernel's own and costs nothing; many push each other out of it, and out
/// of the buffer. So up to 8 KB are copied.
extension Engine {
  /// Makes room for an answer of `count` bytes, by sending if need be; false when the client does not read.
  @inline(__always) mutating func hasRoom(_ count: Int) -> Bool {
    output.space >= count || makeRoom(count)
  }

  mutating func makeRoom(_ count: Int) -> Bool {
    hasFlushed = true
    if flush() { return true }
    if isBroken { return false }
    output.compact()
    return output.space >= count
  }

  /// Sends what is answered: the output, and between its bytes the values that are sent from their items. False if the
  /// socket takes no more, or should not for now: the connection then waits until it is writable.
  mutating func flush() -> Bool {
    holdAnswers()
    if current.heldUntil != nil, !isFree() { return false }
    settleWrites()
    while !output.isEmpty || !current.inserts.isEmpty {
      if allowance <= 0 { return false }
      let (offered, sent) = current.inserts.isEmpty ? sendOutput() : sendGathered()
      switch sent {
      case .bytes(let count):
        allowance -= count
        counters.add(.bytesWritten, count)
        // The kernel has no room: to ask again would only be told so.
        if count < offered { return false }
      case .wouldBlock: return false
      case .failed:
        isBroken = true
        return false
      }
    }
    output.clear()
    return true
  }

  /// Whether the answers may wait for the end of the pass: they are small, wait for nothing else, and are the last that is
  /// left to do for the connection.
  mutating func canLayAside() -> Bool {
    holdAnswers()
    return !output.isEmpty && output.count <= PassAnswers.largest && allowance > 0 && current.isNothing
  }

  private mutating func sendOutput() -> (offered: Int, sent: Sent) {
    let offered = output.count
    return (offered, transport.send(&output))
  }

  /// One call for output and inserts, as far as they fit in a list and in the connection's turn.
  private mutating func sendGathered() -> (offered: Int, sent: Sent) {
    let (offered, sent) = gathered()
    if case .bytes(let count) = sent { drop(count) }
    return (offered, sent)
  }

  private borrowing func gathered() -> (offered: Int, sent: Sent) {
    let store = self.store
    let bytes = output.bytes
    var list = GatherList(limit: allowance)
    var position = 0
    for insert in current.inserts {
      list.add(bytes.extracting(position..<position + insert.gap))
      position += insert.gap
      var offset = insert.sent
      while offset < insert.value.item.valueCount, !list.isFull {
        let piece = store.piece(of: insert.value.item, at: offset)
        list.add(piece)
        offset += piece.count
      }
      if list.isFull { break }
    }
    list.add(bytes.extracting(position...))
    return (list.byteCount, transport.gather(&list))
  }

  /// So many bytes of output and inserts are sent.
  private mutating func drop(_ count: Int) {
    var rest = count
    var finished = 0
    while rest > 0, finished < current.inserts.count {
      rest = current.inserts[finished].drop(rest, from: &output)
      if !current.inserts[finished].isSent { break }
      senders.release(current.inserts[finished].value, in: store)
      finished += 1
    }
    current.inserts.removeFirst(finished)
    output.consume(rest)
  }

  // MARK: Inserts

  /// The value of `item` comes next: behind what is in the output.
  mutating func insert(_ value: HeldValue) {
    current.inserts.append(Insert(value, gap: output.count - current.inserts.gaps))
  }

  /// Forgets all but the first `count`.
  mutating func dropInserts(downTo count: Int) {
    while current.inserts.count > count { senders.release(current.inserts.removeLast().value, in: store) }
  }

  /// The connection waits with what it has not sent.
  mutating func shareInserts() {
    for number in current.inserts.indices { senders.share(&current.inserts[number].value, in: store) }
  }

  // MARK: Answers

  @inline(__always) mutating func answer(_ answer: TextAnswer, unless noreply: Bool = false) {
    if !noreply { TextResponse.write(answer, to: &output) }
  }

  mutating func answer(_ error: TextError, unless noreply: Bool = false) {
    if !noreply { TextResponse.write(error, to: &output) }
  }
}
