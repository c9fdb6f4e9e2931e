/// Eviction: a clock with two hands over the chunks of a class.
///
/// ```
///   page 7: [new 0][use 2][use 0][new 1][pinned][use 1][dead] … → page 2 → page 9 → (round)
///     young hand ▲                                       looks at newcomers only: 2 or more → old, use 0; else evict
///               old hand ▲                               looks at the others:     2 → 1, go on; 0 → evict
/// ```
///
/// A new item is on probation until it was asked for twice: nobody is old for having been there first. Of a cache that
/// is only written, the oldest goes, and so it does where each item is read once, later. To be asked for when it was
/// not there counts, too: what a client set because its get had missed needs to be read once more. While a class has
/// more newcomers than it grants, the young hand takes one: if it has proven itself it is old from now on, else it
/// goes. When they are fewer, the old hand lowers counters and takes the first at 0. So what is asked for only once
/// passes through the newcomers' part of the memory, and a scan leaves the rest alone. How many newcomers a class
/// grants follows what comes back: `SlabAllocator+Newcomers`.
///
/// Probation gives up too early what is asked for seldom but lastingly, and all that is new when popularity shifts. So
/// an evicted item leaves a `Ghost` in the index; a newcomer that comes back while it stands is a newcomer no more.
///
/// This is S3-FIFO with a small queue whose size adapts, and without queues: items have no links, for a chunk freed by
/// a hand is filled just behind it, which keeps the order around the ring that of arrival. Where the old hand frees the
/// chunk, the item that was promoted last moves there, and the newcomer gets that one's place behind the young hand:
/// newcomers are met in the order in which they came, and a promoted item has a whole turn of the old hand before it.
///
/// A hit raises an item's counter (0 to 3) without a lock, and so does writing a key again. A get that misses leaves a
/// mark, by which the counter of the item that is set then begins at 1. A chained item is judged at the last of its
/// chunks that the class has, or each of them would lower its counter. Besides, chunks of it that were still before the
/// hand would be filled by newcomers, whom the hand would meet at once.
///
/// A hand works under the class lock and only tries the stripe's lock of its victim, because everyone else takes the
/// two in the other order. It may read the victim's key without the stripe's lock: a linked chunk's key is constant
/// until the chunk is freed, and that needs the class lock.
final class Evictor: Sendable {
  let keyspace: Keyspace
  let slabs: SlabAllocator
  let memory: ChunkMemory
  let index: ItemIndex
  let processClock: ProcessClock
  let accessAges: AccessAges
  let watch: StoreWatch
  private let refusesWhenFull: Bool

  init(
    _ keyspace: Keyspace, processClock: ProcessClock, _ accessAges: AccessAges, watch: StoreWatch,
    refusesWhenFull: Bool
  ) {
    self.keyspace = keyspace
    slabs = keyspace.slabs
    memory = keyspace.memory
    index = keyspace.index
    self.processClock = processClock
    self.accessAges = accessAges
    self.watch = watch
    self.refusesWhenFull = refusesWhenFull
  }

  /// What a sweep has freed.
  enum Reclaimed: ~Copyable {
    /// A chunk of the class itself, unlinked, not on any list.
    case chunk(OwnedChunk)
    /// A chained item, unlinked: its chunks are to be released when the class lock is.
    case chained(OwnedChunk)
    /// Nothing: what is to go next is younger than what may go. The hands stand before the first item that was left.
    case younger
    case none

    var isNone: Bool {
      switch self {
      case .none: true
      case .chunk: false
      case .chained: false
      case .younger: false
      }
    }
  }

  /// Chunks looked at under one hold of the class lock: bounds the hold to some microseconds.
  private static let maxSweepSteps = 128

  /// Items too young to go that one sweep meets before it ends: their order is nearly that of arrival.
  private static let maxYounger = 16

  /// How much is given up for a chunk, more with every sweep that finds none.
  enum Need {
    /// An item that was not used since the hand came by.
    case mild
    /// Any item: all are in use.
    case strong
  }

