import KeyDistribution

/// Keys on their way from where a list of servers had them to where another has them.
///
/// ```
///   SIGHUP ──▶ joining                  ──▶ warming                    ──▶ leaving               ──▶ over
///              written where they were,     written to both,               written to both,          deleted where
///              deleted where they will be;  asked where they are;          asked where they are      they were
///              asked where they were        what is missing, where it was
/// ```
///
/// **Invariants.** Workers go from one stage to the next one after the other, so at any time some are a stage behind. Nothing at the new
/// place is older than what another worker has written: so nothing is put there before all workers know of it. What one takes from the
/// old place is not older either: so before nobody writes to the old place, nobody asks it. A key that comes back finds nothing of its
/// own there: so it is deleted in the end.
package struct KeyMove: Sendable, Equatable {
  package enum Stage: Sendable {
    case joining, warming, leaving
  }

  package var stage: Stage
  /// Where they were.
  package let list: ServerList

  package init(_ stage: Stage, from list: ServerList) { (self.stage, self.list) = (stage, list) }
}

/// What decides where keys are.
package struct ServerList: Sendable, Equatable {
  package let mains: [BackendAddress]
  package let distribution: Distribution

  var map: KeyMap { KeyMap(mains.map(\.server), distribution) }
}

extension ProxySettings {
  package var list: ServerList { ServerList(mains: mains, distribution: distribution) }

  /// Servers that stand in both lists can keep their connections.
  func speaksAlike(_ other: ProxySettings) -> Bool {
    isServerTLSEnabled == other.isServerTLSEnabled && serverAuthorities == other.serverAuthorities
      && serverLoginFile == other.serverLoginFile
  }
}

extension BackendAddress {
  /// A command to both would be done twice by one of them.
  func shares(with other: BackendAddress) -> Bool {
    [first, second].contains { side in side != nil && (side == other.first || side == other.second) }
  }

  var server: Server { Server(host: first.host, port: first.port, weight: weight, name: name) }
}
