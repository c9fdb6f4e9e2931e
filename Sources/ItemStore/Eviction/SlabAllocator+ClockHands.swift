/// The two hands of a class's clock; see `Evictor`. All under the class's lock.
extension SlabAllocator {
  /// The chunk to be looked at next, of whichever hand's turn it is; 0 where the hand has only moved on.
  ///
  /// - Parameter sparing: by turns, as probation asks for it; else the old hand goes over all chunks alike.
  func advanceHand(_ slabClass: UInt8, sparing: Bool) -> (reference: UInt32, isNewcomer: Bool) {
    let owner = unsafe classes + Int(slabClass)
    if sparing, unsafe hasManyNewcomers(owner) { return (unsafe advanceYoungHand(owner), true) }
    return (unsafe advanceOldHand(owner, sparing: sparing), false)
  }

  /// Goes on to the next newcomer.
  private func advanceYoungHand(_ owner: UnsafeMutablePointer<SlabClass>) -> UInt32 {
    guard let page = unsafe turn(&owner.pointee.youngHand, owner.pointee.ring) else { return 0 }
    let start = unsafe Int(owner.pointee.youngHand.chunk)
    guard let chunk = unsafe newcomers.next(page, from: start, end: Int(pages[page].carved), marked: true) else {
      unsafe owner.pointee.youngHand.leave(for: pages[page].next)
      return 0
    }
    unsafe owner.pointee.youngHand.chunk = UInt32(chunk + 1)
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

  /// Where both stand.
  func hands(_ slabClass: UInt8) -> (young: SlabHand, old: SlabHand) {
    let owner = unsafe classes + Int(slabClass)
    return unsafe (owner.pointee.youngHand, owner.pointee.oldHand)
  }

  /// Back to where they stood, under the same hold of the lock.
  func setHands(_ hands: (young: SlabHand, old: SlabHand), _ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe (owner.pointee.youngHand, owner.pointee.oldHand) = hands
  }

  // MARK: Looking ahead

  /// Shows what a hand would come to, and leaves it where it is; the body returns whether it wants more.
  ///
  /// - Parameters:
  ///   - steps: as many at most, those included where the hand only goes on to the next page.
  ///   - newcomers: what the young hand would come to, or the old one.
  func lookAhead(_ slabClass: UInt8, steps: Int, newcomers: Bool, _ body: (UInt32) -> Bool) {
    let owner = unsafe classes + Int(slabClass)
    let hands = self.hands(slabClass)
    defer { setHands(hands, slabClass) }
    for _ in 0..<steps {
      let found = newcomers ? unsafe advanceYoungHand(owner) : unsafe advanceOldHand(owner, sparing: true)
      if found != 0, !body(found) { return }
    }
  }

  /// Whether the young hand is to come first.
  func isYoungHandNext(_ slabClass: UInt8) -> Bool { unsafe hasManyNewcomers(classes + Int(slabClass)) }
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
