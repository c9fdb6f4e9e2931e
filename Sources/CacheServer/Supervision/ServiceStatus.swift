import Replication

/// One line of how a server is, for who looks at its service (`systemctl status`): the words are those of `stats replication`.
enum ServiceStatus {
  /// - Parameter link: nil where replication is off.
  static func line(_ phase: ServiceState.Phase, _ link: ReplicationStatus?) -> String {
    "\(phase.rawValue), \(link.map(pair) ?? "replication off")"
  }

  private static func pair(_ link: ReplicationStatus) -> String {
    "state \(link.state), \(SettingsValue.printable(peerText(link)))"
  }

  private static func peerText(_ link: ReplicationStatus) -> String {
    if let peer = link.peer { return "peer \(peer)" }
    return link.wantedPeer.map { "no peer, looks for \($0)" } ?? "no peer"
  }
}