  /// What came of a look at an item.
  private enum Verdict: ~Copyable {
    case evicted(OwnedChunk)
    case younger
    /// Its stripe is locked, perhaps for the key that the chunk is for.
    case busy
    /// Its counter is lower now; or it cannot go.
    case spared
  }

  /// One sweep of the hands. The class lock is held.
  ///
  /// - Parameter limit: nothing with a younger stamp is evicted.
  func reclaim(_ slabClass: UInt8, _ need: Need, upTo limit: Stamp = .greatest, _ now: UInt32) -> Reclaimed {
    var youngerCount = 0
    var firstLeft: (young: SlabHand, old: SlabHand)?
    for _ in 0..<Self.maxSweepSteps {
      let hands = slabs.hands(slabClass)
      let (found, isNewcomer) = slabs.advanceHand(slabClass, sparing: need == .mild && !refusesWhenFull)
      if found == 0 { continue }
      let state = memory.item(found).state
      guard state.isAllocated else { continue }
      let victim = state.isPiece ? memory.item(found).owner : found
      switch consider(victim, at: found, isNewcomer, need, upTo: limit, slabClass, now) {
      case .evicted(let owned):
        if isNewcomer { return reclaimed(owned, slabClass) }
        return reclaimed(exchange(owned, slabClass), slabClass)
      case .younger:
        firstLeft = firstLeft ?? hands
        youngerCount += 1
      case .busy: firstLeft = firstLeft ?? hands
      case .spared: break
      }
      if youngerCount == Self.maxYounger { break }
    }
    guard youngerCount > 0, let firstLeft else { return .none }
    slabs.setHands(firstLeft, slabClass)
    return .younger
  }

  /// Its class is that of the lock which is held, or it is chained.
  func reclaimed(_ owned: consuming OwnedChunk, _ slabClass: UInt8) -> Reclaimed {
    let item = memory.item(owned.reference)
    return item.state.isChained || item.slabClass != slabClass ? .chained(owned) : .chunk(owned)
  }

