import Synchronization

/// What stands under the keys, items and tombstones alike, and every change of it.
///
/// ```
///   absent ──link──▶ item ──replaceWithTombstone──▶ tombstone ──(TombstonePurger)──▶ absent
///      ▲               │  └────link──▶ another item      └──link──▶ item
///      └─unlink, evict─┘  (evict and removeDead leave a tombstone where the peer may hold an older state)
/// ```
///
/// All who find items, hold their stripe's lock and change what the index leads to come by here: commands, the evictor,
/// the crawler, the page mover, what the peer sends. So this is where an item's bytes are counted, where it is decided
/// whether a removal must leave a tombstone, and where a chunk becomes its remover's (`OwnedChunk`).
///
/// **Locks.** Everything but `release` is called under the lock of the key's stripe.
final class Keyspace: Sendable {
  let slabs: SlabAllocator
  let memory: ChunkMemory
  let index: ItemIndex
  let tombstones: TombstoneLedger
  let tombstoneLog: TombstoneLog
  let stampClock: StampClock
  let maxItemSize: Int
  /// The floor of the last flush: items freshly written at or below are dead.
  let floorWord = Atomic<UInt64>(0)

  init(
    slabs: SlabAllocator, index: ItemIndex, tombstones: TombstoneLedger, tombstoneLog: TombstoneLog,
    stampClock: StampClock,
    maxItemSize: Int
  ) {
    self.slabs = slabs
    memory = slabs.memory
    self.index = index
    self.tombstones = tombstones
    self.tombstoneLog = tombstoneLog
    self.stampClock = stampClock
    self.maxItemSize = maxItemSize
  }

  /// What the length of a key may be. Those who parse keys know too; here it keeps a header from lying.
  static func isKey(_ key: Span<UInt8>) -> Bool { key.count > 0 && key.count <= maxKeyCount }
  static let maxKeyCount = 250

  var rules: PairRules { tombstones.rules }

  // MARK: What stands there

  /// The slot of the key that the chunk at `reference` bears.
  func find(_ reference: UInt32, _ hash: UInt64) -> IndexSlot? {
    unsafe index.find(memory.item(reference).keyBytes, hash)
  }

  func version(of slot: IndexSlot?) -> Version {
    guard let slot else { return .zero }
    return memory.item(slot.reference).version
  }

  func hasUnique(_ slot: IndexSlot, _ unique: UInt64) -> Bool { memory.item(slot.reference).cas == unique }

  func isLive(_ slot: IndexSlot, _ now: UInt32) -> Bool {
    let item = memory.item(slot.reference)
    return !item.state.isTombstone && !isDead(item, now)
  }

  /// What an item counts for in `bytes`.
  func liveBytes(_ item: ItemPointer) -> Int { ItemPointer.headerCount + item.keyCount + item.valueCount }

  // MARK: Freeing chunks; under a stripe's lock or not

  /// Frees the chunks of an item that nobody links or pins: pieces first, so that a piece in use has a living owner.
  func release(_ chunk: consuming OwnedChunk) {
    let reference = chunk.take()
    let item = memory.item(reference)
    let chained = item.state.isChained
    if chained {
      for number in 0..<item.pieceCount where item.piece(number) != 0 {
        let piece = memory.item(item.piece(number))
        giveBack(item.piece(number), piece.slabClass, requested: ItemPointer.headerCount + piece.valueCount)
      }
    }
    giveBack(reference, item.slabClass, requested: item.size)
  }

  private func giveBack(_ reference: UInt32, _ slabClass: UInt8, requested: Int) {
    slabs.lock(slabClass)
    slabs.giveBack(reference, slabClass, requested: requested)
    slabs.unlock(slabClass)
  }

  /// Ends a pin; the last one of what nothing links frees it.
  func unpin(_ reference: UInt32) {
    if memory.item(reference).unpin() { release(OwnedChunk(reference)) }
  }
}
