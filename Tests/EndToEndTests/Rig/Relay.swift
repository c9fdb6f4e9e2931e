import Foundation
import Synchronization

// A wire that a test holds in its hand. It stands between the two daemons of a pair (A's -X names the relay's port, the relay
// knows B's) and does to their link what networks do: pass it on, cut it, refuse it, freeze it, deliver it in crumbs.
//
//          A ───────▶ port │ relay │ ───────▶ target, B
//                 pass     everything goes through
//                 cut      what is joined now is torn; the next connection goes through
//                 refuse   torn, and no one listens until it passes again
//                 stall    nothing moves, nothing is torn: a silent peer
//                 split    everything goes through, in pieces of one to sixteen bytes (seeded)
//
// One thread does all of it. The test's side only sets the wish, rings the bell and waits until the thread has obeyed; the
// thread alone touches descriptors. Bytes count when the relay takes them in, so what has come out has been counted.

final class Relay: Sendable {
  enum Mode: Equatable { case pass, refuse, stall, split(seed: UInt64) }

  fileprivate struct Wish {
    var mode = Mode.pass
    var cuts = 0
    var hasEnded = false
    var number = 0
  }

  struct Counts: Equatable {
    var connections = 0
    var bytesToTarget = 0
    var bytesBack = 0
    /// In which the target sent them, on the last connection.
    var segmentsBack = 0
  }

  let port: UInt16
  fileprivate let target: Endpoint
  fileprivate let wish = Mutex(Wish())
  fileprivate let counts = Mutex(Counts())
  fileprivate let obeyed = Atomic<Int>(0)
  fileprivate let recorded = Mutex<[UInt8]>([])
  private let bell: Int32

  init(to target: Endpoint, port: UInt16? = nil) throws {
    self.port = try port ?? FreePorts.next()
    self.target = target
    let pipe = try Kernel.pipe()
    bell = pipe.write
    let listener = try Kernel.listen(on: .local(self.port))
    Thread.detachNewThread { [self] in RelayThread(self, listener: listener, bell: pipe.read).run() }
  }

  var traffic: Counts { counts.withLock { $0 } }

  /// The first bytes that went to the target, for who wants to say them again.
  var opening: [UInt8] { recorded.withLock { $0 } }

  func pass() { change { $0.mode = .pass } }
  func cut() { change { $0.cuts += 1 } }
  func stall() { change { $0.mode = .stall } }
  func split(seed: UInt64) { change { $0.mode = .split(seed: seed) } }

  func refuse() {
    change {
      $0.mode = .refuse
      $0.cuts += 1
    }
  }

  func end() { change { $0.hasEnded = true } }

  private func change(_ body: (inout Wish) -> Void) {
    let number = wish.withLock { wish -> Int? in
      guard !wish.hasEnded else { return nil }
      body(&wish)
      wish.number += 1
      Kernel.write("!", to: bell)
      if wish.hasEnded { Kernel.close(bell) }
      return wish.number
    }
    guard let number else { return }
    while obeyed.load(ordering: .acquiring) < number { Kernel.sleep(microseconds: 50) }
  }
}

/// One direction of one connection: what was read and not yet written.
private struct Flow {
  let from: Int32
  let to: Int32
  var pending: ArraySlice<UInt8> = []
  var isClosed = false
  var isBroken = false

  var isDone: Bool { isClosed && pending.isEmpty }
}

private struct Link {
  var there: Flow
  var back: Flow

  init(_ near: Int32, _ far: Int32) {
    there = Flow(from: near, to: far)
    back = Flow(from: far, to: near)
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

private final class RelayThread {
  private let relay: Relay
  private let bell: Int32
  private var listener: Int32?
  private var links: [Link] = []
  private var cutsDone = 0
  private var chunk = [UInt8](repeating: 0, count: 65_536)
  private var random = SeededRandom(seed: 0)
  private var mode = Relay.Mode.pass

  init(_ relay: Relay, listener: Int32, bell: Int32) {
    (self.relay, self.listener, self.bell) = (relay, listener, bell)
  }

  func run() {
    while obey() { turn() }
    for link in links { link.close() }
    if let listener { Kernel.close(listener) }
    Kernel.close(bell)
  }

  /// Brings the sockets to what the test wants now; false at the end.
  private func obey() -> Bool {
    let wish = relay.wish.withLock { $0 }
    if wish.cuts > cutsDone {
      for link in links { link.close() }
      links = []
      cutsDone = wish.cuts
    }
    if case .split(let seed) = wish.mode, wish.mode != mode { random = SeededRandom(seed: seed) }
    mode = wish.mode
    if mode == .refuse, let open = listener {
      Kernel.close(open)
      listener = nil
    } else if mode != .refuse, listener == nil {
      listener = try? Kernel.listen(on: .local(relay.port))
    }
    relay.obeyed.store(wish.number, ordering: .releasing)
    return !wish.hasEnded
  }

  private func turn() {
    var waits: [(Int32, Kernel.Interest)] = [(bell, .readable), (listener ?? -1, .readable)]
    for link in links {
      for flow in [link.there, link.back] {
        waits.append((reads(flow) ? flow.from : -1, .readable))
        waits.append((writes(flow) ? flow.to : -1, .writable))
      }
    }
    // A listener that could not be opened again yet is tried at the next turn.
    let ready = Kernel.poll(waits, milliseconds: listener == nil && mode != .refuse ? 5 : 10_000)
    if !ready[0].isEmpty { Kernel.drain(bell) }
    for index in links.indices {
      let at = 2 + index * 4
      move(&links[index].there, ready[at], \.bytesToTarget)
      move(&links[index].back, ready[at + 2], \.bytesBack)
    }
    for link in links where link.isOver { link.close() }
    links.removeAll { $0.isOver }
    if !ready[1].isEmpty { join() }
  }

  private func reads(_ flow: Flow) -> Bool { mode != .stall && !flow.isClosed && flow.pending.isEmpty }
  private func writes(_ flow: Flow) -> Bool { mode != .stall && !flow.pending.isEmpty }

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
    _ flow: inout Flow, _ source: Kernel.Interest, _ count: WritableKeyPath<Relay.Counts, Int>
  ) {
    if !source.isEmpty, reads(flow) { read(&flow, count) }
    if !flow.pending.isEmpty { write(&flow) }
    if flow.isDone { Kernel.endOutput(flow.to) }
  }

  private func read(_ flow: inout Flow, _ counter: WritableKeyPath<Relay.Counts, Int>) {
    switch Kernel.receive(from: flow.from, into: &chunk) {
    case .bytes(let count):
      flow.pending = ArraySlice(chunk.prefix(count))
      relay.counts.withLock { $0[keyPath: counter] += count }
      if counter == \.bytesToTarget { record(chunk.prefix(count)) }
      if counter == \.bytesBack { relay.counts.withLock { $0.segmentsBack = Kernel.segments(on: flow.from) } }
    case .wouldBlock: break
    case .closed: flow.isClosed = true
    case .failed: flow.isBroken = true
    }
  }

  private func record(_ bytes: ArraySlice<UInt8>) {
    relay.recorded.withLock { $0 += bytes.prefix(4_096 - $0.count) }
  }

  private func write(_ flow: inout Flow) {
    guard mode != .stall else { return }
    var piece = flow.pending
    if case .split = mode { piece = piece.prefix(Int.random(in: 1...16, using: &random)) }
    switch Kernel.send(piece, to: flow.to) {
    case .bytes(let sent): flow.pending = flow.pending.dropFirst(sent)
    case .wouldBlock: break
    case .closed, .failed: flow.isBroken = true
    }
  }
}
