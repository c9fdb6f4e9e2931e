/// The pages of the classes: added, closed and emptied by the balancer, given to another class.
extension SlabAllocator {
  func load(_ slabClass: UInt8) -> PageBalancer.Load {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    return unsafe PageBalancer.Load(
      slabClass: slabClass, pageCount: owner.pointee.pageCount, chunksPerPage: owner.pointee.chunksPerPage,
      usedChunks: owner.pointee.usedChunks, totalChunks: owner.pointee.pageCount * owner.pointee.chunksPerPage,
      evicted: owner.pointee.counters.evicted &- owner.pointee.counters.evictedByMove,
      outOfMemory: owner.pointee.counters.outOfMemory,
      refaults: owner.pointee.refaults, evictedUpTo: owner.pointee.evictedUpTo)
  }

  /// Closes the open page that the hand comes to first, if the class has another; nil if not.
  func closePage(of slabClass: UInt8) -> Int? {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    guard unsafe owner.pointee.pageCount - owner.pointee.closedPages > 1 else { return nil }
    var page = unsafe Int(nextPage(owner))
    while unsafe pages[page].isMoving { page = unsafe Int(pages[page].next) }
    unsafe close(page, owner)
    return page
  }

  /// Gives a detached page to a class, which is to fill it before another may ask for it, or to the pool. The caller
  /// holds no class's lock.
  func givePage(_ index: Int, to slabClass: UInt8?) {
    guard let slabClass else { return giveToPool(index) }
    lock(slabClass)
    attachPage(index, to: slabClass)
    rest(slabClass)
    unlock(slabClass)
  }

  // MARK: Under the class's lock

  /// From now on chunks of the page are handed out to nobody.
  func close(_ page: Int, _ owner: UnsafeMutablePointer<SlabClass>) {
    unsafe pages[page].isMoving = true
    unsafe owner.pointee.closedPages += 1
  }

  func carvedChunks(ofPage page: Int) -> Int { unsafe Int(pages[page].carved) }

  /// 0 where the page is of another class, or of none.
  func carvedChunks(ofPage page: Int, in slabClass: UInt8) -> Int {
    unsafe pages[page].slabClass == slabClass ? Int(pages[page].carved) : 0
  }

  func isEmpty(page: Int) -> Bool { unsafe pages[page].carved == pages[page].freeCount }

  func chunk(_ number: Int, ofPage page: Int) -> UInt32 {
    let chunkSize = unsafe classes[Int(pages[page].slabClass)].chunkSize
    return memory.reference(page: page, offset: number * chunkSize)
  }

  /// Gives up emptying a page: its chunks are handed out again, and the hand goes on to the next page.
  func reopenPage(_ index: Int) {
    let owner = unsafe classes + Int(pages[index].slabClass)
    unsafe pages[index].isMoving = false
    unsafe owner.pointee.closedPages -= 1
    if isEmpty(page: index) {
      detachPage(index)
      return giveToPool(index)
    }
    unsafe listAsPartial(index, owner)
    unsafe leaveHands(index, owner, for: pages[index].next)
    unsafe noteSurplus(owner)
  }

  /// Adds a page from the pool to a class, under the class's lock.
  private func addPageFromPool(to slabClass: UInt8, evenBeyondLimit: Bool) -> Bool {
    let index = takeFromPool(evenBeyondLimit: evenBeyondLimit)
    if index < 0 { return false }
    attachPage(index, to: slabClass)
    return true
  }

  func addPage(to slabClass: UInt8, from source: FreeChunkSource) -> Bool {
    switch source {
    case .ownPages: false
    case .pool: addPageFromPool(to: slabClass, evenBeyondLimit: false)
    case .beyondLimit:
      addPageFromPool(to: slabClass, evenBeyondLimit: unsafe classes[Int(slabClass)].pageCount == 0)
    }
  }

  func attachPage(_ index: Int, to slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe pages[index] = SlabPage()
    unsafe pages[index].slabClass = slabClass
    expiries.clear(index)
    unsafe linkPage(index, into: owner)
    unsafe listAsPartial(index, owner)
  }

