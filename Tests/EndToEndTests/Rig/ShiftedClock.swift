import Foundation

/// A wall clock that is wrong by some seconds, for one daemon: libfaketime (Debian's `faketime`) stands between it and the
/// C library. The monotonic clock stays as it is, or heartbeats would be shifted too, which no wrong wall clock does.
///
/// The library's first process makes shared memory and names it in its environment. Swift finds a program's arguments beside
/// the environment that it was started with and none where that has moved, so the first process is a shell, which then
/// becomes the daemon. What it leaves of the shared memory is named after its process and removed with it.
enum ShiftedClock {
  /// A sanitizer's run time and libfaketime both want to be the first to load.
  static let isPossible = Executable.isRepcached && Executable.memoryFactor == 1

  /// The shell's script: becomes the daemon.
  static let shell = "exec \"$0\" \"$@\""

  static func forget(_ pid: Int32) {
    for name in ["faketime_shm_\(pid)", "sem.faketime_sem_\(pid)"] {
      try? FileManager.default.removeItem(atPath: "/dev/shm/\(name)")
    }
  }

  static func environment(seconds: Int) throws -> [String: String] { try environment("FAKETIME", text(seconds)) }

  /// Of a clock that the test sets while the daemon runs, by what stands in the file.
  static func environment(file: String) throws -> [String: String] {
    var environment = try environment("FAKETIME_TIMESTAMP_FILE", file)
    environment["FAKETIME_NO_CACHE"] = "1"
    return environment
  }

  /// Sets the clock of the daemon that has this file.
  static func set(_ file: String, seconds: Int) throws {
    try text(seconds).write(toFile: file, atomically: true, encoding: .utf8)
  }

  private static func text(_ seconds: Int) -> String { (seconds < 0 ? "" : "+") + "\(seconds)s" }

  private static func environment(_ name: String, _ value: String) throws -> [String: String] {
    guard let library else { throw RigError("libfaketime is not installed: scripts/install-packages faketime") }
    return ["LD_PRELOAD": library, name: value, "FAKETIME_DONT_FAKE_MONOTONIC": "1"]
  }

  /// In the folder of the machine's architecture, which differs from machine to machine.
  private static let library: String? = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }.first {
      FileManager.default.fileExists(atPath: $0)
    }
  }()
}
