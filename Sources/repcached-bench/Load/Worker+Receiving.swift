import Platform

extension Worker {
  mutating func handle(_ index: UInt32, _ readiness: PollInterest) {
    if connections[index].state == .connecting { return finishConnecting(index) }
    if readiness.contains(.writable), connections[index].state == .open { continueSending(index) }
    if readiness.contains(.readable), connections[index].state == .open { receiveAll(index) }
  }

  /// Of what TLS holds the poller tells nothing.
  private mutating func receiveAll(_ index: UInt32) {
    repeat { receive(index) } while connections[index].state == .open && connections[index].transport.hasBufferedInput
  }

  /// One recv: what it left, the poller tells again. Then the answers, then the requests that they make room for.
  private mutating func receive(_ index: UInt32) {
    if !connections[index].unread.isEmpty { swap(&input, &connections[index].unread) }
    input.reserve(max(connections[index].needed &- input.count, 16 * 1024))
    let result = connections[index].transport.receive(into: &input)
    let now = SystemClock.monotonicNanoseconds()
    lastAnswered = now
    guard case .bytes(let count) = result else {
      if result == .wouldBlock { return keepRest(index) }
      input.clear()
      return lose(index)
    }
    tally.count(.bytesReceived, count)
    if input.count < connections[index].needed { return keepRest(index) }
    let before = connections[index].pending.count
    let isInStep = connections[index].read(&input, workload, &tally, at: now)
    waiting &-= before &- connections[index].pending.count
    if !isInStep {
      input.clear()
      return lose(index)
    }
    keepRest(index)
    resume(index, at: now)
  }

  private mutating func keepRest(_ index: UInt32) {
    if input.isEmpty { return }
    swap(&input, &connections[index].unread)
    if input.capacity == 0 { input.reserve(Worker.bufferCount) }
  }

  private mutating func resume(_ index: UInt32, at now: UInt64) {
    switch connections[index].role {
    case .idle: break
    case .reconnecting where !isFilling: if connections[index].pending.isEmpty { reconnect(index) }
    case .active, .reconnecting: if schedule == nil { fill(index) } else { sendDue(index, at: now) }
    }
  }
}
