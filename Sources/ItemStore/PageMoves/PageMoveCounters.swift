import Synchronization

/// What has become of pages that were emptied and of what lay in them, under the names of `stats`.
final class PageMoveCounters: Sendable {
  /// Pages emptied for another class or for the pool: `slabs_moved`.
  let pages = Atomic<UInt64>(0)
  /// Items, and pieces of items, moved to another chunk.
  let rescues = Atomic<UInt64>(0)
  let chunkRescues = Atomic<UInt64>(0)
  /// Chunks in use for which there was no other.
  let withoutFreeChunk = Atomic<UInt64>(0)
  /// Items evicted because there was no chunk to move them to.
  let evictions = Atomic<UInt64>(0)
  /// Dead items met.
  let inlineReclaims = Atomic<UInt64>(0)
  /// Chunks that could not be freed, for somebody held them at that moment.
  let busyItems = Atomic<UInt64>(0)

  var values: PageMoves {
    PageMoves(
      pages: pages.load(ordering: .relaxed), rescues: rescues.load(ordering: .relaxed),
      chunkRescues: chunkRescues.load(ordering: .relaxed), withoutFreeChunk: withoutFreeChunk.load(ordering: .relaxed),
      evictions: evictions.load(ordering: .relaxed),
      inlineReclaims: inlineReclaims.load(ordering: .relaxed), busyItems: busyItems.load(ordering: .relaxed))
  }

  func reset() {
    pages.store(0, ordering: .relaxed)
    rescues.store(0, ordering: .relaxed)
    chunkRescues.store(0, ordering: .relaxed)
    withoutFreeChunk.store(0, ordering: .relaxed)
    evictions.store(0, ordering: .relaxed)
    inlineReclaims.store(0, ordering: .relaxed)
    busyItems.store(0, ordering: .relaxed)
  }
}

/// The same as plain numbers.
package struct PageMoves: Sendable, Equatable {
  package let pages: UInt64
  package let rescues: UInt64
  package let chunkRescues: UInt64
  package let withoutFreeChunk: UInt64
  package let evictions: UInt64
  package let inlineReclaims: UInt64
  package let busyItems: UInt64
}
