import MemcacheClientCore

/// What a client is made of. The defaults are php-memcache's way of failing over, with times that suit a local network.
public struct MemcacheClientConfiguration: Sendable {
  public var servers: [MemcacheServer]
  public var distribution = MemcacheDistribution.phpMemcache()
  public var deadServers = DeadServers.nextServer()

  /// More than one shares the requests out where one connection cannot carry them.
  public var connectionsPerServer = 1
  /// A connection, its TLS and its login.
  public var connectTimeout = Duration.seconds(1)
  /// Each request, with all that is tried for it.
  public var requestTimeout = Duration.seconds(2)
  /// A server that owes answers and says nothing for so long hangs: it is left, and what may be repeated goes elsewhere.
  public var hangTimeout = Duration.milliseconds(500)

  /// Of a pair: reads that take longer than this share of the last ones are asked of the other side, too. Nil: never.
  public var hedgePercentile: Double? = 0.99

  /// What may wait for the answers of one connection. Beyond it requests fail as ``MemcacheError/overloaded``.
  public var maxPendingRequests = 4096
  public var maxPendingBytes = 64 << 20
  /// A longer answer is not taken.
  public var maxReplyBytes = 64 << 20

  public var tls: TLS?
  public var login: Login?
  /// Meta commands are used where a server has them; else the classic text protocol.
  public var usesMeta = true

  public init(servers: [MemcacheServer]) { self.servers = servers }

  /// What becomes of the keys of a server that is dead.
  public enum DeadServers: Hashable, Sendable {
    /// They go to the next server of the distribution until the dead one, tried every `retryAfter`, is back.
    case nextServer(retryAfter: Duration = .seconds(15))
    /// libmemcached's and twemproxy's auto-eject: the same, after so many failures in a row, and for so many servers at most.
    case eject(afterFailures: Int, retryAfter: Duration, atMost: Int)
    /// They fail until it is back.
    case fail(retryAfter: Duration = .seconds(15))
  }

  public struct TLS: Hashable, Sendable {
    /// A file of authorities in PEM by which the servers' certificates are judged.
    public var authorities: String?
    /// A certificate and its key to show to servers, in PEM.
    public var certificate: String?
    public var key: String?
    public var verifiesServer = true
    /// Whom the certificates must name; nil: the host that is connected to.
    public var serverName: String?

    public init(authorities: String?) { self.authorities = authorities }
  }

  /// The login of `-Y`.
  public struct Login: Hashable, Sendable {
    public var user: String
    public var password: String

    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  func settings() throws(MemcacheError) -> ClientSettings {
    guard !servers.isEmpty else { throw .configuration("no servers") }
    var settings = ClientSettings(members: servers.map(\.member), distribution: distribution.rule)
    (settings.limits, settings.policy) = deadServers.rules
    settings.connectionsPerServer = connectionsPerServer
    settings.login = try login.map { login throws(MemcacheError) in try login.checked() }
    settings.usesMeta = usesMeta
    settings.connectTimeout = connectTimeout
    settings.requestTimeout = requestTimeout
    settings.hangTimeout = hangTimeout
    settings.hedgePercentile = hedgePercentile
    settings.maxPendingRequests = maxPendingRequests
    settings.maxPendingBytes = maxPendingBytes
    settings.maxReplyBytes = maxReplyBytes
    return settings
  }
}

extension MemcacheClientConfiguration.DeadServers {
  fileprivate var rules: (ServerHealth.Limits, DeadServerPolicy) {
    switch self {
    case .nextServer(let retryAfter): (ServerHealth.Limits(retryAfter: retryAfter), .next)
    case .eject(let failures, let retryAfter, let most):
      (ServerHealth.Limits(failures: failures, retryAfter: retryAfter), .eject(atMost: most))
    case .fail(let retryAfter): (ServerHealth.Limits(retryAfter: retryAfter), .fail)
    }
  }
}

extension MemcacheClientConfiguration.Login {
  fileprivate func checked() throws(MemcacheError) -> ClientSettings.Login {
    guard !user.isEmpty, !user.utf8.contains(where: { $0 <= 32 }),
      !password.utf8.contains(where: { $0 == 13 || $0 == 10 })
    else { throw .configuration("a user has no spaces, a password no ends of lines") }
    return ClientSettings.Login(user: user, password: password)
  }
}