  /// Notes that the page has free chunks, if that is not yet known.
  func listAsPartial(_ index: Int, _ owner: UnsafeMutablePointer<SlabClass>) {
    if unsafe pages[index].isOnPartialList { return }
    let head = unsafe owner.pointee.partialHead
    unsafe pages[index].nextPartial = head
    unsafe pages[index].previousPartial = -1
    unsafe pages[index].isOnPartialList = true
    if head >= 0 { unsafe pages[Int(head)].previousPartial = Int32(index) }
    unsafe owner.pointee.partialHead = Int32(index)
  }

  /// Before the page that the hand comes to first: it comes to this one last. The rest of the page in which it stands is left for its
  /// next turn, for what was written last lies in the other part of it, and is older than what is written from now on.
  private func linkPage(_ index: Int, into owner: UnsafeMutablePointer<SlabClass>) {
    unsafe owner.pointee.pageCount += 1
    unsafe owner.pointee.ringVersion &+= 1
    if unsafe owner.pointee.ring < 0 {
      unsafe pages[index].next = Int32(index)
      unsafe pages[index].previous = Int32(index)
      unsafe owner.pointee.ring = Int32(index)
      return
    }
    let following = unsafe nextPage(owner)
    let last = unsafe pages[Int(following)].previous
    unsafe pages[index].next = following
    unsafe pages[index].previous = last
    unsafe pages[Int(last)].next = Int32(index)
    unsafe pages[Int(following)].previous = Int32(index)
    if unsafe hasManyNewcomers(owner) {
      unsafe owner.pointee.youngHand.leave(for: following)
    } else {
      unsafe owner.pointee.oldHand.leave(for: following)
    }
  }

  /// Of which the hand of the eviction whose turn it is will see all chunks first. The class has pages.
  private func nextPage(_ owner: UnsafeMutablePointer<SlabClass>) -> Int32 {
    let hand = unsafe hasManyNewcomers(owner) ? owner.pointee.youngHand : owner.pointee.oldHand
    if hand.page < 0 { return unsafe owner.pointee.ring }
    return hand.chunk == 0 ? hand.page : unsafe pages[Int(hand.page)].next
  }

  /// Takes an emptied page out of its class, under the class's lock.
  func detachPage(_ index: Int) {
    let page = unsafe pages + index
    let owner = unsafe classes + Int(page.pointee.slabClass)
    unsafe dropFromPartialList(index, owner)
    let next = unsafe page.pointee.next
    unsafe owner.pointee.pageCount -= 1
    unsafe owner.pointee.ringVersion &+= 1
    if unsafe page.pointee.isMoving { unsafe owner.pointee.closedPages -= 1 }
    unsafe owner.pointee.carvedChunks -= Int(page.pointee.carved)
    let following: Int32 = next == Int32(index) ? -1 : next
    unsafe leaveHands(index, owner, for: following)
    if unsafe owner.pointee.expiryHand.page == Int32(index) { unsafe owner.pointee.expiryHand.leave(for: following) }
    if next == Int32(index) {
      unsafe owner.pointee.ring = -1
    } else {
      let previous = unsafe page.pointee.previous
      unsafe pages[Int(previous)].next = next
      unsafe pages[Int(next)].previous = previous
      if unsafe owner.pointee.ring == Int32(index) { unsafe owner.pointee.ring = next }
    }
    unsafe noteSurplus(owner)
  }

  /// The hands of the eviction that stand at the page go on; one that has not begun begins behind it.
  private func leaveHands(_ page: Int, _ owner: UnsafeMutablePointer<SlabClass>, for next: Int32) {
    let isFirst = unsafe owner.pointee.ring == Int32(page)
    let isLeft = { (hand: SlabHand) in hand.page == Int32(page) || hand.page < 0 && isFirst }
    if unsafe isLeft(owner.pointee.oldHand) { unsafe owner.pointee.oldHand.leave(for: next) }
    if unsafe isLeft(owner.pointee.youngHand) { unsafe owner.pointee.youngHand.leave(for: next) }
  }

  func dropFromPartialList(_ index: Int, _ owner: UnsafeMutablePointer<SlabClass>) {
    guard unsafe pages[index].isOnPartialList else { return }
    unsafe pages[index].isOnPartialList = false
    let next = unsafe pages[index].nextPartial
    let previous = unsafe pages[index].previousPartial
    if next >= 0 { unsafe pages[Int(next)].previousPartial = previous }
    if previous >= 0 {
      unsafe pages[Int(previous)].nextPartial = next
    } else {
      unsafe owner.pointee.partialHead = next
    }
  }
}
