import Foundation
import Glibc

/// One process that this test started, and the only one it ever ends. Its output goes to nameless files, so it never blocks
/// on a full pipe and leaves nothing behind.
final class ChildProcess {
  enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// What a daemon holds until it ends, on purpose, is no leak; all else that AddressSanitizer finds is told.
  private static let sanitizing = ["ASAN_OPTIONS": "detect_leaks=0"]

  let pid: Int32
  private let output: Int32
  private let errors: Int32
  private(set) var ending: Ending?

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    output = try Kernel.anonymousFile()
    errors = try Kernel.anonymousFile()
    let inherited = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    pid = try Kernel.spawn(
      arguments, environment: Self.sanitizing.merging(inherited) { $1 }, output: output, errors: errors)
    ChildReaper.shared.watch(pid)
  }

  deinit {
    if ending == nil {
      Kernel.signal(pid, SIGKILL)
      Kernel.reapBlocking(pid)
      ChildReaper.shared.forget(pid)
    }
    Kernel.close(output)
    Kernel.close(errors)
  }

  var outputText: String { String(decoding: Kernel.contents(of: output), as: UTF8.self) }
  var errorText: String { String(decoding: Kernel.contents(of: errors), as: UTF8.self) }

  func signal(_ number: Int32) {
    if isRunning { Kernel.signal(pid, number) }
  }

  var isRunning: Bool {
    if ending == nil, let status = Kernel.reap(pid) {
      ending = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: status & 0x7f)
      ChildReaper.shared.forget(pid)
    }
    return ending == nil
  }

  /// How it ended, or nil if it still runs at the deadline.
  func waitForEnd(_ deadline: Deadline = .generous) -> Ending? {
    _ = eventually(deadline) { !isRunning }
    return ending
  }
}
