import Platform
import Synchronization
import TestSupport
import Testing

@testable import CacheServer

@Suite("What the workers have counted, at one moment")
struct CounterSnapshotTests {
  private let rig: WorkerRig

  init() throws { rig = try WorkerRig() }

  /// As the prometheus exporter forms it, of one class and of all.
  private static func sets(_ snapshot: CounterSnapshot, _ slabClass: Int? = nil) -> Int64 {
    let names: [ClassCounter] = [.casHits, .casBadval]
    let sum = { (counter: ClassCounter) in
      Int64(clamping: slabClass.map { snapshot.sum(counter, $0) } ?? snapshot.sum(counter))
    }
    let misses = slabClass == nil ? Int64(clamping: snapshot.sum(.casMisses)) : 0
    return sum(.cmdSet) - names.map(sum).reduce(misses, +)
  }

  @Test("has no fewer storage commands than cas commands, whichever was counted first") func order() {
    let counters = WorkerCounters(classCount: 3)
    counters.add(.casHits, in: 1)
    counters.add(.casBadval, 2, in: 2)
    counters.add(.cmdSet, 5, in: 3)
    counters.add(.casMisses, 7)
    let snapshot = CounterSnapshot(rig.context, [counters, WorkerCounters(classCount: 3)])
    #expect((1...3).map { snapshot.sum(.cmdSet, $0) } == [1, 2, 5])
    #expect(snapshot.sum(.cmdSet) == 10 && Self.sets(snapshot) == 0)
    #expect((1...3).map { Self.sets(snapshot, $0) } == [0, 0, 5])
  }

  @Test("adds up what each worker has, and knows of no class that there is not") func sums() {
    let workers = (1...2).map { _ in WorkerCounters(classCount: 2) }
    for worker in workers { worker.add(.getHits, 3, in: 2) }
    workers[1].add(.getMisses, 4)
    let snapshot = CounterSnapshot(rig.context, workers)
    #expect(snapshot.sum(.getHits) == 6 && snapshot.sum(.getHits, 2) == 6 && snapshot.sum(.getHits, 1) == 0)
    #expect(snapshot.sum(.getMisses) == 4 && snapshot.sum(.getHits, 99) == 0)
    #expect(CounterSnapshot(rig.context, []).sum(.cmdSet) == 0)
  }

  @Test("lets no difference of a monitor's fall below zero, while commands of every kind come") func commands() throws {
    let client = try rig.client()
    let statistics = Statistics(context: rig.context, counters: [rig.counters], pairing: Pairing(context: rig.context))
    var random = SeededRandom(seed: 14)
    for round in 0..<2_000 {
      let key = "k\(Int.random(in: 0..<8, using: &random))"
      let size = [1, 100, 3_000].randomElement(using: &random) ?? 1
      let data = "\r\n\(String(repeating: "1", count: size))\r\n"
      let unique = Int.random(in: 0...3, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: client.send("set \(key) 0 0 \(size)\(data)")
      case 1: client.send("cas \(key) 0 0 \(size) \(unique)\(data)")
      case 2: client.send("ms \(key) \(size) C\(unique)\(data)")
      case 3:
        let line = client.ask("gets \(key)\r\n").split(separator: "\r\n").first ?? ""
        client.send("cas \(key) 0 0 \(size) \(line.hasPrefix("VALUE") ? line.split(separator: " ")[4] : "1")\(data)")
      case 4: client.send("append \(key) 0 0 \(size)\(data)")
      default: client.send("delete \(key)\r\n")
      }
      client.readAll()
      _ = client.take()
      if round % 500 == 0 { statistics.reset() }
      let snapshot = CounterSnapshot(rig.context, [rig.counters])
      #expect(Self.sets(snapshot) >= 0)
      for slabClass in 1...rig.counters.classCount { #expect(Self.sets(snapshot, slabClass) >= 0) }
    }
    #expect(client.values("")["cas_badval"] != "0")
  }

  @Test("lets none fall below zero while others count at the same time") func threads() throws {
    let counters = WorkerCounters(classCount: 1)
    let ended = Ended()
    let worker = try Thread.start(name: "worker") {
      for _ in 0..<400_000 { CommandExecutor.count(.exists, true, 1, in: counters) }
      ended.word.store(true, ordering: .releasing)
    }
    repeat {
      #expect(Self.sets(CounterSnapshot(rig.context, [counters])) >= 0)
    } while !ended.word.load(ordering: .acquiring)
    worker.join()
    #expect(counters.sum(.casBadval) == 400_000)
  }

  private final class Ended: Sendable {
    let word = Atomic<Bool>(false)
  }
}
