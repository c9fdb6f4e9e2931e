import Platform
import Synchronization

/// From key to item: an open table of one-line buckets that grows beside its old self.
///
/// ```
///  hash   [ tag 8 | … unused … | bucket number (power bits) ]
///                                     └ low 12 bits: stripe
///
///  growing:   old  [moved][moved][moved][ … ][ … ]          moved < `moved` ≤ not yet
///             new  [  ·  ][  ·  ][  ·  ][   ][   ] … [  ·  ]
/// ```
///
/// A stripe is one lock over all buckets whose number ends in the same 12 bits. A growing table doubles by adding a bit
/// above, so a bucket and all it moves into have one stripe: moving is done under that one lock, a bucket at a time,
/// and whoever holds the lock sees the bucket either wholly old or wholly new.
///
/// **Publishing.** `layout` is an immutable description of the tables, swapped atomically. A thread that still uses the
/// layout before a growth is right, for no bucket has moved yet without its stripe's lock; one that still uses the
/// layout with the old table after the growth is right too, for every bucket counts as moved. Before an old table's
/// memory is given back each stripe's lock is taken once, after which nobody who holds one can have the layout that names
/// it. `prefetchItem` holds none: so layouts and the addresses of old tables stay until the end, some dozens of each at most.
///
/// **Invariants.** A key is in at most one slot. `itemCount` and `byteCount` of a stripe add up its live items. Every
/// reference in the index is a linked chunk. Of a chain only the last bucket has free slots, and it is not empty unless it
/// is the first.
///
/// **Must not know** what an item means: dead, tombstone, newer. Reads of items here are for keys only.
@safe final class ItemIndex: @unchecked Sendable {
  /// Items a bucket on average above which the index grows: at 8 of 12 slots, 6 % of the buckets have overflowed.
  static let fill = 8

  struct Layout {
    var current: IndexTableView
    var old: IndexTableView?
  }

  let hash: KeyHash
  let stripeCount: Int
  private let stripeMask: UInt64
  private let leastOverflow: Int
  let memory: ChunkMemory
  private let stripes: UnsafeMutablePointer<IndexStripe>
  private let layout: Atomic<UnsafeMutablePointer<Layout>>
  /// Buckets of the old table that have moved, in ascending order.
  private let moved = Atomic<UInt64>(0)

  // The maintenance thread's own, but for `table` which inserters ask for overflow buckets.
  private let tablesLock = SpinLock()
  private var table: IndexTable
  private var oldTable: IndexTable?
  private var retiredTables: [IndexTable] = []
  private var retiredLayouts: [UnsafeMutablePointer<Layout>] = unsafe []

  init(
    memory: ChunkMemory, hash: KeyHash, initialPower: Int, stripePower: Int = 12,
    leastOverflow: Int = IndexTable.leastOverflow
  ) throws(StoreError) {
    self.leastOverflow = leastOverflow
    self.memory = memory
    self.hash = hash
    let stripeCount = 1 << stripePower
    self.stripeCount = stripeCount
    stripeMask = UInt64(stripeCount - 1)
    table = try IndexTable(power: max(initialPower, stripePower), leastOverflow: leastOverflow)
    unsafe stripes = .allocate(capacity: stripeCount)
    for stripe in 0..<stripeCount { unsafe (stripes + stripe).initialize(to: IndexStripe()) }
    let first = UnsafeMutablePointer<Layout>.allocate(capacity: 1)
    unsafe first.initialize(to: Layout(current: table.view, old: nil))
    unsafe layout = Atomic(first)
  }

  deinit {
    unsafe stripes.deinitialize(count: stripeCount)
    unsafe stripes.deallocate()
    unsafe layout.load(ordering: .relaxed).deallocate()
    unsafe retiredLayouts.forEach { unsafe $0.deallocate() }
  }

  // MARK: Stripes

  @inline(__always) func stripe(_ hash: UInt64) -> UnsafeMutablePointer<IndexStripe> {
    unsafe stripes + Int(truncatingIfNeeded: hash & stripeMask)
  }
  @inline(__always) func lock(_ hash: UInt64) { unsafe stripe(hash).pointee.lock.lock() }
  @inline(__always) func unlock(_ hash: UInt64) { unsafe stripe(hash).pointee.lock.unlock() }
  func tryLock(_ hash: UInt64) -> Bool { unsafe stripe(hash).pointee.lock.tryLock() }

