import Foundation
import Platform
import SystemPackage
import TestSupport

@testable import repcached_bench

/// Debian's memcached on a unix socket of its own, ended with the value.
final class Memcached {
  let address: SocketAddress
  let pid: Int32
  private let process = Process()
  private let directory = TemporaryDirectory()

  struct NotServing: Error {}

  init() throws {
    let path = directory.file("socket")
    address = .unix(path: path)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/memcached")
    process.arguments = ["-s", path, "-t", "1", "-m", "64"] + (geteuid() == 0 ? ["-u", "root"] : [])
    try process.run()
    pid = process.processIdentifier
    try waitUntilServed()
  }

  deinit {
    // A signal that can be blocked may be: the mask of the test's thread is the child's.
    kill(pid, SIGKILL)
    process.waitUntilExit()
  }

  private func waitUntilServed() throws {
    let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
    while SystemClock.monotonicNanoseconds() < deadline {
      if let socket = try? Socket.connect(to: address) { return Socket.close(socket) }
      sched_yield()
    }
    throw NotServing()
  }

  func run(_ plan: LoadPlan) throws -> LoadResult {
    var load = try LoadRun.connected(plan, to: address)
    return try load.run(server: pid) { _, _, _ in }
  }

  /// Stops the process for a time, later; in nanoseconds. The thread ends when it goes on.
  func pause(after delay: UInt64, for time: UInt64) throws -> Platform.Thread {
    let pid = pid
    return try Platform.Thread.start(name: "pause") {
      guard var poller = try? Poller() else { return }
      _ = poller.wait(nanoseconds: delay)
      kill(pid, SIGSTOP)
      _ = poller.wait(nanoseconds: time)
      kill(pid, SIGCONT)
    }
  }

  /// Sends bytes and waits until as many as `answer` has came back.
  func exchange(_ request: [UInt8], answer: String) throws -> Bool {
    let socket = try Socket.connect(to: address)
    defer { Socket.close(socket) }
    var poller = try Poller()
    try poller.add(socket, token: 0, .readable)
    _ = Socket.send(socket, request.span)
    var received = ByteBuffer(capacity: 4096)
    while received.count < answer.utf8.count {
      guard poller.wait(nanoseconds: 5_000_000_000) > 0 else { return false }
      guard case .bytes = received.receive(from: socket) else { return false }
    }
    return received.bytes.text == answer
  }
}
