import KeyDistribution
import Transport

/// What the proxy was told to be: the plain values that the flags fill and every part of it reads.
///
/// Invariants: each value here is one that the proxy can run with, taken alone; `checked()` says the same of all of them together.
/// Nothing here asks the system. It is filled once, before the first thread starts.
package struct ProxySettings: Sendable, Equatable {
  package static let version: StaticString = "3.0.0-alpha1"

  // Where clients come in.

  /// 0: no TCP port, and then there is a unix socket.
  package var port: UInt16 = 11211
  /// Nil: every interface. magent's default is 0.0.0.0.
  package var host: String? = "0.0.0.0"
  package var unixSocket: String?
  package var maxConnections = 4096
  package var threads = 4
  /// The largest value in bytes.
  package var maxItemSize = 1 << 20

  // Where keys are kept.

  package var mains: [BackendAddress] = []
  package var backups: [BackendAddress] = []
  package var usesKetama = false
  /// `-k` as 0.5 and 0.6 had it: the hash cut to eight bits, so that nearly all keys are one server's.
  package var hasKetamaBug = false

  /// Where keys belong.
  package var distribution: Distribution { usesKetama ? .magentKetama(isCut: hasKetamaBug) : .magent }

  // How backends are spoken to.

  /// Idle connections that are kept to a backend, all workers together.
  package var idleConnections = 20
  /// Connections of each worker to each backend.
  package var connectionsPerBackend = 1
  /// Milliseconds for an answer.
  package var answerTimeout = 1000
  /// Milliseconds for a connection.
  package var connectTimeout = 500
  /// Milliseconds after which a dead backend is tried again.
  package var retryInterval = 1000
  /// Requests under way to one backend by one worker.
  package var maxPending = 4096
  /// Bytes of answers that a worker keeps for clients which do not read.
  package var answerMemory = 64 << 20
  /// Seconds that a refilled item lives where the backup cannot tell how long it may: the backup speaks no meta commands.
  package var refillExptime = 3600
  /// Keys a second that are copied to a main that has returned; 0: none.
  package var refillRate = 1000

  // Who looks after it.

  /// Where /metrics and the like are served; nil: nowhere.
  package var http: ListeningAddress?

  // TLS.

  /// Clients speak TLS where there is a certificate.
  package var tls = TLSSettings()
  package var isServerTLSEnabled = false
  /// By which the servers' certificates are judged.
  package var serverAuthorities: String?

  // The process.

  package var verbosity = 0
  package var isDaemon = true
  package var user: String?
  package var group: String?
  package var pidFile: String?

  package init() {}

  /// How many servers the mains are.
  package var mainSides: Int { mains.count + mains.count { $0.second != nil } }

  /// All values together.
  package func checked() throws(ProxySettingsError) -> ProxySettings {
    if mains.isEmpty { throw .contradiction("-s is needed: at least one server") }
    if port == 0, unixSocket == nil { throw .contradiction("-p 0 needs -f: clients could not come in") }
    if mains.contains(where: { $0.second != nil }), !backups.isEmpty {
      throw .contradiction("-b has no use beside a pair: each side of it has all that the other has")
    }
    if backups.contains(where: { $0.second != nil }) { throw .contradiction("-b takes one server, no pair") }
    if (tls.chain == nil) != (tls.key == nil) { throw .contradiction("--tls-cert and --tls-key belong together") }
    if serverAuthorities != nil, !isServerTLSEnabled { throw .contradiction("--server-tls-ca needs --server-tls") }
    if hasKetamaBug, !usesKetama { throw .contradiction("--ketama-06 needs -k") }
    return self
  }
}

/// Where to listen: an address or a host's name, nil for every interface.
package struct ListeningAddress: Sendable, Equatable {
  package let host: String?
  package let port: UInt16
}

/// One server of `-s` or `-b`: a host and a port, or a pair of those that hold the same.
package struct BackendAddress: Sendable, Hashable, CustomStringConvertible {
  package struct Side: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: UInt16

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  }

  /// The only one, or the one that is asked first; where keys belong is decided by its name.
  package let first: Side
  /// Of a pair.
  package let second: Side?

  package init(_ first: Side, _ second: Side? = nil) { (self.first, self.second) = (first, second) }
  package init(host: String, port: UInt16) { self.init(Side(host: host, port: port)) }

  package var description: String { second.map { "\(first)|\($0)" } ?? "\(first)" }
}
