import MemcacheProtocol
import Platform
import SystemPackage

// A cache-aside client with one connection: asks for the trace's keys in their order, and sets what it missed.
//
//    turn     send  set(missed of the turn before) … get get get …      │ recv  STORED … VALUE/END END VALUE/END …
//
// The order is that of a client that does one thing after another, but for a key which a turn asks for twice: there the
// second miss would have been a hit, had the set gone out in between, and it is counted so.

struct ReplayRun: ~Copyable {
  let plan: ReplayPlan
  private let trace: AnyIterator<UInt32>
  /// Requests asked so far.
  private var given: UInt64 = 0
  private let socket: FileDescriptor
  private var poller: Poller
  private var input: ByteBuffer
  private var output: ByteBuffer
  private(set) var counts = ReplayCounts()

  private var asked: [UInt32] = []
  private var missed: [UInt32] = []
  /// Answers of this turn: first those to the sets, then those to the gets.
  private var setsUnanswered = 0
  private var getsAnswered = 0
  private var hasValue = false

  enum Failure: Error, Equatable {
    case silent
    case closed
    case malformed
  }

  /// - Parameter socket: connecting or connected; closed when the replay goes.
  static func make(_ plan: ReplayPlan, over socket: FileDescriptor) throws(Errno) -> ReplayRun {
    let poller = try Poller()
    try poller.add(socket, token: 0, .readable)
    return ReplayRun(plan, socket, poller)
  }

  private init(_ plan: ReplayPlan, _ socket: FileDescriptor, _ poller: consuming Poller) {
    self.plan = plan
    self.socket = socket
    self.poller = poller
    trace = plan.trace.makeIterator()
    input = ByteBuffer(capacity: 256 * 1024)
    output = ByteBuffer(capacity: plan.maxBatchCount)
  }

  deinit { Socket.close(socket) }

  /// `observe` is called now and then with what was counted so far.
  mutating func run(observe: (ReplayCounts) -> Void) throws -> ReplayCounts {
    let start = SystemClock.monotonicNanoseconds()
    var nextLook = start + 1_000_000_000
    while ask() {
      try exchange()
      let now = SystemClock.monotonicNanoseconds()
      counts.nanoseconds = now - start
      if now > nextLook {
        observe(counts)
        nextLook = now + 1_000_000_000
      }
      waitForTurn(start: start, now: now)
    }
    return counts
  }

  /// Writes a turn; false at the end of the trace.
  private mutating func ask() -> Bool {
    asked.removeAll(keepingCapacity: true)
    while asked.count < plan.depth, let key = trace.next() { asked.append(key) }
    if asked.isEmpty { return false }
    given += UInt64(asked.count)
    setsUnanswered = missed.count
    getsAnswered = 0
    for key in missed { set(key) }
    missed.removeAll(keepingCapacity: true)
    for key in asked {
      output.append("get ")
      plan.keys.append(key, to: &output)
      output.append("\r\n")
    }
    return true
  }

  private mutating func set(_ key: UInt32) {
    output.append("set ")
    plan.keys.append(key, to: &output)
    output.append(" 0 ")
    output.append(decimal: UInt64(plan.lifetime(key)))
    output.append(UInt8(ascii: " "))
    output.append(decimal: UInt64(plan.values.size(key)))
    output.append("\r\n")
    plan.values.append(key, to: &output)
    output.append("\r\n")
    counts.sets += 1
  }

  private func waitForTurn(start: UInt64, now: UInt64) {
    guard let rate = plan.rate else { return }
    let due = start + UInt64(Double(given) / rate * 1e9)
    if due > now { Thread.sleep(nanoseconds: due - now) }
  }

  // MARK: The exchange

  /// Sends the turn and takes its answers, both as they go: the server may not read while its answers are not read.
  private mutating func exchange() throws {
    var isWriting = false
    while !output.isEmpty || setsUnanswered > 0 || getsAnswered < asked.count {
      if !output.isEmpty, case .failed = output.send(to: socket) { throw Failure.closed }
      if isWriting == output.isEmpty {
        isWriting = !output.isEmpty
        try poller.change(socket, token: 0, isWriting ? [.readable, .writable] : .readable)
      }
      if poller.wait(nanoseconds: 10_000_000_000) == 0 { throw Failure.silent }
      if poller.readiness(at: 0).contains(.readable) { try receive() }
    }
    output.clear()
  }

  private mutating func receive() throws {
    input.reserve(256 * 1024)
    switch input.receive(from: socket) {
    case .bytes: try read()
    case .wouldBlock: break
    case .closed, .failed: throw Failure.closed
    }
  }

  private mutating func read() throws {
    var offset = 0
    let available = input.count
    reading: while offset < available {
      switch TextReplyParser.parse(input.bytes, from: offset) {
      case .reply(let reply, let count):
        try take(reply)
        offset += count
      case .incomplete(let needed):
        input.consume(offset)
        input.reserve(max(needed - input.count, 0))
        return
      case .malformed: throw Failure.malformed
      }
    }
    input.consume(offset)
  }

  private mutating func take(_ reply: TextReply) throws {
    if setsUnanswered > 0 {
      setsUnanswered -= 1
      if reply != .answer(.stored) { counts.refused += 1 }
      return
    }
    guard getsAnswered < asked.count else { throw Failure.malformed }
    switch reply {
    case .value(let key, _, let value, _):
      let index = asked[getsAnswered]
      hasValue = true
      let isRight =
        plan.keys.matches(index, input.bytes.bytes(in: key)) && plan.values.matches(index, input.bytes.bytes(in: value))
      if !isRight { counts.wrong += 1 }
    case .answer(.end): complete()
    default: throw Failure.malformed
    }
  }

  private mutating func complete() {
    let key = asked[getsAnswered]
    let isMiss = !hasValue && !missed.contains(key)
    let number = given - UInt64(asked.count) + UInt64(getsAnswered)
    if number >= plan.warmup {
      counts.requests += 1
      counts.misses += isMiss ? 1 : 0
    }
    if isMiss { missed.append(key) }
    hasValue = false
    getsAnswered += 1
  }
}

/// What a replay came to.
struct ReplayCounts: Sendable, Equatable {
  /// Requests after the warm-up, and how many of them missed.
  var requests: UInt64 = 0
  var misses: UInt64 = 0
  /// All sets, and those that the server refused.
  var sets: UInt64 = 0
  var refused: UInt64 = 0
  var wrong: UInt64 = 0
  var nanoseconds: UInt64 = 0

  var missRatio: Double { requests == 0 ? 0 : Double(misses) / Double(requests) }
}
