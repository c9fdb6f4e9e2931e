import Platform

extension Worker {
  /// A closed loop's turn: when all is answered, as many requests as may be in flight.
  mutating func fill(_ index: UInt32) {
    guard connections[index].pending.isEmpty, connections[index].state == .open else { return }
    let depth = isFilling ? workload.fillDepth : connections[index].role == .active ? workload.depth : 1
    let now =
      connections[index].role == .reconnecting && !isFilling
      ? connections[index].began : SystemClock.monotonicNanoseconds()
    let count = source.take(depth, at: now)
    guard count > 0 else { return }
    for _ in 0..<count { connections[index].ask(&source, workload, start: now, to: &output) }
    waiting &+= count
    flush(index)
  }

  /// Deals what is due to its connections and lets those go out that may.
  mutating func dealRequests(at now: UInt64) {
    while let lane = schedule?.deal(at: now) {
      let index = UInt32(lane)
      connections[index].due &+= 1
      sendDue(index, at: now)
    }
  }

  mutating func sendDue(_ index: UInt32, at now: UInt64) {
    guard let schedule, connections[index].state == .open else { return }
    let count = min(connections[index].due, workload.depth &- connections[index].pending.count)
    guard count > 0, connections[index].unsent.isEmpty, now < schedule.cutoff else { return }
    for _ in 0..<count {
      let start = schedule.time(lane: connections[index].lane, turn: connections[index].turn)
      connections[index].ask(&source, workload, start: start, to: &output)
      connections[index].turn &+= 1
    }
    connections[index].due &-= count
    waiting &+= count
    flush(index)
  }

  /// The idle connections ask in turn, so that each has been used once in a period.
  mutating func askIdle(at now: UInt64) {
    while nextIdleTime <= now, !source.isExhausted(at: now) {
      let index = UInt32(activeCount + idleTurn)
      idleTurn = (idleTurn + 1) % idleCount
      nextIdleTime &+= Worker.idlePeriod / UInt64(idleCount)
      guard connections[index].pending.isEmpty, connections[index].state == .open else { continue }
      connections[index].ask(&source, workload, start: now, to: &output)
      waiting &+= 1
      flush(index)
    }
  }

  /// Sends what was written; a rest waits with its connection until the socket takes it.
  private mutating func flush(_ index: UInt32) {
    switch connections[index].transport.send(&output) {
    case .bytes(let count): tally.count(.bytesSent, count)
    case .wouldBlock: break
    case .failed: return lose(index)
    }
    if output.isEmpty { return }
    swap(&output, &connections[index].unsent)
    output.reserve(Worker.bufferCount)
    want([.readable, .writable], index)
  }

  mutating func continueSending(_ index: UInt32) {
    switch connections[index].continueSending() {
    case .bytes(let count): tally.count(.bytesSent, count)
    case .wouldBlock: break
    case .failed: return lose(index)
    }
    if connections[index].unsent.isEmpty { want(.readable, index) }
  }

  func want(_ interest: PollInterest, _ index: UInt32) {
    try? poller.change(connections[index].socket, token: index, interest)
  }
}
