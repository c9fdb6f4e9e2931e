/// Tombstones in a row, oldest first, in a chain of segments. See `TombstoneLog`, whose lock guards it.
///
/// ```
///   segment:  [next, end | header | key | header | key | … free ]     each tombstone begins at a granule
///              └ the first bytes of a chunk of class 0, whose header they overwrite
/// ```
final class TombstoneQueue: @unchecked Sendable {
  /// What its tombstones have in the place of a slab class.
  let number: UInt8
  private let slabs: SlabAllocator
  private let memory: ChunkMemory
  /// The segment of the oldest, and where in it the next look begins; 0: there is no segment.
  private(set) var first: UInt32 = 0
  private var start = 0
  /// The segment of the newest, and where the next one goes.
  private var last: UInt32 = 0
  private var end = 0
  private(set) var segmentCount = 0
  /// Those that stand in the index; the others were overwritten, or moved.
  private(set) var count = 0
  private(set) var byteCount = 0

  enum Oldest {
    case found(TombstoneLog.Entry)
    case none
    /// Not among those looked at.
    case beyond
  }

  init(number: UInt8, slabs: SlabAllocator) {
    self.number = number
    self.slabs = slabs
    memory = slabs.memory
  }

  /// Bytes that are of no use to anybody until the oldest go: of the overwritten, and the ends of segments.
  var staleBytes: Int { segmentCount * TombstoneLog.segmentSize - byteCount }

  // MARK: The newest

  /// Space for a tombstone; 0 where it needs another segment.
  func place(_ size: Int) -> UInt32 {
    if last == 0 || end + size > TombstoneLog.segmentSize { return 0 }
    let place = memory.reference(last, plus: end)
    end += size
    return place
  }

  func append(_ segment: UInt32) {
    if last == 0 {
      first = segment
      start = memory.rounded(ItemPointer.headerCount)
    } else {
      memory.item(last).segmentLink = (segment, end)
    }
    last = segment
    end = memory.rounded(ItemPointer.headerCount)
    segmentCount += 1
  }

  func noteAdded(_ size: Int) {
    count += 1
    byteCount += size
  }

  func noteStale(_ size: Int) {
    count -= 1
    byteCount -= size
  }

  // MARK: The oldest

  /// The oldest that stands in the index. Stale ones on the way are passed, `atMost` of them, and segments that are
  /// done with given back.
  func oldest(passing atMost: Int, _ hash: KeyHash) -> Oldest {
    for _ in 0...atMost {
      if first == 0 { return .none }
      if start == (first == last ? end : memory.item(first).segmentLink.end) {
        leaveFirst()
        continue
      }
      let reference = memory.reference(first, plus: start)
      let item = memory.item(reference)
      if item.state.isLinked {
        return .found(.init(reference: reference, hash: unsafe hash.hash(item.keyBytes), stamp: item.touched))
      }
      start += memory.rounded(item.size)
    }
    return .beyond
  }

  private func leaveFirst() {
    let segment = first
    if first == last {
      (first, last) = (0, 0)
    } else {
      first = memory.item(segment).segmentLink.next
      start = memory.rounded(ItemPointer.headerCount)
    }
    segmentCount -= 1
    slabs.giveBackSegment(segment)
  }

  /// Every tombstone, stale ones too, for the audit.
  func forEach(segment: (UInt32) -> Void, _ body: (UInt32) -> Void) {
    var (current, offset) = (first, start)
    while current != 0 {
      segment(current)
      let stop = current == last ? end : memory.item(current).segmentLink.end
      while offset < stop {
        let reference = memory.reference(current, plus: offset)
        body(reference)
        offset += memory.rounded(memory.item(reference).size)
      }
      current = current == last ? 0 : memory.item(current).segmentLink.next
      offset = memory.rounded(ItemPointer.headerCount)
    }
  }
}

extension ItemPointer {
  /// In a segment that another follows: that one, and where this one's tombstones end.
  fileprivate var segmentLink: (next: UInt32, end: Int) {
    get { (UInt32(truncatingIfNeeded: fresh.rawValue), Int(fresh.rawValue >> 32)) }
    nonmutating set { fresh = Stamp(rawValue: UInt64(newValue.next) | UInt64(newValue.end) << 32) }
  }
}

extension ChunkMemory {
  fileprivate func reference(_ base: UInt32, plus bytes: Int) -> UInt32 {
    base &+ UInt32(truncatingIfNeeded: bytes &>> granuleShift)
  }

  /// To whole granules.
  func rounded(_ size: Int) -> Int {
    let granule = 1 &<< granuleShift
    return (size &+ granule &- 1) & ~(granule &- 1)
  }
}
