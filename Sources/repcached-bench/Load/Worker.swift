import MemcacheProtocol
import Platform
import SystemPackage
import Transport

// One thread of the load: its connections, and the loop that keeps them busy.
//
//    closed loop     each connection: write `depth` requests, one send │ recv, check each answer, none left: again
//    open loop       the schedule says when: requests that are due go out together, at most `depth` in flight
//
// Cheap by construction: requests are made in one buffer and sent by one call, a recv takes all that is there, answers
// are checked where they lie, nothing is allocated and the clock is read once a send and once a recv.
//
// Invariants. `waiting` is the number of requests without an answer over all connections. A connection's place in
// `connections` is its token and never changes; places 0..<activeCount are the active or reconnecting ones, the idle ones follow.
// One thread at a time runs a worker; phases may run on different threads.

struct Worker: ~Copyable {
  let workload: Workload
  let address: SocketAddress
  /// Nil: connections are plain.
  let tls: TLSContext?
  let activeCount: Int
  let idleCount: Int
  let reconnects: Bool
  var poller: Poller
  var connections = StableArray<Connection>()
  var input: ByteBuffer
  var output = ByteBuffer(capacity: Worker.bufferCount)
  var tally: Tally
  var source = RequestSource(goal: .requests(0), seed: 0)
  var schedule: Schedule?
  var waiting = 0
  /// Active connections that were not lost.
  var usableCount: Int
  var lastAnswered: UInt64 = 0
  var idleTurn = 0
  var nextIdleTime: UInt64 = 0
  var isFilling = false

  static let bufferCount = 256 * 1024
  /// Each idle connection asks once in this time; nanoseconds.
  static let idlePeriod: UInt64 = 10_000_000_000

  private init(
    _ workload: Workload, to address: SocketAddress, _ tls: TLSContext?, active: Int, idle: Int, reconnects: Bool,
    counters: CounterTable, _ poller: consuming Poller
  ) {
    self.workload = workload
    self.address = address
    self.tls = tls
    self.reconnects = reconnects
    activeCount = active
    usableCount = active
    idleCount = idle
    self.poller = poller
    input = ByteBuffer(capacity: Worker.bufferCount)
    tally = Tally(counters: counters)
  }

  /// With all its connections established.
  static func connected(
    _ workload: Workload, to address: SocketAddress, _ tls: TLSContext? = nil, active: Int, idle: Int,
    reconnects: Bool, counters: CounterTable
  ) throws(Errno) -> Worker {
    var worker = Worker(
      workload, to: address, tls, active: active, idle: idle, reconnects: reconnects, counters: counters, try Poller())
    for lane in 0..<(active + idle) { try worker.addConnection(lane) }
    return worker
  }

  /// Works until the goal is reached and everything is answered, or the server has been silent for too long.
  mutating func run(_ phase: Phase) {
    begin(phase)
    var now = lastAnswered
    while true {
      let ready = poller.wait(nanoseconds: timeToWait(at: now))
      for position in 0..<ready { handle(poller.token(at: position), poller.readiness(at: position)) }
      now = SystemClock.monotonicNanoseconds()
      if schedule != nil { dealRequests(at: now) }
      if idleCount > 0 { askIdle(at: now) }
      if isDone(at: now) { break }
      if waiting > 0, now &- lastAnswered > phase.answerTimeout { giveUp() }
    }
    end(at: now)
  }

  private mutating func start(_ index: UInt32) {
    if reconnects, !isFilling { reconnect(index) } else { fill(index) }
  }

  private mutating func begin(_ phase: Phase) {
    source = RequestSource(goal: phase.goal, seed: phase.seed)
    schedule = phase.schedule
    if case .fill = phase.goal { isFilling = true } else { isFilling = false }
    let now = SystemClock.monotonicNanoseconds()
    lastAnswered = now
    if reconnects { usableCount = activeCount }
    nextIdleTime = now
    for index in 0..<UInt32(activeCount) {
      connections[index].due = 0
      connections[index].turn = 0
      if schedule == nil { start(index) }
    }
  }

  private func isDone(at now: UInt64) -> Bool {
    if waiting > 0 { return false }
    if usableCount == 0 { return true }
    return schedule?.isDealt ?? source.isExhausted(at: now)
  }

  private func timeToWait(at now: UInt64) -> UInt64? {
    var next = now &+ 1_000_000_000
    if let schedule, !schedule.isDealt { next = min(next, schedule.nextTime) }
    if idleCount > 0 { next = min(next, nextIdleTime) }
    // A sleep this short would end late: the next look comes sooner than the kernel's timer.
    return next > now &+ 50_000 ? next &- now : 0
  }

  /// What was due and could not be sent has waited until now at least.
  private mutating func end(at now: UInt64) {
    guard let schedule else { return }
    for index in 0..<UInt32(activeCount) {
      for turn in 0..<UInt64(connections[index].due) {
        let start = schedule.time(lane: connections[index].lane, turn: connections[index].turn + turn)
        tally.abandon(source.nextKind(workload), from: start, to: now)
      }
      connections[index].due = 0
    }
  }
}

/// One stretch of work for a worker.
struct Phase: Sendable {
  let goal: RequestSource.Goal
  /// nil: a closed loop, where answers make room for requests.
  let schedule: Schedule?
  let seed: UInt64
  /// Silence after which waiting ends.
  let answerTimeout: UInt64
}
