import ConnectionServer
import Testing

@testable import CacheServer

@Suite("A worker's counters")
struct WorkerCountersTests {
  @Test("Every counter is its own, and a reset clears them all") func own() {
    let counters = WorkerCounters(classCount: 5)
    for (number, counter) in WorkerCounter.allCases.enumerated() { counters.add(counter, number + 1) }
    for (number, counter) in ClassCounter.allCases.enumerated() {
      for slabClass in 0...5 { for _ in 0...(number + slabClass) { counters.add(counter, in: slabClass) } }
    }
    for (number, counter) in WorkerCounter.allCases.enumerated() { #expect(counters[counter] == UInt64(number + 1)) }
    for (number, counter) in ClassCounter.allCases.enumerated() {
      for slabClass in 0...5 { #expect(counters[counter, slabClass] == UInt64(number + slabClass + 1)) }
      #expect(counters.sum(counter) == UInt64((0...5).reduce(0) { $0 + number + $1 + 1 }))
    }
    #expect(WorkerCounter.allCases.prefix(4) == [.bytesRead, .bytesWritten, .connectionYields, .totalConnections])
    for counter in ConnectionCounters.Counter.allCases {
      #expect(
        counters.connections[counter] == UInt64(counter.rawValue + 1), "the worker's connections count in its table")
    }
    counters.reset()
    #expect(WorkerCounter.allCases.allSatisfy { counters[$0] == 0 })
    #expect(ClassCounter.allCases.allSatisfy { counters.sum($0) == 0 })
  }
}
