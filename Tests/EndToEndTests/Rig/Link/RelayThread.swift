import Synchronization

/// The thread of a `Relay`: the only one that touches its sockets.
final class RelayThread {
  private struct Link {
    var there: RelayFlow
    var back: RelayFlow

    init(_ near: Int32, _ far: Int32) {
      there = RelayFlow(from: near, to: far)
      back = RelayFlow(from: far, to: near)
    }

    var isBroken: Bool { there.isBroken || back.isBroken }
    var isOver: Bool { isBroken || (there.isDone && back.isDone) }

    func close() {
      for socket in [there.from, there.to] {
        if isBroken { Kernel.resetOnClose(socket) }
        Kernel.close(socket)
      }
    }
  }

  private let relay: Relay
  private let wakeup: Int32
  private var listener: Int32?
  private var links: [Link] = []
  private var cutsDone = 0
  private var chunk = [UInt8](repeating: 0, count: 65_536)
  private var random = SeededRandom(seed: 0)
  private var mode = Relay.Mode.pass
  private var now = ContinuousClock.now

  /// What a wire that holds things up has on it at most, each way.
  private static let maxQueue = 4 << 20

  init(_ relay: Relay, listener: Int32, wakeup: Int32) {
    (self.relay, self.listener, self.wakeup) = (relay, listener, wakeup)
  }

  func run() {
    while apply() { turn() }
    for link in links { link.close() }
    if let listener { Kernel.close(listener) }
    Kernel.close(wakeup)
  }

  /// Brings the sockets to what the test wants now; false at the end.
  private func apply() -> Bool {
    let orders = relay.orders.withLock { $0 }
    if orders.cuts > cutsDone {
      for link in links { link.close() }
      links = []
      cutsDone = orders.cuts
    }
    if orders.mode != mode, let seed = orders.mode.seed { random = SeededRandom(seed: seed) }
    mode = orders.mode
    if mode == .refuse, let open = listener {
      Kernel.close(open)
      listener = nil
    } else if mode != .refuse, listener == nil {
      listener = try? Kernel.listen(on: .local(relay.port))
    }
    relay.applied.store(orders.number, ordering: .releasing)
    return !orders.hasEnded
  }

  private func turn() {
    var waits: [(Int32, Kernel.Interest)] = [(wakeup, .readable), (listener ?? -1, .readable)]
    now = .now
    for link in links {
      for flow in [link.there, link.back] {
        waits.append((reads(flow) ? flow.from : -1, .readable))
        waits.append((writes(flow) ? flow.to : -1, .writable))
      }
    }
    let ready = Kernel.poll(waits, milliseconds: timeout)
    now = .now
    if !ready[0].isEmpty { Kernel.drain(wakeup) }
    for index in links.indices {
      let at = 2 + index * 4
      move(&links[index].there, ready[at], \.bytesToTarget)
      move(&links[index].back, ready[at + 2], \.bytesBack)
    }
    for link in links where link.isOver { link.close() }
    links.removeAll { $0.isOver }
    if !ready[1].isEmpty { join() }
  }

  /// How long nothing needs to be done, unless a socket is ready: then time itself makes a piece due.
  private var timeout: Int {
    // A listener that could not be opened again yet is tried at the next turn.
    if listener == nil, mode != .refuse { return 5 }
    switch mode {
    case .pass, .split, .stall, .refuse: return 10_000
    case .slow: return links.contains { !$0.there.isEmpty || !$0.back.isEmpty } ? 2 : 10_000
    case .delay:
      let next = links.flatMap { [$0.there.front?.due, $0.back.front?.due] }.compactMap { $0 }.min()
      guard let next else { return 10_000 }
      return max(0, Int((next - now) / .milliseconds(1)) + 1)
    }
  }

  private func reads(_ flow: RelayFlow) -> Bool {
    if flow.isClosed || mode == .stall { return false }
    if case .delay = mode { return flow.byteCount < Self.maxQueue }
    return flow.isEmpty
  }

  /// Whether only the socket is waited for.
  private func writes(_ flow: RelayFlow) -> Bool {
    guard let front = flow.front else { return false }
    switch mode {
    case .stall, .slow, .refuse: return false
    case .pass, .split: return true
    case .delay: return front.due <= now
    }
  }

  private func join() {
    guard let listener, let near = Kernel.accept(listener) else { return }
    guard let far = try? Kernel.connect(to: relay.target) else {
      Kernel.resetOnClose(near)
      return Kernel.close(near)
    }
    links.append(Link(near, far))
    relay.counts.withLock { $0.connections += 1 }
  }

  private func move(
    _ flow: inout RelayFlow, _ source: Kernel.Interest, _ count: WritableKeyPath<Relay.Counts, Int>
  ) {
    if !source.isEmpty, reads(flow) { read(&flow, count) }
    if !flow.isEmpty { write(&flow) }
    if flow.isDone { Kernel.endOutput(flow.to) }
  }

  private func read(_ flow: inout RelayFlow, _ counter: WritableKeyPath<Relay.Counts, Int>) {
    switch Kernel.receive(from: flow.from, into: &chunk) {
    case .bytes(let count):
      flow.append(chunk.prefix(count), due: due)
      relay.counts.withLock { $0[keyPath: counter] += count }
      if counter == \.bytesToTarget { record(chunk.prefix(count)) }
      if counter == \.bytesBack { relay.counts.withLock { $0.segmentsBack = Kernel.segments(on: flow.from) } }
    case .wouldBlock: break
    case .closed: flow.isClosed = true
    case .failed: flow.isBroken = true
    }
  }

  private var due: ContinuousClock.Instant {
    guard case .delay(let limit, _) = mode else { return now }
    return now + limit * Double.random(in: 0...1, using: &random)
  }

  private func record(_ bytes: ArraySlice<UInt8>) {
    relay.recorded.withLock { $0 += bytes.prefix(4_096 - $0.count) }
  }

  private func write(_ flow: inout RelayFlow) {
    guard let front = flow.front else { return }
    let count = mostNow(&flow, front.bytes.count, front.due)
    if count <= 0 { return }
    switch Kernel.send(front.bytes.prefix(count), to: flow.to) {
    case .bytes(let sent):
      flow.consume(sent)
      flow.spend(sent)
    case .wouldBlock: break
    case .closed, .failed: flow.isBroken = true
    }
  }

  /// How many of the bytes in front may go at this turn.
  private func mostNow(_ flow: inout RelayFlow, _ count: Int, _ due: ContinuousClock.Instant) -> Int {
    switch mode {
    case .stall, .refuse: 0
    case .pass: count
    // Single bytes as often as whole kilobytes: 1 to 1, 1 to 2, 1 to 4, … 1 to 4096.
    case .split: min(count, Int.random(in: 1...(1 << Int.random(in: 0...12, using: &random)), using: &random))
    case .slow(let bytesPerSecond): min(count, flow.earned(bytesPerSecond, at: now))
    case .delay: due <= now ? count : 0
    }
  }
}

extension Relay.Mode {
  /// Of those that choose at random.
  fileprivate var seed: UInt64? {
    switch self {
    case .split(let seed), .delay(_, let seed): seed
    case .pass, .refuse, .stall, .slow: nil
    }
  }
}
