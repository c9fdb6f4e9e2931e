import Testing

@testable import ItemStore

@Suite("One line of the index")
struct IndexBucketTests {
  @Test("Each slot is matched by its tag and by no other", arguments: [2, 3, 0x7F, 0x80, 0x81, 0xFE, 0xFF])
  func matches(tag: UInt8) {
    withBucket { bucket in
      for slot in 0..<IndexBucket.slots {
        for other in 0..<IndexBucket.slots {
          bucket.set(other, tag: other == slot ? tag : tag &+ 0x10 | 2, reference: UInt32(other + 1))
        }
        var matches = bucket.matches(tag)
        #expect(matches.next() == slot)
        #expect(bucket.reference(slot) == UInt32(slot + 1) && bucket.tag(slot) == tag)
      }
    }
  }

  @Test("A full bucket has no free slot, and the first free one is exact")
  func free() {
    withBucket { bucket in
      for slot in 0..<IndexBucket.slots {
        var free = bucket.matches(0)
        #expect(free.next() == slot)
        bucket.set(slot, tag: slot % 2 == 0 ? 2 : 0xFF, reference: 1)
      }
      var free = bucket.matches(0)
      #expect(free.next() == nil)
    }
  }

  @Test("Tags are neither the sign of a free slot nor taken for it by the comparison", arguments: 0...255)
  func tags(top: Int) {
    let tag = IndexBucket.tag(of: UInt64(top) << 56)
    withBucket { bucket in
      for slot in 0..<IndexBucket.slots {
        bucket.free(slot, leaving: Ghost(of: .max, slabClass: 1, at: 0, wasNewcomer: true))
      }
      var matches = bucket.matches(tag)
      #expect(matches.next() == nil)
    }
    #expect(IndexBucket.tag(of: 0x00FF_FFFF_FFFF_FFFF) == 2)
    #expect(IndexBucket.tag(of: 0x01FF_FFFF_FFFF_FFFF) == 2)
    #expect(IndexBucket.tag(of: 0xAB00_0000_0000_0000) == 0xAB)
  }

  private func withBucket(_ body: (IndexBucket) -> Void) {
    let line = UnsafeMutableRawPointer.allocate(byteCount: IndexBucket.size, alignment: 64)
    unsafe line.initializeMemory(as: UInt8.self, repeating: 0, count: IndexBucket.size)
    unsafe body(IndexBucket(line))
    unsafe line.deallocate()
  }
}
