import Synchronization

/// Numbers by which memcached's crawler is paced. They are kept to be shown: the crawler here goes only where something may be
/// dead, ten times a second, and is bounded by itself.
final class CrawlerTuning: Sendable {
  private let sleepWord = Atomic<UInt32>(100)
  private let toCrawlWord = Atomic<UInt32>(0)

  /// Microseconds between two steps.
  var sleep: UInt32 {
    get { sleepWord.load(ordering: .relaxed) }
    set { sleepWord.store(newValue, ordering: .relaxed) }
  }

  /// Items of a class, at most; 0: all.
  var toCrawl: UInt32 {
    get { toCrawlWord.load(ordering: .relaxed) }
    set { toCrawlWord.store(newValue, ordering: .relaxed) }
  }
}
