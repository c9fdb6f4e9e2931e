import ItemStore
import Platform
import Replication

/// This side's numbers, read at one moment from what `stats` reads.
extension Statistics {
  var sideNumbers: SideNumbers {
    var numbers = SideNumbers()
    let (counted, moment) = (snapshot, context.moment())
    numbers[.unixMicroseconds] = moment.unixMicroseconds
    numbers[.uptimeSeconds] = UInt64(moment.seconds &- min(context.startedAt.seconds, moment.seconds))
    numbers[.version] = Self.packedVersion
    numbers[.isServing] = context.isServing ? 1 : 0
    addContents(&numbers)
    addUse(&numbers, counted)
    if let status = pairing.status { Self.addPair(&numbers, status) }
    context.pairMonitor.addDigest(&numbers)
    return numbers
  }

  /// Of "3.0.0" and of "3.0.0-alpha1" alike.
  static let packedVersion: UInt64 = {
    let parts = Settings.version.description.split { !$0.isNumber && $0 != "." }.first?.split(separator: ".") ?? []
    return parts.prefix(3).enumerated().reduce(0) { sum, part in
      sum | (UInt64(part.element) ?? 0) << UInt64(48 - 16 * part.offset)
    }
  }()

  private func addContents(_ numbers: inout SideNumbers) {
    let store = context.store
    let totals = store.statistics
    numbers[.items] = UInt64(clamping: totals.itemCount)
    numbers[.itemBytes] = UInt64(clamping: totals.itemBytes)
    numbers[.memoryLimit] = UInt64(clamping: store.memoryLimit)
    numbers[.evictions] = store.slabStatistics.reduce(0) { $0 &+ $1.counters.evicted }
  }

  private func addUse(_ numbers: inout SideNumbers, _ counted: CounterSnapshot) {
    let hits = counted.sum(ClassCounter.getHits)
    numbers[.connections] = UInt64(clamping: context.connectionCount)
    numbers[.maxConnections] = UInt64(clamping: context.settings.maxConnections)
    numbers[.gets] = hits &+ counted.sum(.getMisses)
    numbers[.getHits] = hits
    numbers[.sets] = counted.sum(ClassCounter.cmdSet)
    let classes: [ClassCounter] = [.deleteHits, .incrHits, .decrHits, .touchHits]
    let others: [WorkerCounter] = [.deleteMisses, .incrMisses, .decrMisses, .touchMisses, .cmdFlush]
    numbers[.otherCommands] =
      classes.reduce(0) { $0 &+ counted.sum($1) } &+ others.reduce(0) { $0 &+ counted.sum($1) }
    numbers[.bytesRead] = counted.sum(.bytesRead)
    numbers[.bytesWritten] = counted.sum(.bytesWritten)
  }

  private static func addPair(_ numbers: inout SideNumbers, _ status: ReplicationStatus) {
    let counters = status.counters
    numbers[.role] = status.role == .master ? 1 : 2
    numbers[.state] = SideNumbers.stateWords.firstIndex(of: "\(status.state)").map { UInt64($0) }
    numbers[.lagMicroseconds] = status.lagMicroseconds
    numbers[.queueRecords] = UInt64(clamping: status.queueRecords)
    numbers[.conflicts] = counters.conflicts
    numbers[.refusedPeers] = counters.refusedPeers
    numbers[.refusedValues] = counters.refusals
    numbers[.valuesWithoutRoom] = counters.outOfMemory
    numbers[.changesSent] = counters.sent
    numbers[.changesReceived] = counters.received
    numbers[.streamOverflows] = counters.streamOverflows
    let (out, come) = (status.copyOut, status.copyIn)
    numbers[.copyOutTotal] = out.total
    numbers[.copyOutDone] = out.done
    numbers[.copyOutEndedAt] = out.endedAt
    numbers[.copyInTotal] = come.total
    numbers[.copyInDone] = come.done
    numbers[.copyInEndedAt] = come.endedAt
    numbers[.copiesUnderWay] = (out.isUnderWay ? 1 : 0) | (come.isUnderWay ? 2 : 0)
  }
}
