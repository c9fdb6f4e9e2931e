import Foundation

/// Which program the tests drive: the one built beside them, or what `REPCACHED_BINARY` names (another build of it, or
/// Debian's memcached, to check the rig and its tables against the original).
enum Executable {
  static let path: String = {
    if let chosen = ProcessInfo.processInfo.environment["REPCACHED_BINARY"], !chosen.isEmpty {
      return URL(fileURLWithPath: chosen).resolvingSymlinksInPath().path
    }
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("repcached").path
  }()

  /// The proxy that was built beside the tests.
  static let magent: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("magent").path
  }()

  /// Debian's memcached stands in: it knows no pair, and differs where `Exchange.table` says so.
  static let isMemcached = URL(fileURLWithPath: path).lastPathComponent == "memcached"

  static let isRepcached = !isMemcached

  /// Its version, as -V says it.
  static let version: String = {
    guard isRepcached, let run = try? Run(["-V"]) else { return "1.6.18" }
    return String(run.output.dropFirst("repcached ".count).dropLast())
  }()

  /// The build of scripts/previous-version, where `make test-upgrade` names it.
  static let previous = ProcessInfo.processInfo.environment["REPCACHED_PREVIOUS"].flatMap { $0.isEmpty ? nil : $0 }

  /// A sanitizer's own memory is many times the program's: bounds on memory are widened by this factor.
  static let memoryFactor: Int = {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else { return 1 }
    let isSanitized = ["__tsan_init", "__asan_init"].contains { bytes.range(of: Data($0.utf8)) != nil }
    return isSanitized ? 64 : 1
  }()

  static let runsAsRoot = NSUserName() == "root"

  /// Every folder on the way to it lets every user pass.
  static let othersMayRunIt = sequence(
    first: path, next: { $0 == "/" ? nil : ($0 as NSString).deletingLastPathComponent }
  )
  .allSatisfy { part in
    let mode = try? FileManager.default.attributesOfItem(atPath: part)[.posixPermissions] as? Int
    return (mode ?? 0) & 0o001 != 0
  }

  static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] != nil
}
