import Testing

@testable import ItemStore

@Suite("Ghosts")
struct GhostTests {
  @Test("A ghost is known by its hash, whatever the bucket and the tag, and is never taken for none")
  func identity() {
    for hash: UInt64 in [0, 1, .max, 0x0123_4567_89AB_CDEF] {
      let ghost = Ghost(of: hash, slabClass: 1, at: 0, wasNewcomer: false)
      #expect(ghost != .none && ghost.isOf(hash))
      #expect(ghost.isOf(hash ^ 0xFF00_0000_0000_0FFF), "what the tag and the bucket's number are made of is not asked")
      #expect(!ghost.isOf(hash ^ 1 << 45))
      #expect(ghost.marked.isOf(hash))
      #expect(!Ghost.none.isOf(hash))
      #expect(Ghost.mark(of: hash) != .none && Ghost.mark(of: hash).isOf(hash))
    }
  }

  @Test("A ghost tells whether its item was a newcomer, its class, and whether it was seen", arguments: [0, 255, .max])
  func kind(tick: UInt32) {
    for slabClass: UInt8 in [1, 53, UInt8(SlabClassSizes.maxClasses)] {
      for wasNewcomer in [true, false] {
        let ghost = Ghost(of: .max, slabClass: slabClass, at: tick, wasNewcomer: wasNewcomer)
        #expect(ghost.wasNewcomer == wasNewcomer && ghost.slabClass == slabClass && !ghost.isSeen)
        #expect(ghost.marked.wasNewcomer == wasNewcomer && ghost.marked.slabClass == slabClass && ghost.marked.isSeen)
      }
    }
  }

  @Test("A ghost's age counts the ticks of its own class, over the turn of the clock", arguments: [0, 5, 250, 300])
  func age(start: Int) {
    withClock { clock in
      for _ in 0..<start { clock.advance(3) }
      let ghost = Ghost(of: 0x1234_5678_9ABC_DEF0, slabClass: 3, at: clock.tick(3), wasNewcomer: true)
      for age in 0...Ghost.maxAge {
        #expect(ghost.age(by: clock) == age && !ghost.isStale(by: clock))
        clock.advance(3)
        clock.advance(4)
      }
      for _ in 0..<8 * Ghost.ticksPerTurn {
        #expect(ghost.isStale(by: clock), "it does not look young again soon")
        clock.advance(3)
      }
      #expect(Ghost.none.age(by: clock) > Ghost.maxAge)
    }
  }

  @Test("A new key takes the slot of its own ghost, else one without, else an old item's, else the oldest's")
  func slots() {
    withClock { clock in
      withBucket { bucket in
        for slot in 0..<IndexBucket.slots { bucket.set(slot, tag: 9, reference: 1) }
        #expect(bucket.freeSlot(for: 0, by: clock) == nil)
        for _ in 0..<50 { clock.advance(3) }
        let hashes = (0..<3).map { UInt64($0 + 1) << 45 }
        let ghosts = hashes.enumerated().map { Ghost(of: $1, slabClass: 3, at: UInt32(10 - 4 * $0), wasNewcomer: true) }
        for (slot, ghost) in ghosts.enumerated() { bucket.free(slot + 4, leaving: ghost) }
        #expect(bucket.freeSlot(for: hashes[1], by: clock).map { $0 == (5, ghosts[1]) } == true)
        #expect(bucket.freeSlot(for: hashes[2], by: clock).map { $0 == (6, ghosts[2]) } == true)
        for _ in 0..<6 { clock.advance(3) }
        #expect(bucket.freeSlot(for: hashes[2], by: clock).map { $0 == (6, .none) } == true, "too old")
        #expect(bucket.freeSlot(for: 1 << 50, by: clock).map { $0 == (5, .none) } == true)
        bucket.free(7, leaving: Ghost(of: 1 << 44, slabClass: 3, at: 56, wasNewcomer: false))
        #expect(bucket.freeSlot(for: 1 << 52, by: clock).map { $0 == (5, .none) } == true, "none that counts is older")
        for slot in 5...6 { bucket.set(slot, tag: 9, reference: 1) }
        #expect(bucket.freeSlot(for: 1 << 52, by: clock).map { $0 == (7, .none) } == true, "of no newcomer")
        bucket.set(8, tag: 0, reference: 0)
        #expect(bucket.freeSlot(for: 1 << 52, by: clock).map { $0 == (8, .none) } == true)
      }
    }
  }

