/// The pages of the tombstone log: class 0, whose chunks are the log's segments. No hand goes over them, the balancer
/// does not weigh them, statistics do not show them. Under class 0's lock, which is taken inside of all other classes'.
extension SlabAllocator {
  static let logClass: UInt8 = 0
  static let segmentsPerPage = ChunkMemory.pageSize / TombstoneLog.segmentSize

  /// Segments of the log's pages that are in use, and all that it has pages for.
  var segmentCounts: (used: Int, total: Int) {
    unsafe (classes[0].usedChunks, classes[0].pageCount * classes[0].chunksPerPage)
  }

  /// 0: the log needs another page.
  func takeSegment() -> UInt32 { takeFree(Self.logClass, requested: TombstoneLog.segmentSize, from: .ownPages) }

  /// A page that becomes free goes back to the pool, unless what is left has little space: the next delete would want
  /// it.
  func giveBackSegment(_ reference: UInt32) {
    let page = memory.page(of: reference)
    unsafe listAsFree(reference, classes, requested: TombstoneLog.segmentSize)
    let (used, total) = segmentCounts
    if !isEmpty(page: page) || total - used < Self.segmentsPerPage / 2 * 3 {
      return unsafe listAsPartial(page, classes)
    }
    detachPage(page)
    giveToPool(page)
  }

  /// A page more for the log: free, or beyond the limit, whereupon the balancer takes one from the class where it hurts
  /// least. So that the living do not notice, only a few are taken before it came round.
  ///
  /// - Parameters:
  ///   - isUrgent: nothing is evicted (`-M`), or the log has no page.
  ///   - isBeside: of the page only a part will be touched, less than the limit's share: it does not count.
  func addLogPage(isUrgent: Bool, isBeside: Bool) -> Bool {
    if isBeside { raisePageLimit() }
    let mayOwe = isUrgent || pageCounts.beyondLimit < max(1, pageLimit / Self.maxOwedShare)
    let index = takeFromPool(evenBeyondLimit: mayOwe)
    if index < 0 { return false }
    attachPage(index, to: Self.logClass)
    return true
  }

  private static let maxOwedShare = 64
}
