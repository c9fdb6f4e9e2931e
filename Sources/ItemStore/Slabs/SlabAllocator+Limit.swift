import Platform

/// The limit of memory, which may change while the cache is used: `cache_memlimit`.
///
/// ```
///   addresses   | committed: pages of -m and what may be owed | reserved, up to the ceiling | ─ never more than this
///   raised      | committed ─────────────▶|                            the kernel is asked under no lock
///   lowered     classes owe pages: the balancer takes them, from where it hurts least; what lies in the pool beyond the
///               limit is given back to the system, page by page, by the maintenance thread
/// ```
///
/// A page that was given back keeps its number and is used again, after those of the pool and before one never used.
extension SlabAllocator {
  /// Pages for a limit of so many: what classes and the log of tombstones may have beyond it counts too.
  static func capacity(forLimit pages: Int) -> Int { pages + SlabClassSizes.maxClasses + pages / 32 + 1 }

  /// False where so much is beyond what was reserved, or cannot be had.
  func setLimit(_ byteCount: Int) -> Bool {
    let pages = max(byteCount >> ChunkMemory.pageShift, 1)
    let wanted = Self.capacity(forLimit: pages)
    if wanted > pageCapacity { return false }
    return changes.withLock { committed in
      if wanted > committed {
        do {
          try region.commit(
            offset: committed << ChunkMemory.pageShift, count: (wanted - committed) << ChunkMemory.pageShift)
        } catch { return false }
        committed = wanted
      }
      setPageLimit(pages, usable: committed)
      return true
    }
  }

  /// Gives memory of pages that nobody has back to the system, as long as more is in use or has been than the limit allows.
  func releaseSurplus(atMost count: Int) {
    for _ in 0..<count {
      guard let page = takeSurplusPage() else { return }
      // What the kernel does not take stays as it is.
      try? region.decommit(offset: page << ChunkMemory.pageShift, count: ChunkMemory.pageSize)
      noteReleased(page)
    }
  }
}

extension ItemStore {
  /// Bytes that items may take.
  package var memoryLimit: Int { slabs.memoryLimit }

  /// Another limit from now on. What is held beyond a lower one goes as soon as the balancer comes to it; false where there cannot be so
  /// much: see `StoreConfiguration.memoryCeiling`.
  package func setMemoryLimit(_ byteCount: Int) -> Bool {
    let isLower = byteCount < memoryLimit
    guard slabs.setLimit(byteCount) else { return false }
    if isLower { pageMover.balancer.shrinkingWord.store(true, ordering: .relaxed) }
    return true
  }

  /// Gives memory beyond a limit that was lowered back to the system; once a round.
  package func releaseSurplus() { slabs.releaseSurplus(atMost: 64) }
}