  @Test("Whoever comes by drops the ghosts that count no more, so none looks young again when the clock comes round")
  func stale() {
    withClock { clock in
      withBucket { bucket in
        for slot in 0..<IndexBucket.slots { bucket.set(slot, tag: 9, reference: 1) }
        let mark = Ghost.mark(of: 3 << 45)
        bucket.free(2, leaving: Ghost(of: 1 << 45, slabClass: 3, at: 0, wasNewcomer: true))
        bucket.free(3, leaving: Ghost(of: 2 << 45, slabClass: 4, at: 0, wasNewcomer: false))
        bucket.free(4, leaving: mark)
        for _ in 0...Ghost.maxAge { clock.advance(3) }
        #expect(bucket.freeSlot(for: 9 << 45, by: clock).map { $0 == (2, .none) } == true)
        #expect(bucket.ghost(2) == .none && bucket.ghost(3).isOf(2 << 45) && bucket.ghost(4) == mark)
      }
    }
  }

  @Test("A key that is asked for finds its ghost once, and what is too old not at all")
  func misses() {
    withClock { clock in
      withBucket { bucket in
        let ghost = Ghost(of: 7 << 45, slabClass: 3, at: 0, wasNewcomer: false)
        bucket.free(5, leaving: ghost)
        for slot in 0..<IndexBucket.slots where slot != 5 { bucket.set(slot, tag: 9, reference: 1) }
        #expect(bucket.freeSlot(for: 7 << 45, by: clock).map { $0 == (5, ghost) } == true)
        #expect(bucket.observeMiss(of: 7 << 45, by: clock) == ghost)
        #expect(bucket.observeMiss(of: 7 << 45, by: clock) == nil, "it was counted")
        #expect(bucket.freeSlot(for: 7 << 45, by: clock).map { $0 == (5, ghost.marked) } == true)
        bucket.free(5, leaving: ghost)
        for _ in 0...Ghost.maxAge { clock.advance(3) }
        #expect(bucket.observeMiss(of: 7 << 45, by: clock) == nil)
        #expect(bucket.freeSlot(for: 7 << 45, by: clock).map { $0 == (5, .mark(of: 7 << 45)) } == true)
      }
    }
  }

  @Test("A key that is asked for leaves a mark in the slot that is given most readily, and takes it when it comes")
  func marks() {
    withClock { clock in
      withBucket { bucket in
        for slot in 0..<IndexBucket.slots { bucket.set(slot, tag: 9, reference: 1) }
        #expect(bucket.observeMiss(of: 7 << 45, by: clock) == nil, "a full bucket has no space for it")
        bucket.free(2, leaving: Ghost(of: 1 << 45, slabClass: 3, at: 0, wasNewcomer: true))
        bucket.free(5, leaving: .none)
        #expect(bucket.observeMiss(of: 7 << 45, by: clock) == nil)
        #expect(bucket.ghost(5) == .mark(of: 7 << 45) && bucket.ghost(5).isMark && !bucket.ghost(2).isMark)
        #expect(bucket.observeMiss(of: 8 << 45, by: clock) == nil)
        #expect(bucket.ghost(5) == .mark(of: 8 << 45), "the mark goes before a ghost")
        #expect(bucket.freeSlot(for: 8 << 45, by: clock).map { $0 == (5, .mark(of: 8 << 45)) } == true)
        #expect(bucket.freeSlot(for: 9 << 45, by: clock).map { $0 == (5, .none) } == true)
      }
    }
  }

  private func withClock(_ body: (GhostClock) -> Void) {
    let clock = GhostClock.allocate(classCount: 10)
    body(clock)
    clock.deallocate()
  }

  private func withBucket(_ body: (IndexBucket) -> Void) {
    let line = UnsafeMutableRawPointer.allocate(byteCount: IndexBucket.size, alignment: 64)
    unsafe line.initializeMemory(as: UInt8.self, repeating: 0, count: IndexBucket.size)
    unsafe body(IndexBucket(line))
    unsafe line.deallocate()
  }
}
