import Platform
import SystemPackage
import Transport

// A whole run: connect, fill the keys in, warm up, measure. Each phase has one thread a worker and ends when all have
// ended; this thread meanwhile only wakes to tell how far it is.

struct LoadRun: ~Copyable {
  let plan: LoadPlan
  private let cells: [WorkerCell]
  private let finished: FileDescriptor
  private var poller: Poller

  private init(_ plan: LoadPlan, _ cells: [WorkerCell], _ finished: FileDescriptor, _ poller: consuming Poller) {
    self.plan = plan
    self.cells = cells
    self.finished = finished
    self.poller = poller
  }

  /// Connects everything; throws when the server is not there.
  ///
  /// - Parameter tls: by which connections are sealed; nil: they are plain.
  static func connected(
    _ plan: LoadPlan, to address: SocketAddress, _ tls: TLSContext? = nil
  ) throws(Errno) -> LoadRun {
    // Not allowed to: then the connections that are too many say so.
    try? ResourceLimits.raiseOpenFiles(to: plan.connections + plan.idleConnections + 64)
    var cells: [WorkerCell] = []
    for thread in 0..<plan.threads {
      let counters = CounterTable(count: LoadCounter.allCases.count)
      let worker = try Worker.connected(
        plan.workload, to: address, tls, active: plan.connections(of: thread),
        idle: Int(plan.share(UInt64(plan.idleConnections), thread)), reconnects: plan.reconnects, counters: counters)
      cells.append(WorkerCell(counters: counters, worker))
    }
    let finished = try EventDescriptor.make()
    let poller = try Poller()
    try poller.add(finished, token: 0, .readable)
    return LoadRun(plan, cells, finished, poller)
  }

  deinit { Socket.close(finished) }

  /// Does everything; `observe` is called about once a second with what was counted so far.
  mutating func run(
    server: Int32?, observe: (_ name: String, _ counts: LoadCounts, _ nanoseconds: UInt64) -> Void
  ) throws(Errno) -> LoadResult {
    let plan = plan
    if plan.fills {
      try runPhase({ plan.fillPhase($0) }) { observe("filling", $0, $1) }
      let counts = counts
      if counts[.wrong] + counts[.lostConnections] > 0 { return result(.none, counts, 0) }
    }
    if plan.warmup > 0 {
      let start = SystemClock.monotonicNanoseconds()
      try runPhase({ plan.phase($0, .seconds(plan.warmup), start: start) }) { observe("warming up", $0, $1) }
    }
    let before = ServerUsage.read(server)
    let clientBefore = SystemClock.processCPU()
    let start = SystemClock.monotonicNanoseconds()
    try runPhase({ plan.phase($0, plan.length, start: start) }) { observe("running", $0, $1) }
    let elapsed = SystemClock.monotonicNanoseconds() - start
    let usage = UsageChange(before, ServerUsage.read(server), client: clientBefore)
    return result(usage, counts, elapsed)
  }

  private mutating func runPhase(
    _ phase: (Int) -> Phase, observe: (LoadCounts, UInt64) -> Void
  ) throws(Errno) {
    for cell in cells { cell.reset() }
    let start = SystemClock.monotonicNanoseconds()
    let threads = try startThreads(phase)
    var ended = 0
    while ended < threads.count {
      if poller.wait(nanoseconds: 1_000_000_000) > 0 { ended += EventDescriptor.take(finished) }
      if ended < threads.count { observe(counts, SystemClock.monotonicNanoseconds() - start) }
    }
    for thread in threads { thread.join() }
  }

  private func startThreads(_ phase: (Int) -> Phase) throws(Errno) -> [Thread] {
    var threads: [Thread] = []
    let finished = finished
    for (number, cell) in cells.enumerated() {
      let phase = phase(number)
      let thread = try Thread.start(name: "load \(number)") {
        cell.run(phase)
        EventDescriptor.add(finished)
      }
      threads.append(thread)
    }
    return threads
  }

  private var counts: LoadCounts { LoadCounts(cells.map(\.counters)) }

  private func result(_ usage: UsageChange, _ counts: LoadCounts, _ nanoseconds: UInt64) -> LoadResult {
    var latencies = Latencies()
    for cell in cells { latencies.add(cell.latencies()) }
    let complaints = cells.map { $0.complaints() }
    return LoadResult(
      plan: plan, nanoseconds: nanoseconds, counts: counts, latencies: latencies, usage: usage,
      firstWrong: complaints.lazy.compactMap(\.wrong).first, firstError: complaints.lazy.compactMap(\.error).first)
  }
}
