/// What the balancer asks of pages.
extension SlabAllocator {
  func load(_ slabClass: UInt8) -> PageBalancer.Load {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    return unsafe PageBalancer.Load(
      slabClass: slabClass, pageCount: owner.pointee.pageCount, chunksPerPage: owner.pointee.chunksPerPage,
      usedChunks: owner.pointee.usedChunks, totalChunks: owner.pointee.pageCount * owner.pointee.chunksPerPage,
      evicted: owner.pointee.counters.evicted, outOfMemory: owner.pointee.counters.outOfMemory)
  }

  /// Closes the page that the hand would come to first, if the class has another; nil if not.
  func closePage(of slabClass: UInt8) -> Int? {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    guard unsafe owner.pointee.pageCount > 1 else { return nil }
    let page = unsafe Int(owner.pointee.handPage < 0 ? owner.pointee.ring : owner.pointee.handPage)
    unsafe pages[page].isMoving = true
    return page
  }

  // MARK: Under the class's lock

  func carvedChunks(ofPage page: Int) -> Int { unsafe Int(pages[page].carved) }

  func isEmpty(page: Int) -> Bool { unsafe pages[page].carved == pages[page].freeCount }

  func chunk(_ number: Int, ofPage page: Int) -> UInt32 {
    let chunkSize = unsafe classes[Int(pages[page].slabClass)].chunkSize
    return memory.reference(page: page, offset: number * chunkSize)
  }
}
