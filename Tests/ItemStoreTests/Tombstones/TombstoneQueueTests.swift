import TestSupport
import Testing

@testable import ItemStore

@Suite("A queue of tombstones")
struct TombstoneQueueTests {
  private struct Queue {
    let slabs: SlabAllocator
    let queue: TombstoneQueue
    let hash = KeyHash(seed: 1)

    init() throws {
      slabs = try SlabAllocator(StoreConfiguration())
      queue = TombstoneQueue(number: 1, slabs: slabs)
    }

    func append(_ key: [UInt8], stamp: UInt64) throws -> UInt32 {
      let size = slabs.memory.rounded(ItemPointer.headerCount + key.count)
      if slabs.segmentCounts.used == slabs.segmentCounts.total {
        #expect(slabs.addLogPage(isUrgent: false, isBeside: false))
      }
      var place = queue.place(size)
      if place == 0 {
        let segment = slabs.takeSegment()
        try #require(segment != 0)
        queue.append(segment)
        place = queue.place(size)
      }
      let item = slabs.memory.item(place)
      item.setState(ItemState.allocated | ItemState.tombstone | ItemState.linked)
      item.fresh = Stamp(rawValue: stamp)
      item.setKey(key.span)
      item.setValueCount(0, clientFlags: 0)
      queue.noteAdded(size)
      return place
    }

    func pass(_ reference: UInt32) {
      let item = slabs.memory.item(reference)
      item.setState(ItemState.allocated | ItemState.tombstone)
      queue.noteStale(slabs.memory.rounded(item.size))
    }
  }

  @Test("It keeps its order over many segments, passes the stale, and gives every segment back")
  func order() throws {
    let made = try Queue()
    var random = SeededRandom(seed: 3)
    var expected: [(reference: UInt32, stamp: UInt64)] = []
    var next: UInt64 = 1
    for _ in 0..<300 {
      for _ in 0..<random.below(50) {
        let key = [UInt8](repeating: UInt8(next & 255), count: 1 + random.below(250))
        expected.append((try made.append(key, stamp: next), next))
        next += 1
      }
      for _ in 0..<random.below(20) where !expected.isEmpty {
        made.pass(expected.remove(at: random.below(expected.count)).reference)
      }
      for _ in 0..<random.below(20) where !expected.isEmpty {
        guard case .found(let oldest) = made.queue.oldest(passing: 10_000, made.hash) else {
          Issue.record("nothing is found of \(expected.count)")
          return
        }
        let first = expected.removeFirst()
        #expect(oldest.stamp.rawValue == first.stamp && oldest.reference == first.reference)
        made.pass(first.reference)
      }
      #expect(made.queue.count == expected.count && made.queue.segmentCount == made.slabs.segmentCounts.used)
    }
    #expect(made.queue.count > 100)
    for left in expected { made.pass(left.reference) }
    guard case .none = made.queue.oldest(passing: 100_000, made.hash) else {
      Issue.record("there is something left")
      return
    }
    #expect(made.queue.segmentCount == 0 && made.queue.byteCount == 0 && made.slabs.segmentCounts.used == 0)
  }

  @Test("A look passes no more stale ones than it may")
  func bounded() throws {
    let made = try Queue()
    for stamp: UInt64 in 1...100 { made.pass(try made.append([1], stamp: stamp)) }
    _ = try made.append([2], stamp: 101)
    guard case .beyond = made.queue.oldest(passing: 50, made.hash) else {
      Issue.record("it looked further")
      return
    }
    guard case .found(let oldest) = made.queue.oldest(passing: 60, made.hash) else {
      Issue.record("it did not go on")
      return
    }
    #expect(oldest.stamp.rawValue == 101 && oldest.hash == made.hash.hash([2].span))
  }
}
