import ConnectionServer
import Platform

/// What a worker counts, by its place in the worker's counter table. Names as in `stats`.
enum WorkerCounter: Int, CaseIterable {
  // Those of `ConnectionCounters`, in its order.
  case bytesRead, bytesWritten, connectionYields, totalConnections, idleKicks

  case cmdFlush, cmdMeta
  case getMisses, getExpired, getFlushed
  case deleteMisses, incrMisses, decrMisses, casMisses, touchMisses
  case storeTooLarge, storeNoMemory
  case authCommands, authErrors
  case totalItems
}

/// What a worker counts for each slab class. `stats` shows their sums, `stats slabs` each.
enum ClassCounter: Int, CaseIterable {
  case getHits, cmdSet, deleteHits, incrHits, decrHits, casHits, casBadval, touchHits
}

/// The counters of one worker: raised by it alone, read by whoever answers `stats`.
struct WorkerCounters: Sendable {
  private let table: CounterTable
  let classCount: Int

  private static let fixed = WorkerCounter.allCases.count
  private static let perClass = ClassCounter.allCases.count

  /// - Parameter classCount: slab classes, numbered from 1; 0 counts what belongs to no class.
  init(classCount: Int) {
    self.classCount = classCount
    table = CounterTable(count: Self.fixed + (classCount + 1) * Self.perClass)
  }

  /// The part that the worker's connections count.
  var connections: ConnectionCounters { ConnectionCounters(table: table) }

  @inline(__always)
  func add(_ counter: WorkerCounter, _ amount: Int = 1) {
    table.add(UInt64(truncatingIfNeeded: amount), to: counter.rawValue)
  }

  @inline(__always)
  func add(_ counter: ClassCounter, _ amount: Int = 1, in slabClass: Int) {
    table.add(UInt64(truncatingIfNeeded: amount), to: Self.fixed + slabClass * Self.perClass + counter.rawValue)
  }

  subscript(counter: WorkerCounter) -> UInt64 { table[counter.rawValue] }

  subscript(counter: ClassCounter, slabClass: Int) -> UInt64 {
    table[Self.fixed + slabClass * Self.perClass + counter.rawValue]
  }

  func reset() { table.reset() }
}
