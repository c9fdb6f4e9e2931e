import Foundation
import Synchronization
import Testing

// A wire that a test holds in its hand. It stands between the two daemons of a pair (A's -X names the relay's port, the relay
// knows B's) and does to their link what networks do: pass it on, cut it, refuse it, freeze it, choke it, hold it up, deliver
// it in crumbs.
//
//          A ───────▶ port │ relay │ ───────▶ target, B
//                 pass     everything goes through
//                 cut      what is joined now is torn; the next connection goes through
//                 refuse   torn, and no one listens until it passes again
//                 stall    nothing moves, nothing is torn: a silent peer
//                 split    everything goes through, in pieces of random sizes from one byte up (seeded)
//                 slow     so many bytes a second each way, in small pieces
//                 delay    everything goes through, each piece a random time later, up to a limit (seeded)
//
// Whatever it does, what comes out of a connection is a beginning of what went in: no byte twice, none lost, none before
// another.
//
// One thread does all of it (`RelayThread`). The test's side only gives orders, rings the wakeup and waits until the thread
// has applied them; the thread alone touches descriptors. Bytes count when the relay takes them in, so what has come out has
// been counted.

final class Relay: Sendable {
  enum Mode: Equatable {
    case pass, refuse, stall
    case split(seed: UInt64)
    case slow(bytesPerSecond: Int)
    case delay(upTo: Duration, seed: UInt64)
  }

  struct Orders {
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
  let target: Endpoint
  let orders = Mutex(Orders())
  let counts = Mutex(Counts())
  let applied = Atomic<Int>(0)
  let recorded = Mutex<[UInt8]>([])
  private let wakeup: Int32

  init(to target: Endpoint, port: UInt16? = nil) throws {
    self.port = try port ?? FreePorts.next()
    self.target = target
    let pipe = try Kernel.pipe()
    wakeup = pipe.write
    let listener = try Kernel.listen(on: .local(self.port))
    Thread.detachNewThread { [self] in RelayThread(self, listener: listener, wakeup: pipe.read).run() }
  }

  var traffic: Counts { counts.withLock { $0 } }

  /// The first bytes that went to the target, for who wants to say them again.
  var opening: [UInt8] { recorded.withLock { $0 } }

  func pass() { change { $0.mode = .pass } }
  func cut() { change { $0.cuts += 1 } }
  func stall() { change { $0.mode = .stall } }
  func split(seed: UInt64) { change { $0.mode = .split(seed: seed) } }
  func slow(bytesPerSecond: Int) { change { $0.mode = .slow(bytesPerSecond: bytesPerSecond) } }
  func delay(upTo limit: Duration, seed: UInt64) { change { $0.mode = .delay(upTo: limit, seed: seed) } }

  func refuse() {
    change {
      $0.mode = .refuse
      $0.cuts += 1
    }
  }

  func end() { change { $0.hasEnded = true } }

  private func change(_ body: (inout Orders) -> Void) {
    let number = orders.withLock { orders -> Int? in
      guard !orders.hasEnded else { return nil }
      body(&orders)
      orders.number += 1
      Kernel.write("!", to: wakeup)
      if orders.hasEnded { Kernel.close(wakeup) }
      return orders.number
    }
    guard let number else { return }
    let isApplied = eventually { applied.load(ordering: .acquiring) >= number }
    if !isApplied { Issue.record("the relay's thread does nothing any more") }
  }
}
