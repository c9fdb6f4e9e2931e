import Foundation
import Synchronization
import TestSupport

// A repcached 2.x beside the real daemon: `OldCache` with sockets around it.
//
//    listen(on:)    accepts one peer, closes its listener, sends all its keys and `marugoto_end`, then mutations
//    connect(to:)   sends nothing until a client of its writes
//    kill()         as `kill -9`: its connection and its memory are gone
//
// It never joins again by itself: when the link is lost it waits on its port, if it has one, as 2.x did. One thread
// does all of it; the test's side mutates the cache under a lock and rings the wakeup. A line that would have crashed it
// is an issue of the test, reported by the rig.
final class OldRepcached: Sendable {
  fileprivate struct State {
    var cache = OldCache()
    /// Said and not sent.
    var output: [UInt8] = []
    var listener: Int32?
    var link: Int32?
    var isFrozen = false
    var hasEnded = false
    /// The thread has not answered the wakeup yet: once is enough, and a full pipe would stop both.
    var isWakeupPending = false
    /// The wakeup's descriptor belongs to someone else.
    var isOver = false
  }

  private let state = Mutex(State())
  private let wakeup: Int32
  /// Where it listens when it has no link; nil: never.
  private let port: UInt16?

  init(port: UInt16? = nil, itemLimit: Int = 1 << 20) throws {
    self.port = port
    let pipe = try Kernel.pipe()
    wakeup = pipe.write
    state.withLock {
      $0.cache.itemLimit = itemLimit
      $0.cache.now = Int64(Date().timeIntervalSince1970)
    }
    try openListener()
    Thread.detachNewThread { [self] in run(pipe.read) }
  }

  private func openListener() throws {
    guard let port else { return }
    let listener = try Kernel.listen(on: .local(port))
    state.withLock { $0.listener = listener }
  }

  // MARK: The test's side

  func connect(to port: UInt16) throws {
    let socket = try Kernel.connect(to: .local(port))
    state.withLock { $0.take(link: socket) }
    ring()
  }

  /// Ends the connection, and forgets everything if it is to be as after a crash.
  func cut() {
    state.withLock { $0.dropLink() }
    ring()
  }

  func end() {
    state.withLock { $0.hasEnded = true }
    ring()
  }

  func freeze() { state.withLock { $0.isFrozen = true } }

  func thaw() {
    state.withLock { $0.isFrozen = false }
    ring()
  }

  /// What its clients do: the cache changes, and if there is a link the peer is told.
  func act(_ body: (inout OldCache) -> [UInt8]) {
    state.withLock {
      let lines = body(&$0.cache)
      if $0.link != nil { $0.output += lines }
    }
    ring()
  }

  func set(_ key: String, _ value: String, flags: UInt32 = 0, expiresAt: Int64 = 0) {
    act { $0.set(key, Array(value.utf8), flags: flags, expiresAt: expiresAt) }
  }

  func text(of key: String) -> String? {
    state.withLock {
      $0.cache.now = Int64(Date().timeIntervalSince1970)
      return $0.cache.text(of: key)
    }
  }

  var cache: OldCache { state.withLock { $0.cache } }
  var isLinked: Bool { state.withLock { $0.link != nil } }

  private func ring() {
    state.withLock {
      if $0.isOver || $0.isWakeupPending { return }
      $0.isWakeupPending = true
      Kernel.write("!", to: wakeup)
    }
  }

  // MARK: The thread

  private func run(_ wakeupEnd: Int32) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while turn(wakeupEnd, &chunk) {}
    state.withLock {
      $0.dropLink()
      if let listener = $0.listener { Kernel.close(listener) }
      $0.listener = nil
      $0.isOver = true
      Kernel.close(wakeup)
    }
    Kernel.close(wakeupEnd)
  }

  private func turn(_ wakeupEnd: Int32, _ chunk: inout [UInt8]) -> Bool {
    let (listener, link, writes) = state.withLock { state in
      (state.listener, state.isFrozen ? nil : state.link, !state.output.isEmpty)
    }
    let ready = Kernel.poll(
      [
        (wakeupEnd, .readable), (link == nil ? listener ?? -1 : -1, .readable),
        (link ?? -1, writes ? [.readable, .writable] : .readable),
      ], milliseconds: 1_000)
    state.withLock { state in
      if !ready[0].isEmpty {
        Kernel.drain(wakeupEnd)
        state.isWakeupPending = false
      }
      if !ready[1].isEmpty, let listener = state.listener { state.accept(at: listener) }
      // The test may have cut it meanwhile.
      if let link, state.link == link { state.serve(link, ready[2], &chunk) }
    }
    if state.withLock({ $0.listener == nil && $0.link == nil && !$0.hasEnded }) { try? openListener() }
    return state.withLock { !$0.hasEnded }
  }
}

extension OldRepcached.State {
  mutating func take(link socket: Int32) {
    dropLink()
    link = socket
  }

  mutating func dropLink() {
    if let link { Kernel.close(link) }
    link = nil
    output = []
    cache.disconnect()
  }

  fileprivate mutating func accept(at listener: Int32) {
    guard let socket = Kernel.accept(listener) else { return }
    take(link: socket)
    output = cache.copy
    Kernel.close(listener)
    self.listener = nil
  }

  fileprivate mutating func serve(_ socket: Int32, _ ready: Kernel.Interest, _ chunk: inout [UInt8]) {
    if ready.contains(.readable) {
      switch Kernel.receive(from: socket, into: &chunk) {
      case .bytes(let count): cache.receive(Array(chunk.prefix(count)))
      case .wouldBlock: break
      case .closed, .failed: return dropLink()
      }
    }
    // A crash ends it, and so does a line without an end.
    if cache.crash != nil || cache.isClosed { return dropLink() }
    guard !output.isEmpty, case .bytes(let count) = Kernel.send(output[...], to: socket) else { return }
    output.removeFirst(count)
  }
}
