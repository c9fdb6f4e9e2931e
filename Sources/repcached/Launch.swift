import CacheServer
import Platform
import SystemPackage

/// From settings to a daemon that serves, and to its end.
///
///     user ─▶ limits ─▶ detach ─▶ bind ─▶ pid file ─▶ drop privileges ─▶ lock memory ─▶ start ─▶ ready ─▶ run ─▶ end
///     └── as root, where root started it ─────────┘                                              │          │
///     └── a failure ends with one line and a status, in the shell that started it ───────────────┘          │
///                                                          pid file and socket, the user's own now, go ─────┘
///
/// The fork of `-d` comes before the server is made: a thread or an epoll descriptor does not survive it. What can fail
/// comes before ready, so that the status of `-d` is the truth.
enum Launch {
  /// Serves until the server is told to stop.
  static func serve(_ settings: Settings, _ arguments: [String]) throws(Failure) {
    let supervision = try Failure.ofEnvironment { () throws(InheritanceError) in try Supervision { Warning.say($0) } }
    let sockets = try ServiceSockets(supervision)
    let account = try account(for: settings)
    let reload = ConfigurationReload(arguments, settings)
    var settings = settings
    if settings.verbosity > 0 { for note in settings.notes { StandardErrorLog.write("repcached: \(note)") } }
    if settings.admitsNoClient, sockets.ofClients.inherited.isEmpty {
      Warning.say("no client can come in: -p 0, without -U, -s, or a port in -l")
    }
    try ProcessLimits.raise(for: &settings)
    ignoreSignals()
    // Whoever started this process waits for it, and would hold it for dead.
    if settings.isDaemon, !supervision.isManaged {
      try serveDetached(settings, as: account, reload, sockets)
    } else {
      StandardErrorLog.begin()
      let server = try PreparedServer(settings, as: account, reload: reload, sockets)
      try server.start()
      if let greeting = StartupBanner(settings, server) { StandardErrorLog.write(greeting.text) }
      try server.run()
    }
  }

  /// A log line written to a closed pipe is no reason to die, nor a pid file that is longer than files may be.
  static func ignoreSignals() {
    for signal in [brokenPipe, fileTooLarge] { SignalDisposition.ignore(signal) }
  }

  /// SIGPIPE, SIGXFSZ: only Platform imports the C library, and it names the signals that a daemon listens to.
  private static let (brokenPipe, fileTooLarge): (Int32, Int32) = (13, 25)

  /// The user to become; nil where the daemon stays who it is. Who is not root becomes nobody else, whatever `-u` says, so
  /// a name that is unknown (a container without such a user) is an error for root alone.
  static func account(for settings: Settings) throws(Failure) -> UserAccount? {
    guard Privileges.isRoot else {
      if let user = settings.user {
        _ = Warning.ifFails("-u has no effect") { () throws(PrivilegeError) in try UserAccount(named: user) }
      }
      return nil
    }
    guard let user = settings.user else { throw .rootWithoutUser }
    return try Failure.system { () throws(PrivilegeError) in try UserAccount(named: user) }
  }

  private static func serveDetached(
    _ settings: Settings, as account: UserAccount?, _ reload: ConfigurationReload?, _ sockets: ServiceSockets
  ) throws(Failure) {
    let daemon = try Failure.system("cannot run in the background") { () throws(Errno) in try Daemon.detach() }
    StandardErrorLog.begin()
    let server: PreparedServer
    do {
      server = try PreparedServer(settings, as: account, reload: reload, sockets)
      try server.start()
    } catch {
      StandardErrorLog.flush()
      daemon.fail(error.line, status: error.status.rawValue)
    }
    StandardErrorLog.flush()
    do {
      try daemon.reportReady()
    } catch {
      throw Failure("cannot close the standard streams: \(error)", .system)
    }
    try server.run()
  }
}
