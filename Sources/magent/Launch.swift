import CacheProxy
import Platform
import SystemPackage

/// From settings to a proxy that serves, and to its end.
///
///     user ─▶ limits ─▶ detach, without -D and -v ─▶ bind ─▶ pid file ─▶ drop privileges ─▶ start ─▶ ready ─▶ run ─▶ end
///
/// The fork comes before the proxy is made: a thread or an epoll descriptor does not survive it. What can fail comes before ready,
/// so that the status of the program is the truth.
enum Launch {
  static func serve(_ settings: ProxySettings, _ arguments: [String]) throws(Failure) {
    let account = try account(for: settings)
    var settings = settings
    tellUnused(settings)
    try raiseLimits(&settings)
    // A log line written to a closed pipe is no reason to die.
    SignalDisposition.ignore(brokenPipe)
    if settings.isDaemon {
      try serveDetached(settings, account, arguments)
    } else {
      Log.begin()
      let prepared = try PreparedProxy(settings, account, arguments)
      try prepared.start()
      prepared.run()
    }
  }

  private static func tellUnused(_ settings: ProxySettings) {
    let connections = settings.threads * settings.connectionsPerBackend
    if settings.verbosity > 0, connections <= settings.idleConnections {
      Log.write(
        "magent: -i has no effect: there are \(connections) connections to a server at most, and as many may be idle")
    }
  }

  private static let brokenPipe: Int32 = 13
  /// Connections to backends, listeners, event loops.
  private static let reservedDescriptors = 64

  /// The user to become; nil where the proxy stays who it is, which magent does as root, too, unless it is told.
  private static func account(for settings: ProxySettings) throws(Failure) -> UserAccount? {
    guard settings.user != nil || settings.group != nil, Privileges.isRoot else { return nil }
    do throws(PrivilegeError) {
      return try UserAccount(named: settings.user ?? "root", group: settings.group)
    } catch { throw Failure("\(error)") }
  }

  /// Where the system does not let so many files be open there are fewer clients, and a warning.
  private static func raiseLimits(_ settings: inout ProxySettings) throws(Failure) {
    let servers = settings.mains.count + settings.backups.count
    let reserved = reservedDescriptors + 2 * servers * settings.threads * settings.connectionsPerBackend
    let wanted = settings.maxConnections + reserved
    do throws(Errno) { try ResourceLimits.raiseOpenFiles(to: wanted) } catch {
      guard let allowed = try? ResourceLimits.raiseOpenFilesAsFarAsAllowed(to: wanted), allowed > reserved else {
        throw Failure("cannot have \(wanted) open files for -n \(settings.maxConnections): \(error)")
      }
      settings.maxConnections = allowed - reserved
      Log.write("magent: warning: \(allowed) open files are allowed: at most \(settings.maxConnections) clients")
    }
  }

  private static func serveDetached(
    _ settings: ProxySettings, _ account: UserAccount?, _ arguments: [String]
  ) throws(Failure) {
    let daemon: Daemon
    do throws(Errno) { daemon = try Daemon.detach() } catch { throw Failure("cannot run in the background: \(error)") }
    Log.begin()
    let prepared: PreparedProxy
    do throws(Failure) {
      prepared = try PreparedProxy(settings, account, arguments)
      try prepared.start()
    } catch {
      Log.flush()
      daemon.fail("magent: \(error.message)", status: error.status)
    }
    Log.flush()
    do throws(Errno) { try daemon.reportReady() } catch {
      throw Failure("cannot close the standard streams: \(error)")
    }
    prepared.run()
  }
}

/// A proxy that has everything that only root may have given it, and is root no more.
struct PreparedProxy {
  private let server: ProxyServer
  private let pidFile: PidFile?

  init(_ settings: ProxySettings, _ account: UserAccount?, _ arguments: [String]) throws(Failure) {
    do throws(ProxyError) {
      server = try ProxyServer(settings: settings) { Log.write($0) }
      try server.bind()
    } catch { throw Failure(error.description) }
    server.whenHungUp = { () throws(ProxySettingsError) in
      guard case .serve(let settings) = try ProxyCommandLine.read(arguments) else { return settings }
      return settings
    }
    pidFile = settings.pidFile.flatMap { path in
      do throws(Errno) { return try PidFile(path: path) } catch {
        Log.write("magent: warning: cannot write the pid file \(path): \(error)")
        return nil
      }
    }
    if let account { try become(account) }
  }

  private func become(_ account: UserAccount) throws(Failure) {
    try? pidFile?.give(to: account)
    for case .unix(let path) in server.addresses { try? Socket.giveFile(path, to: account) }
    do throws(PrivilegeError) { _ = try Privileges.drop(to: account) } catch {
      pidFile?.remove()
      throw Failure("\(error)")
    }
  }

  func start() throws(Failure) {
    do throws(ProxyError) { try server.start() } catch {
      pidFile?.remove()
      throw Failure(error.description)
    }
  }

  func run() {
    server.run()
    pidFile?.remove()
  }
}
