/// The two hands of a class's clock; see `ItemStore+Eviction`. All under the class's lock.
extension SlabAllocator {
  /// Newcomers are to be this part of a class's items: when there are more, one of them goes.
  private static let newcomersShare = 7

  /// The chunk to be looked at next, of whichever hand's turn it is; 0 where the hand has only moved on.
  ///
  /// - Parameter sparing: leave newcomers alone while there are no more than their part.
  func advanceHand(_ slabClass: UInt8, sparing: Bool) -> (reference: UInt32, isNewcomer: Bool) {
    let owner = unsafe classes + Int(slabClass)
    if sparing, unsafe hasManyNewcomers(owner) { return (unsafe advanceYoungHand(owner), true) }
    return (unsafe advanceOldHand(owner, sparing: sparing), false)
  }

  func hasManyNewcomers(_ owner: UnsafeMutablePointer<SlabClass>) -> Bool {
    unsafe owner.pointee.newcomers * Self.newcomersShare > owner.pointee.usedChunks
  }

  /// Goes on to the next newcomer, which is one no more.
  private func advanceYoungHand(_ owner: UnsafeMutablePointer<SlabClass>) -> UInt32 {
    guard let page = unsafe turn(&owner.pointee.youngHand, owner.pointee.ring) else { return 0 }
    let start = unsafe Int(owner.pointee.youngHand.chunk)
    guard let chunk = unsafe newcomers.next(page, from: start, end: Int(pages[page].carved), marked: true) else {
      unsafe owner.pointee.youngHand.leave(for: pages[page].next)
      return 0
    }
    unsafe owner.pointee.youngHand.chunk = UInt32(chunk + 1)
    unsafe removeNewcomer(page, chunk, owner)
    return unsafe memory.reference(page: page, offset: chunk * owner.pointee.chunkSize)
  }

  /// Goes on by one chunk, or over all newcomers that stand together: they are many where the young hand has just been.
  private func advanceOldHand(_ owner: UnsafeMutablePointer<SlabClass>, sparing: Bool) -> UInt32 {
    guard let page = unsafe turn(&owner.pointee.oldHand, owner.pointee.ring) else { return 0 }
    let start = unsafe Int(owner.pointee.oldHand.chunk)
    let end = unsafe Int(pages[page].carved)
    let chunk = sparing ? newcomers.next(page, from: start, end: end, marked: false) : start < end ? start : nil
    guard let chunk else {
      unsafe owner.pointee.oldHand.leave(for: pages[page].next)
      return 0
    }
    unsafe owner.pointee.oldHand.chunk = UInt32(chunk + 1)
    return unsafe memory.reference(page: page, offset: chunk * owner.pointee.chunkSize)
  }

  /// The page the hand stands at; nil where there is none, or where it has only left a closed one.
  private func turn(_ hand: inout SlabHand, _ ring: Int32) -> Int? {
    if hand.page < 0 { hand.leave(for: ring) }
    if hand.page < 0 { return nil }
    let page = Int(hand.page)
    if unsafe pages[page].isMoving {
      unsafe hand.leave(for: pages[page].next)
      return nil
    }
    return page
  }

  // MARK: The time of ghosts

  func tick(_ slabClass: UInt8) -> UInt32 { unsafe classes[Int(slabClass)].tick.load(ordering: .relaxed) }

  /// An item came back soon after it was evicted. May be called under a stripe's lock, as the next.
  func noteRegret(_ slabClass: UInt8) {
    lock(slabClass)
    unsafe classes[Int(slabClass)].regretted += 1
    unlock(slabClass)
  }

  /// The item is a newcomer no more.
  func endProbation(_ reference: UInt32, _ slabClass: UInt8) {
    lock(slabClass)
    unsafe removeNewcomer(reference, classes + Int(slabClass))
    unlock(slabClass)
  }

  /// An item has been evicted.
  func passTime(_ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe owner.pointee.evictedOfTick += 1
    if unsafe owner.pointee.evictedOfTick * Ghost.ticksPerTurn < owner.pointee.usedChunks { return }
    unsafe owner.pointee.evictedOfTick = 0
    unsafe owner.pointee.tick.wrappingAdd(1, ordering: .relaxed)
  }

  // MARK: Newcomers

  func addNewcomer(_ reference: UInt32, _ owner: UnsafeMutablePointer<SlabClass>) {
    let page = memory.page(of: reference)
    unsafe newcomers.insert(page, owner.pointee.chunk(at: memory.offset(of: reference)))
    unsafe owner.pointee.newcomers += 1
  }

  /// The chunk is free, or its item known well enough.
  func removeNewcomer(_ reference: UInt32, _ owner: UnsafeMutablePointer<SlabClass>) {
    let page = memory.page(of: reference)
    let chunk = unsafe owner.pointee.chunk(at: memory.offset(of: reference))
    if newcomers.contains(page, chunk) { unsafe removeNewcomer(page, chunk, owner) }
  }

  private func removeNewcomer(_ page: Int, _ chunk: Int, _ owner: UnsafeMutablePointer<SlabClass>) {
    newcomers.remove(page, chunk)
    unsafe owner.pointee.newcomers -= 1
  }

  /// An item that moved is as new as it was.
  func keepStanding(of target: UInt32, as source: UInt32, _ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    let chunk = unsafe owner.pointee.chunk(at: memory.offset(of: source))
    unsafe removeNewcomer(target, owner)
    if newcomers.contains(memory.page(of: source), chunk) { unsafe addNewcomer(target, owner) }
  }
}

/// Where a hand of a class's clock stands: the chunk looked at next.
struct SlabHand {
  var page: Int32 = -1
  var chunk: UInt32 = 0

  mutating func leave(for next: Int32) {
    page = next
    chunk = 0
  }
}
