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
/// **Invariants.** The two attempts have one request, and it is answered once: when one has an answer the other is abandoned, whose
/// answer is read and dropped. What the second does not have, the first is waited for: a write may be on its way.
/// `LatencyWindow` is the client library's.
extension ProxyState {
  /// Milliseconds: no answer is late before, for the clock of a worker is no finer.
  private static var minDelay: UInt32 { 5 }

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
    max(Self.minDelay, UInt32(clamping: Int64(latencies[backend].delay / .milliseconds(1))))
  }

  private mutating func hedge(_ number: UInt32, after delay: UInt32, at other: Int) {
    var place = connections[number].first
    var offset = 0
    // Each is younger than the one before, but for what is said again.
    while place != .none, now &- operations[place].madeAt > delay {
      let operation = operations[place]
      if operation.isRead, operation.otherAttempt == .none, !operation.isAbandoned, operation.repeats == 0,
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
    let target = connection(to: other, hash(of: operation, command.bytes), isBinary: isBinary)
    if connections[target].state == .closed, !open(target) { return }
    guard connections[target].pending < limits.maxPending else { return }
    connections[target].output.reserve(count)
    connections[target].output.append(command.bytes)
    var hedge = operation
    (hedge.isHedge, hedge.otherAttempt) = (true, place)
    enqueue(hedge, on: target, byteCount: count)
    operations[place].otherAttempt = connections[target].last
    counters.add(.hedges)
  }

  // MARK: Answers

  /// Before an answer is taken: what the second side does not have is no answer.
  mutating func passMiss(_ place: UInt32, at position: Int) {
    let other = operations[place].otherAttempt
    guard operations[place].isHedge, other != .none, isMiss(place, at: position) else { return }
    abandon(place, leaving: other)
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
    let other = operations[place].otherAttempt
    if other != .none { abandon(other, leaving: place) }
  }

  /// Its answer is nobody's any more.
  private mutating func abandon(_ place: UInt32, leaving other: UInt32) {
    let request = operations[place].request
    operations[other].otherAttempt = .none
    operations[place].otherAttempt = .none
    operations[place].request = .none
    operations[place].role = .ignored
    operations[place].isAbandoned = true
    release(request)
  }

  /// One of two attempts is lost: the other goes on. False where there is no other.
  mutating func continueOnOtherAttempt(_ place: UInt32) -> Bool {
    if operations[place].isAbandoned { return true }
    let other = operations[place].otherAttempt
    if other == .none { return false }
    operations[other].otherAttempt = .none
    operations[other].isHedge = false
    return true
  }
}
