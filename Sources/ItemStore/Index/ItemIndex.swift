import Platform
import Synchronization

/// From key to item: a table of one-line buckets that grows by one bucket at a time (Litwin's linear hashing).
///
/// ```
///  hash   [ tag 8 | … unused … | bucket number (bits of `mask`) ]
///                                     └ low 12 bits: stripe
///
///  0            count - half     half            count             2 · half = mask + 1
///  |  split      | not yet split  |  came by splits |  not there yet  |
///        └──────────── half of its items ───▲
/// ```
///
/// Bucket `count` comes by splitting bucket `count - half`, whose items it takes half of; when all have been split the
/// numbers get a bit more. A hash whose bucket is not there yet belongs to the one it will come from. So the index is
/// always as large as its items ask for, and memory grows with them.
///
/// A stripe is one lock over all buckets whose number ends in the same 12 bits. A bucket and the one split from it have
/// one stripe: splitting is done under that one lock, and whoever holds it sees the bucket either whole or split.
/// `mask` and `count` are read without any other lock: what a thread may read too old concerns buckets of other stripes
/// only, and names the same bucket for the hashes of its own. Buckets never move, so `prefetch` may use what it reads
/// without a lock.
///
/// **Invariants.** A key is in at most one slot. `itemCount` and `byteCount` of a stripe add up its live items. Every
/// reference in the index is a linked chunk. Of a chain only the last bucket has free slots, and it is not empty unless
/// it is the first.
///
/// **Must not know** what an item means: dead, tombstone, newer. Reads of items here are for keys only.
@safe final class ItemIndex: @unchecked Sendable {
  /// Items a bucket on average. Those still to be split have more, up to 16 of 12 slots, those just split 4 at least:
  /// an item takes 9 bytes of buckets and of overflow, and of a hundred items at most six stand in overflow buckets.
  static let fill = 8

  let hash: KeyHash
  /// By which the ghosts in free slots are dated.
  let clock: GhostClock
  let stripeCount: Int
  private let stripeMask: UInt64
  let memory: ChunkMemory
  let holds: LockHoldMeter
  private let stripes: UnsafeMutablePointer<IndexStripe>
  let table: IndexTable
  let view: IndexTableView

  // Written by the maintenance thread under the lock of the stripe that it concerns.
  let bucketCount: Atomic<UInt64>
  let mask: Atomic<UInt64>

  /// - Parameter itemLimit: as many as there may ever be, tombstones included.
  init(
    memory: ChunkMemory, clock: GhostClock, holds: LockHoldMeter, hash: KeyHash, itemLimit: Int, initialPower: Int,
    stripePower: Int = 12,
    readyOverflow: Int = IndexTable.readyOverflow
  ) throws(StoreError) {
    self.memory = memory
    self.clock = clock
    self.holds = holds
    self.hash = hash
    stripeCount = 1 << stripePower
    stripeMask = UInt64(stripeCount - 1)
    let initialCount = 1 << max(initialPower, stripePower)
    table = try IndexTable(
      bucketLimit: max(initialCount, itemLimit / Self.fill + 1), readyOverflow: readyOverflow)
    try table.commit(buckets: initialCount)
    view = table.view
    bucketCount = Atomic(UInt64(initialCount))
    mask = Atomic(UInt64(initialCount - 1))
    unsafe stripes = .allocate(capacity: stripeCount)
    for stripe in 0..<stripeCount { unsafe (stripes + stripe).initialize(to: IndexStripe()) }
  }

  deinit {
    unsafe stripes.deinitialize(count: stripeCount)
    unsafe stripes.deallocate()
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

  @inline(__always) private func home(_ hash: UInt64) -> IndexBucket {
    let mask = mask.load(ordering: .relaxed)
    let number = hash & mask
    return view.bucket(number < bucketCount.load(ordering: .relaxed) ? number : number & (mask &>> 1))
  }

  /// Has the bucket fetched, so that its cache line is on its way when `find` comes.
  /// Needs no lock: at worst it fetches a line that the key is no longer in.
  @inline(__always) func prefetch(_ hash: UInt64) { home(hash).prefetch() }

  /// Has the item fetched that the key's tag leads to first, once its bucket has come. Needs no lock: whatever has
  /// become of the item, nothing of it is read.
  @inline(__always) func prefetchItem(_ hash: UInt64) {
    let reference = home(hash).likelyReference(IndexBucket.tag(of: hash))
    if memory.reaches(reference) { memory.item(reference).prefetch() }
  }

  @inline(__always) func find(_ key: UnsafeRawBufferPointer, _ hash: UInt64) -> IndexSlot? {
    guard let start = key.baseAddress else { return nil }
    var bucket = home(hash)
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
      bucket = view.overflow(bucket.overflow)
    }
  }

