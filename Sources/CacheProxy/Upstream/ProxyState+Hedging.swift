import MemcacheClientCore
import MemcacheProtocol
import Platform

/// Reads that take longer than others: the other side of the pair is asked as well, and the first answer counts (`--hedge-percentile`).
///
/// ```
///   a: get k ──────── later than 99 % of a's answers ────────────────▶ (VALUE …: nobody's)
///                      └─▶ b: get k ──▶ VALUE … ──▶ the client
/// ```
///
/// **Invariants.** Two twins have one request, and it is answered once: who answers first makes an orphan of the other, whose answer is
/// read and dropped. What the second does not have, the first is waited for: a write may be on its way. `LatencyWindow` is the
/// client library's.
extension ProxyState {
  /// No answer is late before: the clock of a worker is no finer.
  private static var leastDelay: UInt32 { 5 }

  /// How long each server takes for its answers; empty where nobody asks.
  static func windows(of settings: ProxySettings, count: Int) -> [LatencyWindow] {
    if settings.hedgePercentile == 0 { return [] }
    let window = LatencyWindow(percentile: Double(settings.hedgePercentile) / 100, fallback: .milliseconds(50))
    return .init(repeating: window, count: count)
  }

  var hedges: Bool { limits.hedges }

  /// Reads at a pair may become late.
  var hasReadsAtPairs: Bool {
    var found = false
    connections.forEachIndex { number in
      if connections[number].pending > 0, !connections[number].isLeft, dialer.isPair(connections[number].backend) {
        found = true
      }
    }
    return found
  }

  /// Asks the other side for what is late.
  mutating func hedgeLate() {
    connections.forEachIndex { late.append($0) }
    while let number = late.popLast() {
      let backend = connections[number].backend
      guard connections[number].state == .open, !connections[number].isLeft,
        let other = dialer.pool.partner(of: backend), health[other] == .alive
      else { continue }
      hedge(number, after: delay(of: backend), at: other)
    }
  }

  private func delay(of backend: Int) -> UInt32 {
    max(Self.leastDelay, UInt32(clamping: Int64(latencies[backend].delay / .milliseconds(1))))
  }

  private mutating func hedge(_ number: UInt32, after delay: UInt32, at other: Int) {
    var place = connections[number].first
    var offset = 0
    // Each is younger than the one before, but for what is said again.
    while place != .none, now &- operations[place].madeAt > delay {
      let operation = operations[place]
      if operation.isRead, operation.twin == .none, !operation.isOrphan, operation.repeats == 0,
        operation.request != .none, !operation.isPartlyAnswered
      {
        hedge(place, from: number, at: offset, by: other)
      }
      offset += Int(operation.byteCount)
      place = operation.next
    }
  }

  private mutating func hedge(_ place: UInt32, from number: UInt32, at offset: Int, by other: Int) {
    let operation = operations[place]
    let count = Int(operation.byteCount)
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    connections[number].copy(offset, count, to: &command)
    let isBinary = connections[number].isBinary
    let twin = connection(to: other, hash(of: operation, command.bytes), isBinary: isBinary)
    if connections[twin].state == .closed, !open(twin) { return }
    guard connections[twin].pending < limits.maxPending else { return }
    connections[twin].output.reserve(count)
    connections[twin].output.append(command.bytes)
    var hedge = operation
    (hedge.isHedge, hedge.twin) = (true, place)
    enqueue(hedge, on: twin, byteCount: count)
    operations[place].twin = connections[twin].last
    counters.add(.hedges)
  }

  // MARK: Answers

  /// Before an answer is taken: what the second side does not have is no answer.
  mutating func passMiss(_ place: UInt32, at position: Int) {
    guard operations[place].isHedge, operations[place].twin != .none, isMiss(place, at: position) else { return }
    orphan(place, of: operations[place].twin)
  }

  private func isMiss(_ place: UInt32, at position: Int) -> Bool {
    let bytes = received.bytes
    if operations[place].expected == .frame {
      return position + 8 <= bytes.count && (bytes[position + 6] != 0 || bytes[position + 7] != 0)
    }
    return bytes[position] != UInt8(ascii: "V") && bytes[position] != UInt8(ascii: "H")
  }

  /// A part of its answer has been taken, or all of it.
  mutating func settle(_ number: UInt32, _ place: UInt32) {
    if !connections[number].isLeft {
      latencies[connections[number].backend].add(.milliseconds(Int64(now &- operations[place].madeAt)))
    }
    let twin = operations[place].twin
    if twin != .none { orphan(twin, of: place) }
  }

  /// Its answer is nobody's any more.
  private mutating func orphan(_ place: UInt32, of twin: UInt32) {
    let request = operations[place].request
    operations[twin].twin = .none
    operations[place].twin = .none
    operations[place].request = .none
    operations[place].role = .ignored
    operations[place].isOrphan = true
    release(request)
  }

  /// One of two twins is lost: the other goes on. False where it has none.
  mutating func leaveToTwin(_ place: UInt32) -> Bool {
    if operations[place].isOrphan { return true }
    let twin = operations[place].twin
    if twin == .none { return false }
    operations[twin].twin = .none
    operations[twin].isHedge = false
    return true
  }
}
