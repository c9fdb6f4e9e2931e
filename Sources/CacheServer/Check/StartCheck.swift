import ClientLogin
import ConnectionServer
import Platform
import Replication
import SystemPackage
import Transport

/// `repcached --check`: would a daemon with these settings start, and would its peer take it?
///
/// ```
///   as who starts it ── files allowed, addresses free? ─ taken: by a repcached that runs here? ─┐
///   (root is given up, by the caller)                                                           ├─▶ CheckReport
///   as the user of -u ─ files of -Y, repl_secret, ssl_… ─ the peer: PeerProbe ──────────────────┘
/// ```
///
/// **Invariants.** Nothing is started, listened on, written or removed, and no pair is made or parted: an address is taken and given
/// back, the peer is asked and left. What one step finds keeps no other from being made.
/// It must not know how a check is asked for.
package struct StartCheck {
  let settings: Settings
  package var report = CheckReport()
  /// What a repcached on this host says that has the addresses already.
  private(set) var running: RunningDaemon?

  package init(_ settings: Settings) {
    self.settings = settings
    report.add(.good, "flags" + (settings.configurationFile.map { " and \(SettingsValue.printable($0))" } ?? ""))
  }

  // MARK: As who starts it

  package mutating func checkSystem() {
    checkOpenFiles()
    running = RunningDaemon.ask(settings)
    if let running { report.add(.note, "a repcached runs here already: \(running.description)") }
    for place in settings.listeningPlaces + settings.datagramPlaces { checkPlace(place, of: "clients") }
    if let http = settings.http { checkPlace(.tcp(host: http.host, port: http.port ?? 0), of: "-o http") }
    if settings.peering.isEnabled {
      for host in settings.interfaceHosts {
        checkPlace(.tcp(host: host, port: settings.peering.listenPort), of: "the pair")
      }
    }
    if settings.admitsNoClient { report.add(.note, "no client can come in: -p 0, without -U, -s, or a port in -l") }
  }

  private mutating func checkOpenFiles() {
    let wanted = settings.maxConnections + settings.reservedDescriptors
    do throws(Errno) {
      try ResourceLimits.raiseOpenFiles(to: wanted)
      report.add(.good, "-c \(settings.maxConnections): \(wanted) open files are allowed")
    } catch {
      let text = "-c \(settings.maxConnections): \(wanted) open files are not allowed, \(ResourceLimits.openFiles) are"
      report.add(settings.isConnectionLimitGiven ? .wrong : .note, text)
    }
  }

  /// Takes it, and gives it back. The file of a unix socket would be replaced by that: its folder alone is looked at.
  private mutating func checkPlace(_ place: ListeningPlace, of whom: String) {
    if case .unix(let path, _) = place { return checkFolder(of: path) }
    do throws(ListenError) {
      for listener in try Listener.bindAll([place]) {
        report.add(.good, "\(listener.address) is free for \(whom)")
        listener.close()
      }
    } catch {
      let isTaken = error.description.hasSuffix("\(Errno.addressInUse)")
      let isByRunning = isTaken && running != nil
      report.add(isByRunning ? .note : .wrong, "\(whom): \(error)" + (isByRunning ? ", by that one" : ""))
    }
  }

  private mutating func checkFolder(of path: String) {
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    let exists = FileBytes.isFolder(folder.isEmpty ? "/" : folder)
    let shown = SettingsValue.printable(path)
    report.add(exists ? .good : .wrong, exists ? "-s \(shown)" : "-s \(shown): there is no such folder")
  }

  // MARK: As the user of -u

  package mutating func checkFilesAndPeer() {
    if let path = settings.authFile { checkUsers(path) }
    let secrets = checkSecrets()
    let tls = checkTLS()
    checkPeer(secrets, tls)
  }

  private mutating func checkUsers(_ path: String) {
    let login = Login(acceptsSASL: settings.isSASLEnabled)
    read("-Y", path) { () throws(ReloadFault) in try login.load(path) }
    if SecretFile.isOpenToAll(path) {
      report.add(.note, "-Y: \(SettingsValue.printable(path)) is open to everybody on this host: chmod 640 it")
    }
  }

  private mutating func checkSecrets() -> PairSecrets? {
    guard settings.peering.isEnabled, let path = settings.peering.secretFile else { return nil }
    let secrets = PairSecrets()
    read("-o repl_secret", path) { () throws(ReloadFault) in
      do throws(SharedSecretError) {
        let count = try secrets.load(path)
        return count == 1 ? "one secret" : "\(count) secrets, the first is spoken"
      } catch {
        throw ReloadFault(error.description)
      }
    }
    return secrets
  }

  private mutating func read(_ flag: String, _ path: String, _ body: () throws(ReloadFault) -> String) {
    let shown = SettingsValue.printable(path)
    do throws(ReloadFault) {
      report.add(.good, "\(flag): \(shown) has \(try body())")
    } catch {
      let user = settings.user.map { ", read by \(SettingsValue.printable($0))" } ?? ""
      report.add(.wrong, "\(flag): \(shown) \(error.why)\(user)")
    }
  }

  /// What the pair speaks by, if it speaks TLS and the files can be used.
  private mutating func checkTLS() -> TLSCredentials? {
    var ofPair: TLSCredentials?
    do throws(TLSError) {
      if settings.isTLSEnabled { noteEnd(try TLSCredentials(settings.tls, for: .clients), of: "-Z") }
      if settings.isHTTPSecure { noteEnd(try TLSCredentials(settings.tls, for: .clients), of: "-o http_tls") }
      if settings.peering.usesTLS {
        let credentials = try TLSCredentials(settings.tls, for: .pair)
        noteEnd(credentials, of: "-o repl_tls")
        ofPair = credentials
      }
    } catch {
      report.add(.wrong, error.description)
    }
    return ofPair
  }

  private mutating func noteEnd(_ credentials: TLSCredentials, of flag: String) {
    let now = SystemClock.unixMicroseconds() / 1_000_000
    guard let end = credentials.context.firstEnd else { return }
    if end <= now { return report.add(.wrong, "\(flag): a certificate has expired \((now - end) / 86_400) days ago") }
    let days = (end - now) / 86_400
    report.add(days < 14 ? .note : .good, "\(flag): certificates are good for \(days) days")
  }
}
