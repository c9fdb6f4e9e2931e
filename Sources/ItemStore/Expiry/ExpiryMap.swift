import Synchronization

/// For each page a time before which none of its items expires; so whoever looks for dead items passes by the pages
/// that cannot have any, and a cache whose items do not expire is never walked.
///
/// ```
///   page 7   ≥ 1210        an item written with 1300: nothing to do
///   page 2   never         an item written with 1205: 1205
///   page 9   ≤ now         crawled: the word becomes `never`, then the least of what the items left show
/// ```
///
/// **Why none is overlooked.** An expiry may change where the item is, at any moment. The writer stores it into the
/// item and looks at the word then, the crawler changes the word and reads the items then, with a fence between in
/// each. So either the writer sees the crawler's word and lowers it, or the crawler reads the writer's expiry. An
/// expiry that is overwritten with a later one leaves the word too low: the page is crawled once for nothing.
///
/// Locks: none.
@safe struct ExpiryMap: ~Copyable {
  static let never = UInt32.max
  /// Items of any expiry may be dead: there was a flush.
  static let flushed: UInt32 = 0

  private let words: UnsafeMutablePointer<Atomic<UInt32>>
  private let pageCapacity: Int

  init(pageCapacity: Int) {
    self.pageCapacity = pageCapacity
    unsafe words = .allocate(capacity: pageCapacity)
    for page in 0..<pageCapacity { unsafe (words + page).initialize(to: Atomic(Self.never)) }
  }

  deinit {
    unsafe words.deinitialize(count: pageCapacity)
    unsafe words.deallocate()
  }

  func earliest(_ page: Int) -> UInt32 { unsafe words[page].load(ordering: .relaxed) }

  /// Whether something in the page may be dead.
  func isDue(_ page: Int, _ now: UInt32) -> Bool { earliest(page) <= now }

  /// An item of the page was given this expiry, which is not 0. Returns whether the page's word had to be lowered.
  func note(_ expiresAt: UInt32, _ page: Int) -> Bool {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if earliest(page) <= expiresAt { return false }
    return unsafe Self.lower(words[page], to: expiresAt)
  }

  /// Whether the word was greater. (The library's own minimum compares words without sign as if they had one.)
  static func lower(_ word: borrowing Atomic<UInt32>, to value: UInt32) -> Bool {
    var current = word.load(ordering: .relaxed)
    while current > value {
      let (exchanged, original) = word.weakCompareExchange(
        expected: current, desired: value, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      current = original
    }
    return false
  }

  /// The word, which becomes `never`: the caller is about to look at all items of the page.
  func take(_ page: Int) -> UInt32 {
    let earliest = unsafe words[page].exchange(Self.never, ordering: .sequentiallyConsistent)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return earliest
  }

  /// The page has no items.
  func clear(_ page: Int) { unsafe words[page].store(Self.never, ordering: .relaxed) }

  func markFlushed(_ page: Int) { unsafe words[page].store(Self.flushed, ordering: .relaxed) }
}
