import Synchronization

/// Counts the whole store again from the bytes up and compares: for tests, and for nobody else.
///
/// ```
///   index ──▶ reachable chunks ─┐
///   log ────▶ segments ─────────┤
///   classes ─▶ pages ─▶ chunks ─┴─▶ each allocated and reachable once, or free and listed once, or never carved
///   index ──▶ tombstones ◀────────▶ those of the log that are not stale
/// ```
///
/// What must hold is written at `SlabAllocator`, `ItemIndex` and `ItemState`; this is those invariants as code. Takes
/// no lock that would make another thread wait for long, so it is right only while nobody else uses the store.
struct StoreAudit {
  private let store: ItemStore
  /// Chunks of items that their authors still fill, or that somebody pins after they were unlinked.
  private let held: Set<UInt32>
  private var wrong: [String] = []
  private var reachable: [UInt32: Int] = [:]
  private var tombstones: Set<UInt32> = []
  private var stripeItems: [Int]
  private var stripeBytes: [Int]
  private var pageTotal = 0

  init(_ store: ItemStore, held: Set<UInt32>) {
    self.store = store
    self.held = held
    stripeItems = Array(repeating: 0, count: store.index.stripeCount)
    stripeBytes = stripeItems
  }

  /// What does not hold; empty when all is well.
  mutating func run() -> [String] {
    checkIndex()
    for reference in held { reach(reference, mayBePinned: true) }
    checkLog()
    for slabClass in 0...store.slabs.classCount { check(UInt8(slabClass)) }
    let total = pageTotal
    let counted = store.slabs.pageCounts
    expect(total == counted.used, "\(total) pages in classes and the log, \(counted) counted")
    return wrong
  }

