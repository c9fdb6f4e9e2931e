import Testing

@testable import ItemStore

@Suite("Ghosts")
struct GhostTests {
  @Test("A ghost is known by its hash, whatever the bucket and the tag, and is never taken for none")
  func identity() {
    for hash: UInt64 in [0, 1, .max, 0x0123_4567_89AB_CDEF] {
      let ghost = Ghost(of: hash, at: 0, wasNewcomer: true)
      #expect(ghost != .none && ghost.isOf(hash))
      #expect(ghost.isOf(hash ^ 0xFF00_0000_0000_0FFF), "what the tag and the bucket's number are made of is not asked")
      #expect(!ghost.isOf(hash ^ 1 << 40))
      #expect(!Ghost.none.isOf(hash))
    }
  }

  @Test("A ghost tells whether its item was a newcomer, whatever its age")
  func kind() {
    for tick: UInt32 in [0, 2047, .max] {
      #expect(Ghost(of: .max, at: tick, wasNewcomer: true).wasNewcomer)
      #expect(!Ghost(of: .max, at: tick, wasNewcomer: false).wasNewcomer)
    }
  }

  @Test("A ghost's age is right over the turn of its clock", arguments: [0, 5, 2042, 2047, 2048, .max] as [UInt32])
  func age(tick: UInt32) {
    let ghost = Ghost(of: 0x1234_5678_9ABC_DEF0, at: tick, wasNewcomer: true)
    for age: UInt32 in [0, 1, 14, 15, 2000] { #expect(ghost.age(at: tick &+ age) == age) }
    #expect(Ghost.none.age(at: tick) > Ghost.longestAge)
  }

  @Test("A new key takes the slot of its own ghost, else one without, else an old item's, else the oldest's")
  func slots() {
    withBucket { bucket in
      for slot in 0..<IndexBucket.slots { bucket.set(slot, tag: 9, reference: 1) }
      #expect(bucket.freeSlot(for: 0, at: 20) == nil)
      let hashes = (0..<3).map { UInt64($0 + 1) << 40 }
      let ghosts = hashes.enumerated().map { Ghost(of: $1, at: UInt32(10 - $0), wasNewcomer: true) }
      for (slot, ghost) in ghosts.enumerated() { bucket.free(slot + 4, leaving: ghost) }
      #expect(bucket.freeSlot(for: hashes[1], at: 20).map { $0 == (5, ghosts[1]) } == true)
      #expect(bucket.freeSlot(for: hashes[2], at: 30).map { $0 == (6, .none) } == true, "too old")
      #expect(bucket.freeSlot(for: 1 << 50, at: 20).map { $0 == (6, .none) } == true)
      bucket.free(7, leaving: Ghost(of: 1 << 44, at: 20, wasNewcomer: false))
      #expect(bucket.freeSlot(for: 1 << 50, at: 20).map { $0 == (7, .none) } == true, "of no newcomer")
      bucket.set(8, tag: 0, reference: 0)
      #expect(bucket.freeSlot(for: 1 << 50, at: 20).map { $0 == (8, .none) } == true)
    }
  }

  private func withBucket(_ body: (IndexBucket) -> Void) {
    let line = UnsafeMutableRawPointer.allocate(byteCount: IndexBucket.size, alignment: 64)
    unsafe line.initializeMemory(as: UInt8.self, repeating: 0, count: IndexBucket.size)
    unsafe body(IndexBucket(line))
    unsafe line.deallocate()
  }
}
