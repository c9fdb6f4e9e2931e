import ItemStore
import Platform
import Synchronization
import TestSupport
import Testing

@testable import ItemStore

@Suite("The store under several threads")
struct StoreThreadTests {
  @Test("Four writers and a maintenance thread leave a store that adds up", arguments: [false, true])
  func writersAndMaintenance(paired: Bool) throws {
    let seed = TestSeeds.first
    print("StoreThreadTests: seed \(seed), paired \(paired)")
    let store = try TestStore(megabytes: 6, maxItemSize: 4 << 20)
    if paired { store.store.notePairing() }
    let done = Atomic<Bool>(false)
    let failures = Mutex<[String]>([])
    try withThreads(4) { number in
      var worker = ThreadWorker(store: store, number: number, random: SeededRandom(seed: seed &+ UInt64(number)))
      for _ in 0..<6000 where worker.wrong.isEmpty { worker.step() }
      let wrong = worker.wrong
      failures.withLock { $0 += wrong }
    } beside: {
      var keeper = MaintenanceRun(store: store)
      while !done.load(ordering: .relaxed) { keeper.step() }
    } whenDone: {
      done.store(true, ordering: .relaxed)
    }
    #expect(failures.withLock { $0 } == [], "seed \(seed)")
    #expect(store.store.audit() == [], "seed \(seed)")
  }

  @Test("Appends from four threads to one key are all there, each whole")
  func appendRaces() throws {
    let store = try TestStore()
    store.store(bytes("log"), [])
    try withThreads(4) { number in
      for _ in 0..<300 {
        let mode: StoreMode = number.isMultiple(of: 2) ? .append : .prepend
        let outcome = store.store(bytes("log"), [UInt8](repeating: UInt8(number), count: 3), mode: mode)
        guard case .stored = outcome else {
          Issue.record("append answered \(outcome)")
          return
        }
      }
    }
    let value = try #require(store.get(bytes("log"))?.value)
    #expect(value.count == 4 * 300 * 3)
    let runs = stride(from: 0, to: value.count, by: 3).map { value[$0..<$0 + 3] }
    #expect(runs.allSatisfy { Set($0).count == 1 })
    for number in 0..<4 { #expect(runs.filter { $0.first == UInt8(number) }.count == 300) }
    #expect(store.store.audit() == [])
  }

  @Test("Increments from four threads are all counted")
  func incrementRaces() throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes("95"))
    try withThreads(4) { _ in
      for _ in 0..<2000 { store.increment(bytes("n"), by: 1) }
    }
    #expect(store.get(bytes("n"))?.value == bytes("8095"))
  }

  @Test("Of the writers that compare and swap, one wins each round")
  func compareAndSwapRaces() throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes("0"))
    let wins = Atomic<Int>(0)
    try withThreads(4) { _ in
      for _ in 0..<1000 {
        guard let seen = store.get(bytes("n")) else { return }
        let next = (Int(String(decoding: seen.value, as: UTF8.self)) ?? 0) + 1
        if case .stored = store.store(bytes("n"), bytes("\(next)"), mode: .compareAndSwap(seen.cas)) {
          wins.add(1, ordering: .relaxed)
        }
      }
    }
    let count = wins.load(ordering: .relaxed)
    #expect(store.get(bytes("n"))?.value == bytes("\(count)"))
    #expect((1000...4000).contains(count), "of four that see the same number one wins, so at least a quarter of all")
  }

  @Test("A pinned value stays whole while others overwrite, delete and evict it")
  func pinnedUnderFire() throws {
    let store = try TestStore(megabytes: 4, maxItemSize: 2 << 20)
    let pins = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    store.store(bytes("big0"), [UInt8](repeating: 0, count: 300_000))
    try withThreads(3) { number in
      var random = SeededRandom(seed: UInt64(number))
      if number > 0 {
        repeat {
          if readPinned(store, bytes("big\(random.below(3))")) { pins.add(1, ordering: .relaxed) }
        } while !isOver.load(ordering: .relaxed)
        return
      }
      for round in 0..<150 {
        let key = bytes("big\(random.below(3))")
        store.store(key, [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: 300_000 + random.below(600_000)))
        if round % 7 == 0 { store.delete(key) }
      }
      isOver.store(true, ordering: .relaxed)
    }
    #expect(pins.load(ordering: .relaxed) > 0)
    #expect(store.store.audit() == [])
  }

  /// Whether there was something to pin.
  private func readPinned(_ store: TestStore, _ key: [UInt8]) -> Bool {
    var pinned: PinnedItem?
    store.store.view(key.span, hash: store.store.hash(key.span), now: 100) { pinned = store.store.pin($0) }
    guard let pinned else { return false }
    var first: UInt8?
    var count = 0
    var same = true
    store.store.forEachPiece(of: pinned, from: 0) { span in
      for position in stride(from: 0, to: span.count, by: 1000) {
        first = first ?? span[position]
        same = same && span[position] == first
      }
      count += span.count
      return true
    }
    #expect(same && count == pinned.valueCount)
    store.store.unpin(pinned)
    return true
  }

  @Test("An index that grows five times while it is read loses no key")
  func growthUnderReads() throws {
    let store = try TestStore(megabytes: 64)
    let done = Atomic<Bool>(false)
    try withThreads(3) { number in
      for count in 0..<60_000 where number == 0 { store.store(bytes("\(count)"), bytes("\(count)")) }
      var random = SeededRandom(seed: UInt64(number))
      for _ in 0..<20_000 where number > 0 {
        let key = bytes("\(random.below(60_000))")
        store.store.prefetch([store.store.hash(key.span)].span)
        if let found = store.get(key) { #expect(found.value == key) }
      }
    } beside: {
      while !done.load(ordering: .relaxed) { _ = try? store.store.growIndex(buckets: 16) }
      while (try? store.store.growIndex(buckets: 1024)) == true {}
    } whenDone: {
      done.store(true, ordering: .relaxed)
    }
    for count in 0..<60_000 { #expect(store.get(bytes("\(count)")) != nil) }
    #expect(store.store.statistics.bucketPower > 12)
    #expect(store.store.audit() == [])
  }
}

/// Runs `body` on so many threads, and `beside` on another until they are done.
func withThreads(
  _ count: Int, _ body: @escaping @Sendable (Int) -> Void, beside: (@Sendable () -> Void)? = nil,
  whenDone: () -> Void = {}
) throws {
  let keeper = try beside.map { try Platform.Thread.start(name: "keeper", $0) }
  let threads = try (0..<count).map { number in
    try Platform.Thread.start(name: "worker \(number)") { body(number) }
  }
  for thread in threads { thread.join() }
  whenDone()
  keeper?.join()
}
