import AdminServer
import CacheServer
import ConnectionServer
import Logging
import Platform
import SystemPackage

/// A server that has everything that only root may have given it, and is root no more.
struct PreparedServer {
  private let server: Server
  private let admin: AdminServer?
  private let pidFile: PidFile?

  init(
    _ settings: Settings, as account: UserAccount?, reload: ConfigurationReload?, _ sockets: ServiceSockets
  ) throws(Failure) {
    let logger = Logger(label: "repcached") { _ in StandardErrorLog() }
    server = try Failure.system { () throws(ServerError) in
      let server = try Server(
        settings: settings, supervision: sockets.ofClients, droppedLogLines: { StandardErrorLog.droppedLines }
      ) {
        logger.notice("\($0)")
      }
      try server.bind()
      return server
    }
    admin = try Self.admin(of: server, at: settings.http, sockets.http)
    reload?.atHangUp(of: server)
    pidFile = Self.pidFile(at: settings.pidFile)
    do {
      if let account { try become(account) }
    } catch {
      pidFile?.remove()
      throw error
    }
    lockMemory(settings)
  }

  private static func admin(
    of server: Server, at place: Settings.Address?, _ inherited: [InheritedSocket]
  ) throws(Failure) -> AdminServer? {
    guard let place = place ?? (inherited.isEmpty ? nil : Settings.Address()) else { return nil }
    let access = server.access
    let admin = AdminServer(
      place: place, report: server.report, access: access, inherited: inherited, tls: access.tls)
    try Failure.system("-o http") { () throws(ListenError) in try admin.bind() }
    return admin
  }

  /// A cache that nobody can signal by a file is better than none, and memcached, too, serves without it.
  private static func pidFile(at path: String?) -> PidFile? {
    guard let path else { return nil }
    return Warning.ifFails("cannot write the pid file \(path)") { () throws(Errno) in try PidFile(path: path) }
  }

  /// The files that root made become the account's: it connects to the socket, and removes both at the end.
  private func become(_ account: UserAccount) throws(Failure) {
    _ = Warning.ifFails("cannot give the pid file to \(account.name)") { () throws(Errno) in
      try pidFile?.give(to: account)
    }
    for path in server.socketFiles {
      try Failure.system("cannot give \(path) to \(account.name)") { () throws(Errno) in
        try Socket.giveFile(path, to: account)
      }
    }
    let groups = try Failure.system { () throws(PrivilegeError) in try Privileges.drop(to: account) }
    if groups == .kept { Warning.say("cannot leave the groups of root that it was started with") }
  }

  /// After root is given up: root could lock more than the limit, and the user's next allocation would fail. Where it may
  /// not be locked nothing of it is, and the daemon serves all the same, as memcached does.
  private func lockMemory(_ settings: Settings) {
    guard settings.locksMemory else { return }
    _ = Warning.ifFails("cannot lock the memory for -k (see ulimit -l)") { () throws(Errno) in
      try MemoryLock.lockAll()
    }
  }

  /// Clients can come in, or will when the peer to join has answered.
  func start() throws(Failure) {
    do {
      // First: whoever asks whether clients may come in is answered before they may.
      try Failure.system("-o http") { () throws(ListenError) in try admin?.start() }
      try Failure.system { () throws(ServerError) in try server.start() }
      PortFile.write(server)
      StartMemory.giveBack()
    } catch {
      admin?.stop()
      pidFile?.remove()
      throw error
    }
  }

  /// Where clients come in, and where metrics and the page are served.
  var places: (clients: [SocketAddress], http: [SocketAddress]) {
    (server.addresses + server.socketFiles.map { .unix(path: $0) }, admin?.addresses ?? [])
  }

  /// Serves until the server is told to stop.
  func run() throws(Failure) {
    defer {
      admin?.stop()
      pidFile?.remove()
    }
    try Failure.system { () throws(ServerError) in try server.run() }
  }
}
