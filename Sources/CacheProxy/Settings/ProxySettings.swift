import KeyDistribution
import Transport

/// What the proxy was told to be: the plain values that the flags fill and every part of it reads.
///
/// Invariants: each value here is one that the proxy can run with, taken alone; `checked()` says the same of all of them together.
/// Nothing here asks the system. It is filled before the first thread starts, and another one at each SIGHUP.
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
  /// Another program's rule; nil: magent's.
  package var rule: DistributionRule?
  /// What it hashes with, where there is a choice.
  package var hash: KeyHash?
  package var hashTag: HashTag?

  /// Where keys belong.
  package var distribution: Distribution {
    rule?.distribution(hash, tag: hashTag) ?? (usesKetama ? .magentKetama(isCut: hasKetamaBug) : .magent)
  }

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
  /// Keys a second that are copied to a main that has returned, or to where they belong now; 0: none.
  package var refillRate = 1000
  /// Seconds for which keys that SIGHUP has moved are looked for where they were, unless they are copied before; 0: not at all.
  package var warmUp = 3600
  /// Failures in a row that make a server dead.
  package var failureLimit = 1
  /// Reads of a pair that take longer than so many of a hundred are asked of the other side too; 0: none.
  package var hedgePercentile = 0
  /// The keys of a dead main go to others.
  package var ejects = false
  /// So many mains at most; nil: all but one.
  package var ejectLimit: Int?
  /// Milliseconds for which they do at least.
  package var ejectTime = 0
  /// A user and a password, where servers want a login.
  package var serverLoginFile: String?

  // Who may come in.

  /// Users and passwords; nil: whoever can connect.
  package var authFile: String?
  /// Clients of the binary protocol may log in, too.
  package var acceptsSASL = false

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
  /// Where the flags stand that SIGHUP reads anew.
  package var configurationFile: String?

  package init() {}

  /// How many servers the mains are.
  package var mainSides: Int { mains.count + mains.count { $0.second != nil } }
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
  /// How many shares of the keys it has, in a distribution that knows such.
  package var weight = 1
  /// What twemproxy hashes in place of host and port.
  package var name: String?

  package init(_ first: Side, _ second: Side? = nil) { (self.first, self.second) = (first, second) }
  package init(host: String, port: UInt16) { self.init(Side(host: host, port: port)) }

  package var description: String { second.map { "\(first)|\($0)" } ?? "\(first)" }
}
