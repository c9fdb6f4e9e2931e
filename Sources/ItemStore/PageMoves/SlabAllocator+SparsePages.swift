import Synchronization

/// Which classes have free chunks worth a page, so that a page can be freed without evicting: what lies in one page is
/// moved to free chunks of the others.
///
/// A class is noted when a chunk is given back, which is when it may become a donor; that it is none any more is found
/// by whoever comes for a page. So a writer that finds no free chunk asks one word whether it is worth looking.
extension SlabAllocator {
  var hasDonors: Bool { donorCount.load(ordering: .relaxed) > 0 }

  /// Closes the page with the fewest items of the class with the largest chunks that can spare one; nil where none can.
  /// The caller holds no class's lock.
  ///
  /// - Parameter receiver: no donor, for it is the one who needs the page.
  func closeDonatedPage(for receiver: UInt8?) -> (page: Int, slabClass: UInt8)? {
    for number in (1...classCount).reversed() {
      let slabClass = UInt8(number)
      if slabClass == receiver || !isDonor(slabClass) { continue }
      if let page = closeSparsePage(of: slabClass) { return (page, slabClass) }
    }
    return nil
  }

  func isDonor(_ slabClass: UInt8) -> Bool { unsafe classes[Int(slabClass)].isDonor.load(ordering: .relaxed) }

  /// Closes the page with the fewest items, if those fit into the others; nil if not.
  func closeSparsePage(of slabClass: UInt8) -> Int? {
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    guard unsafe hasSurplus(owner), let page = unsafe sparsePage(owner) else {
      unsafe setDonor(owner, false)
      return nil
    }
    unsafe close(page, owner)
    return page
  }

  /// Lets those that rest be donors again.
  func endCooldowns() {
    for slabClass in 1...classCount {
      let owner = unsafe classes + slabClass
      lock(UInt8(slabClass))
      unsafe owner.pointee.isCoolingDown = false
      unsafe noteSurplus(owner)
      unlock(UInt8(slabClass))
    }
  }

  // MARK: Under the class's lock

  func noteSurplus(_ owner: UnsafeMutablePointer<SlabClass>) {
    if unsafe owner.pointee.isDonor.load(ordering: .relaxed) || owner.pointee.isCoolingDown { return }
    if unsafe hasSurplus(owner) { unsafe setDonor(owner, true) }
  }

  /// Something holds items of the class, or it got a page just now: not again at once.
  func rest(_ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe owner.pointee.isCoolingDown = true
    unsafe setDonor(owner, false)
  }

  /// Whether the items of any page fit into the other open ones, with a few chunks left over: a class that is about to
  /// fill up need not give a page only to evict at its next item.
  private func hasSurplus(_ owner: UnsafeMutablePointer<SlabClass>) -> Bool {
    let chunksPerPage = unsafe owner.pointee.chunksPerPage
    let openPages = unsafe owner.pointee.pageCount - owner.pointee.closedPages
    return unsafe openPages * chunksPerPage - owner.pointee.usedChunks >= chunksPerPage + chunksPerPage / 32
  }

  private func setDonor(_ owner: UnsafeMutablePointer<SlabClass>, _ isDonor: Bool) {
    if unsafe owner.pointee.isDonor.load(ordering: .relaxed) == isDonor { return }
    unsafe owner.pointee.isDonor.store(isDonor, ordering: .relaxed)
    donorCount.add(isDonor ? 1 : -1, ordering: .relaxed)
  }

  /// Pages looked at for the one with the fewest items.
  private static let maxCompared = 32

  private func sparsePage(_ owner: UnsafeMutablePointer<SlabClass>) -> Int? {
    var page = unsafe owner.pointee.partialHead
    var best: (page: Int, used: UInt32)?
    for _ in 0..<Self.maxCompared where page >= 0 {
      let state = unsafe pages[Int(page)]
      let used = state.carved - state.freeCount
      if !state.isMoving, best.map({ used < $0.used }) ?? true { best = (Int(page), used) }
      page = state.nextPartial
    }
    return best?.page
  }
}

/// Where a free chunk may come from, each with those before it.
enum FreeChunkSource {
  /// Pages that the class has.
  case ownPages
  case pool
  /// For its first page a class may go beyond the limit.
  case beyondLimit
}
