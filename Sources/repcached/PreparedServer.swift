import CacheServer
import Logging
import Platform
import SystemPackage

/// A server that has everything that only root may have given it, and is root no more.
struct PreparedServer {
  private let server: Server
  private let pidFile: PidFile?

  init(_ settings: Settings, as account: UserAccount?) throws(Failure) {
    let logger = Logger(label: "repcached") { _ in StandardErrorLog() }
    server = try Failure.system { () throws(ServerError) in
      let server = try Server(settings: settings) { logger.notice("\($0)") }
      try server.bind()
      return server
    }
    pidFile = try Self.pidFile(at: settings.pidFile)
    do {
      try Self.finish(settings, as: account)
    } catch {
      pidFile?.remove()
      throw error
    }
  }

  private static func pidFile(at path: String?) throws(Failure) -> PidFile? {
    guard let path else { return nil }
    return try Failure.system("cannot write the pid file \(path)") { () throws(Errno) in try PidFile(path: path) }
  }

  private static func finish(_ settings: Settings, as account: UserAccount?) throws(Failure) {
    if let account {
      try Failure.system { () throws(PrivilegeError) in try Privileges.drop(to: account) }
    }
    // After root is given up: what root locks beyond the user's limit makes the user's next allocation fail.
    guard settings.locksMemory else { return }
    try Failure.system("cannot lock the memory for -k (see ulimit -l)") { () throws(Errno) in
      try MemoryLock.lockAll()
    }
  }

  /// Serves until the server is told to stop.
  func run() throws(Failure) {
    defer { pidFile?.remove() }
    try Failure.system { () throws(ServerError) in try server.run() }
  }
}
