import CProcessor
import Synchronization

/// One cache line of the index: twelve tags, twelve references, and where the bucket goes on.
///
/// ```
///  0 ........ 11   12 ................ 59   60 ...... 63
///  tags 12 × 1     references 12 × 4       overflow 4 (number of a bucket in the overflow area + 1; 0: none)
/// ```
///
/// A slot is free when its tag is 0; in place of a reference it then may have a `Ghost`, what is left of an evicted
/// item. A tag is the hash's highest byte, or 2 where that is 0 or 1. All are compared at once. `likelyReference`,
/// which compares eight with integer arithmetic, may take a tag that differs in its lowest bit for a match: no tag is
/// 1, so that a free slot never looks like one.
///
/// Guarded by the lock of the bucket's stripe; tags are written as atomic words because one is read without it, only to
/// have the line fetched ahead.
@safe struct IndexBucket {
  let raw: UnsafeMutableRawPointer

  static let size = 64
  static let slots = 12

  init(_ raw: UnsafeMutableRawPointer) { unsafe self.raw = raw }

  static func tag(of hash: UInt64) -> UInt8 {
    max(UInt8(truncatingIfNeeded: hash >> 56), 2)
  }

  /// The slots whose tag is `tag`; those of tag 0 are free.
  @inline(__always) func matches(_ tag: UInt8) -> SlotMatches {
    SlotMatches(bits: unsafe processor_equal_bytes(raw, tag) & ((1 << UInt32(Self.slots)) - 1))
  }

  var firstFree: Int? {
    var free = matches(0)
    return free.next()
  }

  @inline(__always) private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  func isUsed(_ slot: Int) -> Bool { tag(slot) != 0 }

  /// Of a used slot.
  func reference(_ slot: Int) -> UInt32 { unsafe raw.load(fromByteOffset: 12 + slot * 4, as: UInt32.self) }

  func tag(_ slot: Int) -> UInt8 { unsafe raw.load(fromByteOffset: slot, as: UInt8.self) }

  /// Has the line fetched, by whoever holds no lock.
  func prefetch() { unsafe processor_prefetch(raw) }

  private func tagWord(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt8>> {
    unsafe (raw + slot).assumingMemoryBound(to: Atomic<UInt8>.self)
  }

  private func referenceWord(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
    unsafe (raw + 12 + slot * 4).assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  func set(_ slot: Int, tag: UInt8, reference: UInt32) {
    unsafe tagWord(slot).pointee.store(tag, ordering: .relaxed)
    unsafe referenceWord(slot).pointee.store(reference, ordering: .relaxed)
  }

  /// What a free slot keeps instead of a reference.
  func ghost(_ slot: Int) -> Ghost { Ghost(bits: reference(slot)) }

  func free(_ slot: Int, leaving ghost: Ghost) { set(slot, tag: 0, reference: ghost.bits) }

  /// The first reference whose tag fits, read by whoever holds no lock: a guess of what `find` will come to, and even a
  /// ghost where the slot is freed meanwhile.
  func likelyReference(_ tag: UInt8) -> UInt32 {
    let pattern = UInt64(tag) &* 0x0101_0101_0101_0101
    let tags = unsafe raw.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .relaxed)
    let matches = Self.zeroBytes(tags ^ pattern)
    return matches == 0 ? 0 : unsafe referenceWord(matches.trailingZeroBitCount >> 3).pointee.load(ordering: .relaxed)
  }

  /// Where a new key goes: the slot of its own ghost or mark, which is told if it still counts, else the free slot that
  /// is given most readily; nil in a full bucket. Ghosts on the way that count no more are dropped.
  func freeSlot(for hash: UInt64, by clock: GhostClock) -> (slot: Int, ghost: Ghost)? {
    var free = matches(0)
    var best: (slot: Int, readiness: UInt32)?
    while let slot = free.next() {
      var ghost = ghost(slot)
      let isStale = ghost.isStale(by: clock)
      if ghost.isOf(hash) { return (slot, isStale ? .none : ghost) }
      if isStale {
        ghost = .none
        self.free(slot, leaving: .none)
      }
      let readiness = ghost.readiness(by: clock)
      if best.map({ readiness > $0.readiness }) ?? true { best = (slot, readiness) }
    }
    return best.map { ($0.slot, .none) }
  }

  /// A key that is not held was asked for: leaves a mark, or shows its ghost, if that still counts and was not seen
  /// before.
  func observeMiss(of hash: UInt64, by clock: GhostClock) -> Ghost? {
    guard let (slot, ghost) = freeSlot(for: hash, by: clock) else { return nil }
    if ghost == .none { free(slot, leaving: .mark(of: hash)) }
    if ghost == .none || ghost.isSeen { return nil }
    free(slot, leaving: ghost.marked)
    return ghost
  }

  var isEmpty: Bool {
    (unsafe raw.load(as: UInt64.self)) == 0 && (unsafe raw.load(fromByteOffset: 8, as: UInt32.self)) == 0
  }

  func isSame(as other: IndexBucket) -> Bool { unsafe raw == other.raw }

  var overflow: UInt32 {
    get { unsafe raw.load(fromByteOffset: 60, as: UInt32.self) }
    nonmutating set { unsafe raw.storeBytes(of: newValue, toByteOffset: 60, as: UInt32.self) }
  }
}

/// The matching slots of a bucket, lowest first: a bit for each.
struct SlotMatches {
  var bits: UInt32

  @inline(__always) mutating func next() -> Int? {
    if bits == 0 { return nil }
    let slot = bits.trailingZeroBitCount
    bits &= bits &- 1
    return slot
  }
}

/// Where in the index an item was found.
struct IndexSlot {
  let bucket: IndexBucket
  let slot: Int
  let reference: UInt32
  /// Shown by a walk, which goes on after it and so must find the others where they are.
  var isWalked = false
}
