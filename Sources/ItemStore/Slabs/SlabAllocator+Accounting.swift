/// What the classes count, all under the class's lock.
extension SlabAllocator {
  func withCounters(_ slabClass: UInt8, _ body: (inout SlabClassCounters) -> Void) {
    unsafe body(&classes[Int(slabClass)].counters)
  }

  func noteRequested(_ slabClass: UInt8, change: Int) {
    unsafe classes[Int(slabClass)].requestedBytes += change
  }

  /// Hands the chunk of an item that was just evicted to the next author.
  func reuse(_ reference: UInt32, _ slabClass: UInt8, requested: Int) {
    noteRequested(slabClass, change: -memory.item(reference).size)
    unsafe removeNewcomer(reference, classes + Int(slabClass))
    unsafe classes[Int(slabClass)].usedChunks -= 1
    noteAllocation(reference, slabClass, requested: requested)
  }

  /// A class as it stands now.
  func snapshot(_ slabClass: UInt8) -> SlabClassStatistics {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    return unsafe SlabClassStatistics(
      slabClass: Int(slabClass), chunkSize: owner.pointee.chunkSize, chunksPerPage: owner.pointee.chunksPerPage,
      pageCount: owner.pointee.pageCount, usedChunks: owner.pointee.usedChunks,
      carvedChunks: owner.pointee.carvedChunks,
      requestedBytes: owner.pointee.requestedBytes, counters: owner.pointee.counters)
  }

  func resetCounters() {
    for slabClass in 1...classCount {
      lock(UInt8(slabClass))
      unsafe classes[slabClass].counters = SlabClassCounters()
      unlock(UInt8(slabClass))
    }
  }
}

/// A slab class as `stats slabs` and `stats items` show it.
package struct SlabClassStatistics: Sendable {
  package let slabClass: Int
  package let chunkSize: Int
  package let chunksPerPage: Int
  package let pageCount: Int
  package let usedChunks: Int
  /// Chunks handed out at least once.
  package let carvedChunks: Int
  /// Bytes of the items in the used chunks.
  package let requestedBytes: Int
  package let counters: SlabClassCounters

  package var totalChunks: Int { pageCount * chunksPerPage }
}
