extension Settings.Flag {
  /// The letter behind the dash.
  package var letter: Character { rawValue.last ?? "?" }

  /// memcached's long name where it has one.
  package var longName: String {
    switch self {
    case .port: "port"
    case .udpPort: "udp-port"
    case .listen: "listen"
    case .unixSocket: "unix-socket"
    case .unixSocketMode: "unix-mask"
    case .listenBacklog: "listen-backlog"
    case .maxConnections: "conn-limit"
    case .threads: "threads"
    case .requestsPerEvent: "max-reqs-per-event"
    case .memoryLimit: "memory-limit"
    case .maxItemSize: "max-item-size"
    case .growthFactor: "slab-growth-factor"
    case .smallestChunk: "slab-min-size"
    case .keyPrefixDelimiter: "prefix-delimiter"
    case .bindingProtocol: "protocol"
    case .user: "user"
    case .pidFile: "pidfile"
    case .peer: "peer"
    case .peerPorts: "peer-ports"
    case .queueRecords: "peer-queue"
    case .options: "extended"
    }
  }
}