  private mutating func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds, wrong.count < 20 { wrong.append(what()) }
  }

  // MARK: Index

  private mutating func checkIndex() {
    var keys: Set<[UInt8]> = []
    var references: [UInt32] = []
    var cursor = WalkCursor()
    while store.index.walkStep(&cursor, { references.append($0.reference) }) {}
    for reference in references { checkLinked(reference, &keys) }
    for stripe in 0..<store.index.stripeCount {
      let counted = store.index.totals(ofStripe: stripe)
      let held = (items: stripeItems[stripe], bytes: stripeBytes[stripe])
      expect(counted == held, "stripe \(stripe) counts \(counted), holds \(held)")
    }
    wrong += store.index.auditChains()
  }

  private mutating func checkLinked(_ reference: UInt32, _ keys: inout Set<[UInt8]>) {
    let item = store.memory.item(reference)
    let state = item.state
    expect(state.isLinked && state.isAllocated && !state.isPiece, "indexed chunk \(reference) has state \(state)")
    let key = unsafe [UInt8](item.keyBytes)
    expect(keys.insert(key).inserted, "key \(key) stands twice in the index")
    let hash = unsafe store.index.hash.hash(item.keyBytes)
    let found = unsafe store.index.find(item.keyBytes, hash)
    expect(found?.reference == reference, "key \(key) is in chunk \(reference) and found in \(found?.reference ?? 0)")
    if state.isTombstone {
      expect(state.pins == 0, "tombstone \(reference) is pinned")
      tombstones.insert(reference)
      return
    }
    let stripe = Int(truncatingIfNeeded: hash & UInt64(store.index.stripeCount - 1))
    stripeItems[stripe] += 1
    stripeBytes[stripe] += store.keyspace.liveBytes(item)
    if !held.contains(reference) { reach(reference, mayBePinned: false) }
    checkExpiry(item, reference)
    let version = item.version
    let isOrdered = version.fresh <= version.changed && version.changed <= version.touched
    expect(isOrdered, "the stamps of \(reference) are \(version)")
    expect(item.marks.isEmpty || item.isExtended, "\(reference) has marks and no extension")
  }

  /// The crawler must come in time.
  private mutating func checkExpiry(_ item: ItemPointer, _ reference: UInt32) {
    if item.expiresAt == 0 { return }
    let page = store.memory.page(of: reference)
    let known = store.slabs.expiries.earliest(page)
    expect(known <= item.expiresAt, "chunk \(reference) expires at \(item.expiresAt), its page not before \(known)")
    expect(
      store.slabs.isDue(item.slabClass, item.expiresAt), "the class of \(reference) is not due at \(item.expiresAt)")
  }

  /// Notes a chunk and its pieces as reached, with the bytes they were asked for.
  private mutating func reach(_ reference: UInt32, mayBePinned: Bool) {
    let item = store.memory.item(reference)
    expect(mayBePinned || item.state.pins == 0, "chunk \(reference) is pinned \(item.state.pins) times")
    expect(reachable.updateValue(item.size, forKey: reference) == nil, "chunk \(reference) is reached twice")
    guard item.state.isChained else { return }
    for number in 0..<item.pieceCount where item.piece(number) != 0 {
      let piece = store.memory.item(item.piece(number))
      expect(piece.state.isPiece && piece.state.isAllocated, "piece \(item.piece(number)) has state \(piece.state)")
      expect(piece.owner == reference, "piece \(item.piece(number)) of \(reference) names \(piece.owner) as owner")
      let before = reachable.updateValue(ItemPointer.headerCount + piece.valueCount, forKey: item.piece(number))
      expect(before == nil, "piece \(item.piece(number)) is reached twice")
    }
  }

  private mutating func checkLog() {
    var segments: [UInt32] = []
    var standing: [UInt32] = []
    store.tombstoneLog.forEach(segment: { segments.append($0) }) { reference in
      if store.memory.item(reference).state.isLinked { standing.append(reference) }
    }
    for segment in segments { reachable[segment] = TombstoneLog.segmentSize }
    let indexed = tombstones
    expect(Set(standing) == indexed, "\(standing.count) tombstones in the log, \(indexed.count) in the index")
    let bytes = standing.reduce(0) { $0 + store.memory.rounded(store.memory.item($1).size) }
    let counted = store.tombstoneLog.totals
    let isCounted = counted == (standing.count, bytes)
    expect(isCounted, "the log counts \(counted), has \(standing.count) and \(bytes) bytes")
    for reference in standing {
      let item = store.memory.item(reference)
      expect(item.expiresAt == 0 && item.valueCount == 0, "tombstone \(reference) has a value")
    }
  }

  // MARK: Classes

  private mutating func check(_ slabClass: UInt8) {
    let slabs = store.slabs
    let counted = slabs.snapshot(slabClass)
    let first = unsafe slabs.classes[Int(slabClass)].ring
    var page = first
    var carved = 0
    var used = 0
    var bytes = 0
    var found = 0
    for _ in 0..<counted.pageCount {
      check(page: Int(page), slabClass, counted, &used, &bytes)
      carved += unsafe Int(slabs.pages[Int(page)].carved)
      found += (0..<counted.chunksPerPage).count { slabs.newcomers.contains(Int(page), $0) }
      let next = unsafe slabs.pages[Int(page)].next
      expect(unsafe slabs.pages[Int(next)].previous == page, "pages \(page) and \(next) are not neighbours both ways")
      page = next
    }
    pageTotal += counted.pageCount
    expect(page == first, "class \(slabClass)'s ring is not of \(counted.pageCount) pages")
    expect(carved == counted.carvedChunks, "class \(slabClass) counts \(counted.carvedChunks) carved, has \(carved)")
    let newcomers = unsafe slabs.classes[Int(slabClass)].newcomers
    expect(found == newcomers, "class \(slabClass) counts \(newcomers) newcomers, has \(found)")
    expect(used == counted.usedChunks, "class \(slabClass) counts \(counted.usedChunks) chunks, has \(used)")
    expect(bytes == counted.requestedBytes, "class \(slabClass) counts \(counted.requestedBytes) bytes, has \(bytes)")
    checkPartialList(slabClass)
  }

  private mutating func check(
    page: Int, _ slabClass: UInt8, _ counted: SlabClassStatistics, _ used: inout Int, _ bytes: inout Int
  ) {
    let state = unsafe store.slabs.pages[page]
    expect(state.slabClass == slabClass, "page \(page) of class \(slabClass) says \(state.slabClass)")
    expect(Int(state.carved) <= counted.chunksPerPage, "page \(page) has \(state.carved) chunks carved")
    let free = freeChunks(ofPage: page, state)
    expect(free.count == state.freeCount, "page \(page) counts \(state.freeCount) free chunks, lists \(free.count)")
    for number in 0..<Int(state.carved) {
      let reference = store.memory.reference(page: page, offset: number * counted.chunkSize)
      let item = store.memory.item(reference)
      expect(item.state.isAllocated != free.contains(reference), "chunk \(reference) is free and not, or neither")
      let isNew = store.slabs.newcomers.contains(page, number)
      expect(item.state.isAllocated || !isNew, "free chunk \(reference) is a newcomer")
      guard item.state.isAllocated else { continue }
      expect(item.slabClass == slabClass, "chunk \(reference) of class \(slabClass) says \(item.slabClass)")
      expect(reachable[reference] != nil, "chunk \(reference) is lost: state \(item.state), pins \(item.state.pins)")
      used += 1
      bytes += reachable[reference] ?? 0
    }
    let hasFreeChunks = state.freeCount > 0 || Int(state.carved) < counted.chunksPerPage
    expect(
      !hasFreeChunks || state.isMoving || state.isOnPartialList,
      "page \(page) has free chunks and is not on the partial list")
  }

  private mutating func freeChunks(ofPage page: Int, _ state: SlabPage) -> Set<UInt32> {
    var free: Set<UInt32> = []
    var reference = state.freeHead
    while reference != 0, free.insert(reference).inserted {
      expect(store.memory.page(of: reference) == page, "chunk \(reference) is on the free list of page \(page)")
      reference = store.memory.item(reference).nextFree
    }
    return free
  }

  private mutating func checkPartialList(_ slabClass: UInt8) {
    var page = unsafe store.slabs.classes[Int(slabClass)].partialHead
    var seen: Set<Int32> = []
    var previous: Int32 = -1
    while page >= 0, seen.insert(page).inserted {
      let state = unsafe store.slabs.pages[Int(page)]
      expect(state.previousPartial == previous, "page \(page) is not linked back to \(previous)")
      previous = page
      expect(
        state.isOnPartialList && state.slabClass == slabClass, "page \(page) is on the partial list of \(slabClass)")
      page = state.nextPartial
    }
    expect(page < 0, "the partial list of class \(slabClass) is a ring")
  }
}

extension ItemStore {
  /// What is wrong with the store, for tests; nobody else may use it meanwhile.
  ///
  /// - Parameter held: items that the caller has pending or pinned outside of the index.
  func audit(held: Set<UInt32> = []) -> [String] {
    var audit = StoreAudit(self, held: held)
    return audit.run()
  }
}

/// For the audit, while nobody else uses the index.
extension ItemIndex {
  /// What is wrong with the chains of overflow buckets: only the last may have free slots, and none may be empty.
  func auditChains() -> [String] {
    var wrong: [String] = []
    var chained = 0
    for number in 0..<bucketCount.load(ordering: .relaxed) {
      var bucket = view.bucket(number)
      while bucket.overflow != 0 {
        if bucket.firstFree != nil { wrong.append("a bucket before the last of its chain has free slots") }
        bucket = view.overflow(bucket.overflow)
        if bucket.isEmpty { wrong.append("an overflow bucket is empty") }
        chained += 1
      }
    }
    let used = table.overflowUse.used
    if chained != used { wrong.append("\(used) overflow buckets in use, \(chained) in chains") }
    return Array(wrong.prefix(5))
  }
}