  /// Under the stripe's lock: live items and their bytes have changed by so much.
  func count(_ hash: UInt64, items: Int, bytes: Int) {
    let stripe = unsafe stripe(hash)
    unsafe stripe.pointee.itemCount &+= Int32(truncatingIfNeeded: items)
    unsafe stripe.pointee.byteCount &+= Int64(bytes)
  }

  /// Live items and their bytes, added up stripe by stripe.
  var totals: (items: Int, bytes: Int) {
    var items = 0
    var bytes = 0
    for number in 0..<stripeCount {
      let stripe = totals(ofStripe: number)
      items += stripe.items
      bytes += stripe.bytes
    }
    return (items, bytes)
  }

  func totals(ofStripe number: Int) -> (items: Int, bytes: Int) {
    let stripe = unsafe stripes + number
    unsafe stripe.pointee.lock.lock()
    defer { unsafe stripe.pointee.lock.unlock() }
    return unsafe (Int(stripe.pointee.itemCount), Int(stripe.pointee.byteCount))
  }

  // MARK: Under the stripe's lock

  @inline(__always) private func home(_ hash: UInt64) -> (table: IndexTableView, bucket: IndexBucket) {
    let layout = unsafe self.layout.load(ordering: .acquiring)
    if let old = unsafe layout.pointee.old, hash & old.mask >= moved.load(ordering: .relaxed) {
      return (old, old.bucket(hash & old.mask))
    }
    let table = unsafe layout.pointee.current
    return (table, table.bucket(hash & table.mask))
  }

  /// Has the bucket fetched, so that its cache line is on its way when `find` comes.
  /// Needs no lock: at worst it fetches a line of a table that is no longer used.
  @inline(__always) func prefetch(_ hash: UInt64) { home(hash).bucket.prefetch() }

  /// Has the item fetched that the key's tag leads to first, once its bucket has come. Needs no lock: whatever has become of
  /// the item, nothing of it is read.
  @inline(__always) func prefetchItem(_ hash: UInt64) {
    let reference = home(hash).bucket.likelyReference(IndexBucket.tag(of: hash))
    if memory.reaches(reference) { memory.item(reference).prefetch() }
  }

  @inline(__always) func find(_ key: UnsafeRawBufferPointer, _ hash: UInt64) -> IndexSlot? {
    guard let start = key.baseAddress else { return nil }
    var (table, bucket) = home(hash)
    let tag = IndexBucket.tag(of: hash)
    while true {
      var matches = bucket.matches(tag)
      while let slot = matches.next() {
        let reference = bucket.reference(slot)
        if unsafe memory.item(reference).hasKey(start, key.count) {
          return IndexSlot(bucket: bucket, slot: slot, reference: reference)
        }
      }
      if bucket.overflow == 0 { return nil }
      bucket = table.overflow(bucket.overflow)
    }
  }

  /// The slot that leads to this very chunk, if one does.
  func find(reference: UInt32, _ hash: UInt64) -> IndexSlot? {
    var (table, bucket) = home(hash)
    while true {
      for slot in 0..<IndexBucket.slots where bucket.reference(slot) == reference && bucket.isUsed(slot) {
        return IndexSlot(bucket: bucket, slot: slot, reference: reference)
      }
      if bucket.overflow == 0 { return nil }
      bucket = table.overflow(bucket.overflow)
    }
  }

