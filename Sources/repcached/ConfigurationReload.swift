import CacheServer

/// What SIGHUP reads anew of the file of `--config`: whom to keep the copy with.
///
/// The command line is read again beside it, for that counts more. Only what has changed in the file since it was read last changes
/// anything, so a peer that a client has named (`replication peer`) stays as long as the file says what it said. Where it cannot be
/// read, or has a mistake, all stays as it is. What else has changed waits for the next start, and the log says so.
final class ConfigurationReload {
  private let arguments: [String]
  private var known: Settings

  /// Nil without such a file.
  init?(_ arguments: [String], _ settings: Settings) {
    if settings.configurationFile == nil { return nil }
    (self.arguments, known) = (arguments, settings)
  }

  func atHangUp(of server: Server) {
    server.whenHungUp = { [unowned server] in self.read(server) }
  }

  private func read(_ server: Server) {
    do throws(SettingsError) {
      guard case .serve(let settings) = try CommandLineReader.read(arguments) else { return }
      var others = settings
      (others.peering.peer, others.peering.connectPort) = (known.peering.peer, known.peering.connectPort)
      if others != known { say("what has changed beside the peer waits for the next start") }
      if others == settings { return say("the peer is the same") }
      server.changePeer(settings.peering)
      (known.peering.peer, known.peering.connectPort) = (settings.peering.peer, settings.peering.connectPort)
      say(
        "the peer is \(settings.peering.peer.map { "\($0), port \(settings.peering.connectPort)" } ?? "whoever comes")")
    } catch {
      say("\(error.description); nothing is changed")
    }
  }

  private func say(_ what: String) { StandardErrorLog.write("repcached: SIGHUP: \(what)") }
}
