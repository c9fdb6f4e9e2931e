import KeyDistribution

/// What a client is made of. Times are durations on the machine's clock.
package struct ClientSettings: Sendable {
  /// A server, or a pair in its place. It is hashed by what `server` says, so a server that becomes a pair keeps its keys.
  package struct Member: Hashable, Sendable {
    package let server: Server
    /// Where it is: one address, or two of a pair, the one that is preferred first.
    package let addresses: [Address]

    package init(server: Server, addresses: [Address]) {
      self.server = server
      self.addresses = Array(addresses.prefix(2))
    }

    package var isPair: Bool { addresses.count == 2 }
  }

  package struct Address: Hashable, Sendable {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
      self.host = host
      self.port = port
    }
  }

  package struct Login: Hashable, Sendable {
    package let user: String
    package let password: String

    package init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  package var members: [Member]
  package var distribution: Distribution
  package var limits = ServerHealth.Limits()
  package var policy = DeadServerPolicy.next
  package var connectionsPerServer = 1
  package var login: Login?
  /// Whether meta commands are used where the server has them.
  package var usesMeta = true

  /// A connection, with all that is said before the first request.
  package var connectTimeout = Duration.seconds(1)
  package var requestTimeout = Duration.seconds(2)
  /// A server that owes answers and says nothing for so long hangs.
  package var hangTimeout = Duration.milliseconds(500)
  /// A side of a pair that is down is tried again after this: the other answers meanwhile.
  package var pairRetryAfter = Duration.milliseconds(250)
  /// How long the first requests wait for the first side of a pair, where the second is there already.
  package var pairStartWait = Duration.milliseconds(100)
  /// How often a side that is filling is asked how far it is.
  package var pairStateInterval = Duration.milliseconds(100)
  /// So long after a move to the other side a miss is asked for on both: what was written last may be on its way.
  package var crossing = Duration.seconds(1)
  /// Reads that take longer than this share of the others are asked of the other side too. Nil: never.
  package var hedgePercentile: Double? = 0.99
  /// Before enough answers have been timed.
  package var hedgeFallback = Duration.milliseconds(50)

  /// What may wait for the answers of one connection. Beyond that requests fail as `overloaded`.
  package var maxPendingRequests = 4096
  package var maxPendingBytes = 64 << 20
  /// A longer answer is not believed, so that no server can take what memory there is.
  package var maxReplyBytes = 64 << 20

  package init(members: [Member], distribution: Distribution) {
    self.members = members
    self.distribution = distribution
  }
}