  private func consider(
    _ victim: UInt32, at found: UInt32, _ isNewcomer: Bool, _ need: Need, upTo limit: Stamp, _ slabClass: UInt8,
    _ now: UInt32
  ) -> Verdict {
    let item = memory.item(victim)
    let state = item.state
    guard state.isLinked, state.pins == 0 else { return .spared }
    let isProven = state.use >= (isNewcomer ? ItemState.proof : 1)
    if need == .mild, !refusesWhenFull {
      let isJudged = !state.isChained || lastChunk(of: victim, in: slabClass) == found
      if isProven { spare(found, of: item, state, isNewcomer, isJudged: isJudged, slabClass) }
      if isProven || !isJudged { return .spared }
    }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return .busy }
    defer { index.unlock(hash) }
    return tryEvict(victim, hash, isNewcomer, upTo: limit, slabClass, now)
  }

  /// A used item stays, and has to be used again before its hand comes round.
  private func spare(
    _ found: UInt32, of item: ItemPointer, _ state: ItemState, _ isNewcomer: Bool, isJudged: Bool, _ slabClass: UInt8
  ) {
    if isNewcomer { slabs.promote(found, slabClass) }
    // All chunks of a chained item that is promoted are met before its counter is asked for again.
    if state.isChained, isNewcomer { return }
    if isJudged { item.lowerUse(from: state, toZero: isNewcomer) }
  }

  /// Of a chained item: the last of its pieces in the class, or its head. All pieces but the last are of one class.
  private func lastChunk(of victim: UInt32, in slabClass: UInt8) -> UInt32 {
    let item = memory.item(victim)
    for number in (0..<item.pieceCount).suffix(2).reversed() {
      let piece = item.piece(number)
      if memory.item(piece).slabClass == slabClass { return piece }
    }
    return victim
  }

  /// Bytes of a chunk that is copied to keep an order.
  private static let maxExchangedChunk = 128 << 10

  /// Moves the item that was promoted last into a chunk of the class just freed by the old hand; returns the chunk that
  /// is free then.
  private func exchange(_ freed: consuming OwnedChunk, _ slabClass: UInt8) -> OwnedChunk {
    let evicted = memory.item(freed.reference)
    if evicted.state.isChained || evicted.slabClass != slabClass { return freed }
    guard slabs.sizes.sizes[Int(slabClass)] <= Self.maxExchangedChunk,
      let place = slabs.takePromoted(slabClass), place != freed.reference
    else { return freed }
    let item = memory.item(place)
    let state = item.state
    guard state.isLinked, state.isAllocated, !state.isPiece, !state.isChained, state.pins == 0 else { return freed }
    let hash = unsafe index.hash.hash(item.keyBytes)
    guard index.tryLock(hash) else { return freed }
    defer { index.unlock(hash) }
    guard let slot = index.find(reference: place, hash), item.state.pins == 0 else { return freed }
    let size = item.size
    // What `reuse` takes off for the chunk it gets is the size of the item that moves.
    slabs.noteRequested(slabClass, change: size - evicted.size)
    copyChunk(place, to: freed.reference, size, slabClass)
    index.replace(slot, with: freed.take())
    _ = item.unlink()
    return OwnedChunk(place)
  }

  /// Unlinks the victim if it still may be. Class and stripe locks are held.
  private func tryEvict(
    _ victim: UInt32, _ hash: UInt64, _ isNewcomer: Bool, upTo limit: Stamp, _ slabClass: UInt8, _ now: UInt32
  ) -> Verdict {
    guard let slot = index.find(reference: victim, hash) else { return .spared }
    let item = memory.item(victim)
    let state = item.state
    guard state.pins == 0 else { return .spared }
    let dead = keyspace.isDead(item, now)
    if refusesWhenFull && !dead { return .spared }
    if !dead, item.touched > limit { return .younger }
    countEviction(item, state, dead: dead, slabClass, now)
    if !dead {
      slabs.noteEviction(slabClass, isNewcomer: isNewcomer, upTo: limit)
      tellOfEviction(victim, now)
    }
    let ghost = dead ? .none : keyspace.ghost(of: item, hash, wasNewcomer: isNewcomer)
    guard let owned = keyspace.evict(slot, hash, leaving: ghost) else { return .spared }
    return .evicted(owned)
  }

  private func countEviction(_ item: ItemPointer, _ state: ItemState, dead: Bool, _ slabClass: UInt8, _ now: UInt32) {
    let hasExpiry = item.expiresAt != 0
    let written = processClock.seconds(ofUnixMicroseconds: item.touched.unixMicroseconds)
    slabs.withCounters(slabClass) {
      if dead {
        $0.reclaimed += 1
        $0.expiredUnfetched += state.isFetched ? 0 : 1
        return
      }
      $0.evicted += 1
      $0.evictedTime = now - min(written, now)
      $0.evictedNonzero += hasExpiry ? 1 : 0
      $0.evictedUnfetched += state.isFetched ? 0 : 1
      $0.evictedActive += state.use > 0 ? 1 : 0
    }
  }

  // MARK: Moving

  /// Copies a chunk's content and takes over its state; the target is its author's until then, and its class is the
  /// same.
  func copyChunk(_ source: UInt32, to target: UInt32, _ size: Int, _ slabClass: UInt8) {
    let (item, moved) = (memory.item(source), memory.item(target))
    let bits = item.state.bits
    unsafe copyBytes(from: UnsafeRawBufferPointer(start: item.raw, count: 17), to: moved.raw)
    unsafe copyBytes(
      from: UnsafeRawBufferPointer(start: item.raw + ItemPointer.headerCount, count: size - ItemPointer.headerCount),
      to: moved.raw + ItemPointer.headerCount)
    moved.setState(bits)
    slabs.copyNewcomerStatus(of: target, as: source, slabClass)
    if !moved.state.isPiece, moved.expiresAt != 0 { slabs.noteExpiry(moved.expiresAt, target, slabClass) }
  }
}
