import Testing

@testable import ItemStore

@Suite("The sizes of slab classes")
struct SlabClassSizesTests {
  static func defaults(factor: Double = 1.2, smallest: Int = 40, shift: Int = 3) -> SlabClassSizes {
    SlabClassSizes(smallest: smallest, factor: factor, largest: ChunkMemory.pageSize / 2, granuleShift: shift)
  }

  @Test("With the defaults there are chunks of 40, 144, 1072 and half a page, which suit the usual items")
  func defaults() {
    let sizes = Self.defaults().sizes
    #expect(sizes.prefix(5) == [0, 40, 48, 64, 72])
    for size in [144, 1072, 524_288] { #expect(sizes.contains(size)) }
  }

  @Test(
    "Every size gets the smallest chunk that holds it",
    arguments: [(1.2, 40, 3), (1.25, 48, 3), (1.05, 48, 3), (2.0, 100, 4), (1.25, 24, 6), (1.08, 48, 3)])
  func table(factor: Double, smallest: Int, shift: Int) {
    let sizes = Self.defaults(factor: factor, smallest: smallest, shift: shift)
    #expect(sizes.sizes == sizes.sizes.sorted() && Set(sizes.sizes).count == sizes.sizes.count)
    #expect(sizes.sizes.allSatisfy { $0 & ((1 << shift) - 1) == 0 })
    #expect(sizes.count <= SlabClassSizes.mostClasses)
    var fitting = 1
    for size in 1...sizes.largest {
      while sizes.sizes[fitting] < size { fitting += 1 }
      if sizes.slabClass(for: size).map(Int.init) != fitting {
        Issue.record("size \(size) goes to class \(sizes.slabClass(for: size) ?? 0), not \(fitting)")
        return
      }
    }
    #expect(sizes.slabClass(for: sizes.largest + 1) == nil)
    #expect(sizes.slabClass(for: 1 << 40) == nil)
  }

  @Test("A factor of one or near it and a smallest chunk beyond the largest still give classes")
  func extremes() {
    #expect(Self.defaults(factor: 1.0).largest == ChunkMemory.pageSize / 2)
    #expect(Self.defaults(factor: 1.000_000_1).count >= 1)
    #expect(Self.defaults(smallest: 1 << 30).sizes == [0, ChunkMemory.pageSize / 2])
    #expect(Self.defaults(smallest: 0).sizes[1] >= ItemPointer.headerCount)
  }

  @Test(
    "As in memcached, a class within the factor of the largest is left out: with -f 1.25 -n 96 that of 4 KB is number 17"
  )
  func largest() {
    let sizes = SlabClassSizes(smallest: 96, factor: 1.25, largest: 4096, granuleShift: 3)
    #expect(sizes.count == 17 && sizes.largest == 4096)
    #expect(sizes.pieceCapacity == 4076)
    for largest in [1 << 10, 2 << 10, 64 << 10, 1 << 20] {
      for factor in [1.08, 1.2, 1.25, 2] {
        let sizes = SlabClassSizes(smallest: 40, factor: factor, largest: largest, granuleShift: 3).sizes
        #expect(sizes.dropLast().allSatisfy { Double($0) <= Double(largest) / factor + 8 })
        #expect(Double(largest) / Double(sizes[sizes.count - 2]) <= factor * factor)
      }
    }
  }

  @Test("References reach over as much memory as there is", arguments: [1, 30, 31, 32, 33, 64, 255])
  func references(gigabytes: Int) {
    let shift = ChunkMemory.granuleShift(toReach: gigabytes << 30)
    let base = unsafe UnsafeMutableRawPointer(bitPattern: 1 << 40)
    guard let base = unsafe base else { return }
    let memory = unsafe ChunkMemory(base: base, pageCount: gigabytes << 10, granuleShift: shift)
    let lastPage = gigabytes << 10 - 1
    for (page, offset) in [(0, 0), (0, 64), (lastPage, 0), (lastPage, ChunkMemory.pageSize / 2)] {
      let reference = memory.reference(page: page, offset: offset)
      #expect(memory.reaches(reference))
      #expect(memory.page(of: reference) == page)
      let address = unsafe memory.item(reference).raw - base
      #expect(address == page << ChunkMemory.pageShift + offset)
    }
    #expect(!memory.reaches(0) && !memory.reaches(memory.reference(page: lastPage + 1, offset: 0)))
  }

  /// memcached 1.6.45 with -m 64 holds 699,008, 349,504 and 56,640 of these (docs/benchmarks.md).
  @Test(
    "Memory holds more items than memcached's does",
    arguments: [(10, 10, 699_008, 1.8), (20, 100, 349_504, 1.24), (40, 1000, 56_640, 1.07)])
  func itemsHeld(keyCount: Int, valueCount: Int, memcached: Int, factor: Double) throws {
    let megabytes = 4
    let store = try TestStore(megabytes: megabytes)
    let value = [UInt8](repeating: 1, count: valueCount)
    var number = 0
    while store.evicted == 0 {
      for _ in 0..<500 {
        number += 1
        store.store(Array(bytes("\(number)" + String(repeating: "k", count: keyCount)).prefix(keyCount)), value)
      }
      while try store.store.growIndex(buckets: 4096) {}
    }
    let held = store.store.statistics.itemCount * 64 / megabytes
    print("items of \(keyCount)+\(valueCount) B in -m 64: \(held), memcached \(memcached)")
    #expect(Double(held) >= Double(memcached) * factor)
    #expect(store.store.statistics.pagesInUse == megabytes)
  }
}