  /// The slot of the tombstone with this stamp; stamps are unique.
  func find(tombstoneWith stamp: Stamp, _ hash: UInt64) -> IndexSlot? {
    var (table, bucket) = home(hash)
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) {
        let item = memory.item(bucket.reference(slot))
        if item.stamp == stamp, item.state.isTombstone {
          return IndexSlot(bucket: bucket, slot: slot, reference: bucket.reference(slot))
        }
      }
      if bucket.overflow == 0 { return nil }
      bucket = table.overflow(bucket.overflow)
    }
  }

  func replace(_ place: IndexSlot, with reference: UInt32) {
    place.bucket.set(place.slot, tag: place.bucket.tag(place.slot), reference: reference)
  }

  /// - Parameter ghost: what is remembered of an evicted item until the slot is needed.
  func remove(_ place: IndexSlot, _ hash: UInt64, leaving ghost: Ghost = .none) {
    place.bucket.free(place.slot, leaving: ghost)
    if place.isWalked { return }
    let (table, bucket) = home(hash)
    if bucket.overflow != 0 { tidy(bucket, of: table) }
  }

  /// Fills the holes of a chain from its end and gives back the buckets that become empty.
  private func tidy(_ home: IndexBucket, of table: IndexTableView) {
    while home.overflow != 0 {
      var before = home
      while table.overflow(before.overflow).overflow != 0 { before = table.overflow(before.overflow) }
      let last = table.overflow(before.overflow)
      if !emptyInto(holesOf: home, last, table) { return }
      let number = before.overflow
      before.overflow = 0
      giveOverflow(number, of: table)
    }
  }

  /// Moves the last bucket's slots into holes of those before it; true when nothing is left in it.
  private func emptyInto(holesOf home: IndexBucket, _ last: IndexBucket, _ table: IndexTableView) -> Bool {
    var bucket = home
    for slot in 0..<IndexBucket.slots where last.isUsed(slot) {
      var free = bucket.firstFree
      while free == nil {
        bucket = table.overflow(bucket.overflow)
        if bucket.isSame(as: last) { return false }
        free = bucket.firstFree
      }
      guard let free else { return false }
      bucket.set(free, tag: last.tag(slot), reference: last.reference(slot))
      last.set(slot, tag: 0, reference: 0)
    }
    return true
  }

  private func giveOverflow(_ number: UInt32, of view: IndexTableView) {
    tablesLock.lock()
    defer { tablesLock.unlock() }
    if view.mask == table.view.mask { return table.giveOverflow(number) }
    oldTable?.giveOverflow(number)
  }

  enum Insertion: Equatable {
    case added
    /// Over its own ghost: the key was evicted not long ago.
    case remembered
    /// Every overflow bucket is used.
    case refused
  }

  /// Adds a key that is not in the index.
  ///
  /// - Parameter tick: the time by which ghosts are counted.
  func insert(_ reference: UInt32, _ hash: UInt64, tick: UInt32) -> Insertion {
    let (table, bucket) = home(hash)
    return insert(reference, hash, tick, into: table, at: bucket)
  }

  private func insert(
    _ reference: UInt32, _ hash: UInt64, _ tick: UInt32, into table: IndexTableView, at home: IndexBucket
  ) -> Insertion {
    var bucket = home
    while true {
      if let (slot, isRemembered) = bucket.freeSlot(for: hash, at: tick) {
        bucket.set(slot, tag: IndexBucket.tag(of: hash), reference: reference)
        return isRemembered ? .remembered : .added
      }
      if bucket.overflow == 0 {
        let number = takeOverflow(of: table)
        if number == 0 { return .refused }
        bucket.overflow = number
      }
      bucket = table.overflow(bucket.overflow)
    }
  }

  private func takeOverflow(of view: IndexTableView) -> UInt32 {
    tablesLock.lock()
    defer { tablesLock.unlock() }
    if view.mask == table.view.mask { return table.takeOverflow() }
    return oldTable?.takeOverflow() ?? 0
  }

  /// Overflow buckets in use, of both tables while it grows.
  var overflowUse: (used: Int, isGrowing: Bool) {
    tablesLock.withLock { (table.overflowUse + (oldTable?.overflowUse ?? 0), oldTable != nil) }
  }

  // MARK: Growth, on the maintenance thread

  var bucketPower: Int { tablesLock.withLock { table.power } }
  var isGrowing: Bool { tablesLock.withLock { oldTable != nil } }
  var byteCount: Int {
    tablesLock.withLock { table.byteCount + (oldTable?.byteCount ?? 0) }
      + stripeCount * MemoryLayout<IndexStripe>.stride
  }

  /// Begins to grow if there are more items than the index is meant for. Does nothing while it grows.
  func growIfNeeded(itemCount: Int) throws(StoreError) {
    if isGrowing || itemCount <= Self.fill << bucketPower { return }
    var power = bucketPower + 1
    while itemCount > Self.fill << power { power += 1 }
    let larger = try IndexTable(power: power, leastOverflow: leastOverflow)
    tablesLock.withLock {
      oldTable = table
      table = larger
    }
    moved.store(0, ordering: .relaxed)
    publish(Layout(current: larger.view, old: oldTable?.view))
  }

  /// Moves up to `buckets` buckets of the old table, each under its own stripe's lock. Returns whether more remain.
  func growStep(buckets: Int) -> Bool {
    guard let old = oldTable?.view else { return false }
    let target = table.view
    var number = moved.load(ordering: .relaxed)
    let end = min(number + UInt64(buckets), old.mask + 1)
    while number < end {
      lock(number)
      move(old.bucket(number), of: old, to: target)
      number += 1
      moved.store(number, ordering: .relaxed)
      unlock(number - 1)
    }
    if number <= old.mask { return true }
    finishGrowth(target)
    return false
  }

  private func move(_ home: IndexBucket, of old: IndexTableView, to target: IndexTableView) {
    var bucket = home
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) {
        let reference = bucket.reference(slot)
        let hash = unsafe self.hash.hash(memory.item(reference).keyBytes)
        // Cannot fail: the larger table has been chosen for more items than there are, and has overflow buckets for all
        // that come meanwhile.
        let inserted = insert(reference, hash, 0, into: target, at: target.bucket(hash & target.mask))
        assert(inserted != .refused)
      }
      if bucket.overflow == 0 { return }
      bucket = old.overflow(bucket.overflow)
    }
  }

  private func finishGrowth(_ target: IndexTableView) {
    publish(Layout(current: target, old: nil))
    for number in 0..<UInt64(stripeCount) {
      lock(number)
      unlock(number)
    }
    guard let emptied = oldTable else { return }
    tablesLock.withLock { oldTable = nil }
    emptied.retire()
    retiredTables.append(emptied)
  }

  private func publish(_ next: Layout) {
    let pointer = UnsafeMutablePointer<Layout>.allocate(capacity: 1)
    unsafe pointer.initialize(to: next)
    let before = unsafe layout.exchange(pointer, ordering: .acquiringAndReleasing)
    unsafe retiredLayouts.append(before)
  }

  // MARK: Walking

  /// Visits the references in all buckets that belong to the cursor's place, under the stripe's lock; false at the end.
  ///
  /// The place is a bucket number of the smaller table counted with its bits reversed, so that a growth between two steps
  /// splits places into ones just done and ones still to come: each item that stays in the index from the first step to
  /// the last is visited at least once (the cursor of Redis's SCAN). The body must not change the index but for the
  /// removal or replacement of the slot it is given.
  func walkStep(_ cursor: inout WalkCursor, _ body: (IndexSlot) -> Void) -> Bool {
    lock(cursor.place)
    let layout = unsafe self.layout.load(ordering: .acquiring).pointee
    let mask = layout.old?.mask ?? layout.current.mask
    let number = cursor.place & mask
    if let old = layout.old, number >= moved.load(ordering: .relaxed) {
      visit(old.bucket(number), of: old, body)
      tidy(old.bucket(number), of: old)
    } else {
      var split = number
      while split <= layout.current.mask {
        visit(layout.current.bucket(split), of: layout.current, body)
        tidy(layout.current.bucket(split), of: layout.current)
        split += mask + 1
      }
    }
    unlock(cursor.place)
    return cursor.advance(mask: mask)
  }

  /// Every bucket that items may be in, and its table; for the audit.
  func forEachHome(_ body: (IndexBucket, IndexTableView) -> Void) {
    let layout = unsafe self.layout.load(ordering: .acquiring).pointee
    for number in 0...layout.current.mask { body(layout.current.bucket(number), layout.current) }
    guard let old = layout.old else { return }
    for number in moved.load(ordering: .relaxed)..<(old.mask + 1) { body(old.bucket(number), old) }
  }

  private func visit(_ home: IndexBucket, of table: IndexTableView, _ body: (IndexSlot) -> Void) {
    var bucket = home
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) {
        body(IndexSlot(bucket: bucket, slot: slot, reference: bucket.reference(slot), isWalked: true))
      }
      if bucket.overflow == 0 { return }
      bucket = table.overflow(bucket.overflow)
    }
  }
}

/// One lock over all buckets whose numbers end alike, and what they hold.
///
/// The lock is not at the struct's own address: ThreadSanitizer takes a change of any field for a change of what stands there.
@usableFromInline struct IndexStripe: ~Copyable {
  var byteCount: Int64 = 0
  var itemCount: Int32 = 0
  @usableFromInline let lock = SpinLock()
}
