import Platform
import Synchronization

/// What the threads that serve connections share: how many there may be, how many there are, and what accepting counts.
/// Immutable but for atomic words.
package final class ServingContext: Sendable {
  package let configuration: ServingConfiguration
  package let accepting = AcceptCounters()
  private let openConnections = Atomic<Int>(0)
  private let whenRoom = Mutex<@Sendable () -> Void>({})
  /// The sockets that clients come in by, while they are open.
  private let listeningSockets = Mutex<[ConnectionDescription]>([])

  package init(_ configuration: ServingConfiguration) { self.configuration = configuration }

  var requestsPerTurn: Int { configuration.requestsPerTurn }

  package var connectionCount: Int { openConnections.load(ordering: .relaxed) }
  var isFull: Bool { connectionCount >= configuration.maxConnections }

  package func connectionOpened() { openConnections.add(1, ordering: .relaxed) }

  package func connectionClosed() {
    let before = openConnections.subtract(1, ordering: .relaxed).oldValue
    if before >= configuration.maxConnections { whenRoom.withLock { $0 }() }
  }

  package var listeners: [ConnectionDescription] { listeningSockets.withLock { $0 } }
  func setListeners(_ listeners: [ConnectionDescription]) { listeningSockets.withLock { $0 = listeners } }

  /// - Parameter body: called, from any thread, when a connection has closed that was one of the most there may be.
  package func setWhenRoom(_ body: @escaping @Sendable () -> Void) { whenRoom.withLock { $0 = body } }
}

package struct ServingConfiguration: Sendable {
  package var places: [ListeningPlace]
  package var listenBacklog: Int
  package var maxConnections: Int
  /// What a client is told and closed with that is one too many; nil: it waits in the kernel's backlog.
  package var refusal: StaticString?
  /// What a connection may have executed in one turn.
  package var requestsPerTurn: Int
  /// Datagrams that one datagram may be answered with.
  package var datagramReplyLimit: Int
  /// Bytes of a gathered reply that are sealed at a time, over TLS.
  package var sealedWriteBytes = 16 << 10
  /// Seconds after which a client that asks for nothing is closed; 0: never.
  package var idleTimeout: UInt32 = 0
  /// Seconds after which a client is closed that reads nothing of a reply that is made for it as it reads.
  package var readerTimeout: UInt32 = 60

  /// The most that it may be: such a reply, its large values pinned, has room in one `ReplyBuffer`.
  package static let maxDatagramReplyLimit = 64

  package init(
    places: [ListeningPlace], listenBacklog: Int, maxConnections: Int, refusal: StaticString?, requestsPerTurn: Int,
    datagramReplyLimit: Int = 16
  ) {
    self.places = places
    self.listenBacklog = listenBacklog
    self.maxConnections = maxConnections
    self.refusal = refusal
    self.requestsPerTurn = requestsPerTurn
    self.datagramReplyLimit = min(max(1, datagramReplyLimit), Self.maxDatagramReplyLimit)
  }
}

/// What the acceptor counts.
package final class AcceptCounters: Sendable {
  package let rejected = Atomic<UInt64>(0)
  package let timesPaused = Atomic<UInt64>(0)
  package let microsecondsPaused = Atomic<UInt64>(0)
  package let isAccepting = Atomic<Bool>(true)

  package func reset() {
    rejected.store(0, ordering: .relaxed)
    timesPaused.store(0, ordering: .relaxed)
    microsecondsPaused.store(0, ordering: .relaxed)
  }
}

/// What a worker counts of its connections: the first places of a table whose others are its session's.
package struct ConnectionCounters: Sendable {
  package enum Counter: Int, CaseIterable {
    case bytesRead, bytesWritten, yields, connections, idleKicks
  }

  private let table: CounterTable

  package init(table: CounterTable) { self.table = table }

  func add(_ counter: Counter, _ amount: Int = 1) {
    table.add(UInt64(truncatingIfNeeded: amount), to: counter.rawValue)
  }

  package subscript(counter: Counter) -> UInt64 { table[counter.rawValue] }
}
