import KeyDistribution

/// Keys on their way from where a list of servers had them to where another has them.
///
/// ```
///   SIGHUP ──▶ joining                  ──▶ warming                    ──▶ leaving               ──▶ over
///              written to both,             written to both,               written to both,
///              asked where they were        asked where they are;          asked where they are
///                                           what is missing, where it was
/// ```
///
/// **Invariants.** Workers go from one stage to the next one after the other, so at any time some are a stage behind. What one of them
/// takes from the old place must not be older than what another has written: so before the old place is asked for what the new one
/// lacks, all write to both and what was written before is done; and before nobody writes to the old place, nobody asks it.
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