  /// A key that is not in the index was asked for: its ghost, if it still counts and was not seen before. A set that
  /// follows is told.
  func observeMiss(_ hash: UInt64) -> Ghost? {
    var bucket = home(hash)
    while bucket.overflow != 0 { bucket = view.overflow(bucket.overflow) }
    return bucket.observeMiss(of: hash, by: clock)
  }

  /// The slot that leads to this very chunk, if one does.
  func find(reference: UInt32, _ hash: UInt64) -> IndexSlot? {
    var bucket = home(hash)
    while true {
      for slot in 0..<IndexBucket.slots where bucket.isUsed(slot) && bucket.reference(slot) == reference {
        return IndexSlot(bucket: bucket, slot: slot, reference: reference)
      }
      if bucket.overflow == 0 { return nil }
      bucket = view.overflow(bucket.overflow)
    }
  }

  func replace(_ place: IndexSlot, with reference: UInt32) {
    place.bucket.set(place.slot, tag: place.bucket.tag(place.slot), reference: reference)
  }

  /// - Parameter ghost: what is remembered of an evicted item until the slot is needed.
  func remove(_ place: IndexSlot, _ hash: UInt64, leaving ghost: Ghost = .none) {
    place.bucket.free(place.slot, leaving: ghost)
    if !place.isWalked { compactChain(home(hash)) }
  }

  /// Fills the holes of a chain from its end and gives back the buckets that become empty.
  func compactChain(_ home: IndexBucket) {
    while home.overflow != 0 {
      var before = home
      while view.overflow(before.overflow).overflow != 0 { before = view.overflow(before.overflow) }
      let last = view.overflow(before.overflow)
      if !emptyInto(holesOf: home, last) { return }
      let number = before.overflow
      before.overflow = 0
      table.giveOverflow(number)
    }
  }

  /// Moves the last bucket's slots into holes of those before it; true when nothing is left in it.
  private func emptyInto(holesOf home: IndexBucket, _ last: IndexBucket) -> Bool {
    var bucket = home
    for slot in 0..<IndexBucket.slots where last.isUsed(slot) {
      var free = bucket.firstFree
      while free == nil {
        bucket = view.overflow(bucket.overflow)
        if bucket.isSame(as: last) { return false }
        free = bucket.firstFree
      }
      guard let free else { return false }
      bucket.set(free, tag: last.tag(slot), reference: last.reference(slot))
      last.set(slot, tag: 0, reference: 0)
    }
    return true
  }

  enum Insertion: Equatable {
    case added
    /// Over its own ghost: the key was evicted not long ago.
    case returned(Ghost)
    /// A get had missed it not long ago.
    case asked
    /// Every overflow bucket is used.
    case refused
  }

  /// Adds a key that is not in the index.
  ///
  func insert(_ reference: UInt32, _ hash: UInt64) -> Insertion { insert(reference, hash, at: home(hash)) }

  func insert(_ reference: UInt32, _ hash: UInt64, at home: IndexBucket) -> Insertion {
    var bucket = home
    while true {
      if let (slot, ghost) = bucket.freeSlot(for: hash, by: clock) {
        bucket.set(slot, tag: IndexBucket.tag(of: hash), reference: reference)
        return ghost == .none ? .added : ghost.isMark ? .asked : .returned(ghost)
      }
      if bucket.overflow == 0 {
        let number = table.takeOverflow()
        if number == 0 { return .refused }
        bucket.overflow = number
      }
      bucket = view.overflow(bucket.overflow)
    }
  }
}

/// One lock over all buckets whose numbers end alike, and what they hold.
///
/// The lock is not at the struct's own address: ThreadSanitizer takes a change of any field for a change of what stands
/// there.
@usableFromInline struct IndexStripe: ~Copyable {
  var byteCount: Int64 = 0
  var itemCount: Int32 = 0
  @usableFromInline let lock = SpinLock()
}
