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
    do {
      pidFile = try Self.pidFile(at: settings.pidFile)
    } catch {
      server.close()
      throw error
    }
    do {
      if let account { try become(account) }
      try lockMemory(settings)
    } catch {
      pidFile?.remove()
      server.close()
      throw error
    }
  }

  private static func pidFile(at path: String?) throws(Failure) -> PidFile? {
    guard let path else { return nil }
    return try Failure.system("cannot write the pid file \(path)") { () throws(Errno) in try PidFile(path: path) }
  }

  /// The files that root made become the account's: it connects to the socket, and removes both at the end.
  private func become(_ account: UserAccount) throws(Failure) {
    try Failure.system("cannot give the pid file to \(account.name)") { () throws(Errno) in
      try pidFile?.give(to: account)
    }
    for case .unix(let path) in server.addresses {
      try Failure.system("cannot give \(path) to \(account.name)") { () throws(Errno) in
        try Socket.giveFile(path, to: account)
      }
    }
    try Failure.system { () throws(PrivilegeError) in try Privileges.drop(to: account) }
  }

  /// After root is given up: root could lock more than the limit, and the user's next allocation would fail.
  private func lockMemory(_ settings: Settings) throws(Failure) {
    guard settings.locksMemory else { return }
    try Failure.system("cannot lock the memory for -k (see ulimit -l)") { () throws(Errno) in
      try MemoryLock.lockAll()
    }
  }

  /// Clients can come in, or will when the peer to join has been heard.
  func start() throws(Failure) {
    do {
      try Failure.system { () throws(ServerError) in try server.start() }
      StartMemory.giveBack()
    } catch {
      pidFile?.remove()
      throw error
    }
  }

  /// Serves until the server is told to stop.
  func run() throws(Failure) {
    defer { pidFile?.remove() }
    try Failure.system { () throws(ServerError) in try server.run() }
  }
}
