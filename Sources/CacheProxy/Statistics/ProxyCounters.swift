import ConnectionServer
import Platform

/// What a worker counts. The first places are its connections'.
package struct ProxyCounters: Sendable {
  package enum Counter: Int, CaseIterable, Sendable {
    case getHits, getMisses, getErrors
    case writes, writeErrors
    /// Retrievals that a backup answered.
    case backupHits
    /// Keys that a retrieval put back to their main.
    case refills
    case refillsUndone
    case retries
    case timeouts
    case backendErrors
    case overloads
    /// Reads that were asked of the other side of a pair as well.
    case hedges
    /// Of clients.
    case logins, loginErrors
  }

  let table: CounterTable

  package init() { table = CounterTable(count: Self.first + Counter.allCases.count) }

  private static let first = ConnectionCounters.Counter.allCases.count

  package var connections: ConnectionCounters { ConnectionCounters(table: table) }

  func add(_ counter: Counter, _ amount: Int = 1) {
    table.add(UInt64(truncatingIfNeeded: amount), to: Self.first &+ counter.rawValue)
  }

  package subscript(counter: Counter) -> UInt64 { table[Self.first + counter.rawValue] }
}
