/// What those who look after a cache ask of it, beside statistics and slabs.
package enum AdministrationRequest: Hashable, Sendable, BitwiseCopyable {
  case memoryLimit(megabytes: UInt32)
  case lru(LRUCommand)
  case crawler(CrawlerCommand)
  case watch(WatchKinds)
  /// It cannot be executed, and this is its answer.
  case refused(AdministrationAnswer)
}

/// `lru`: how memcached divides its lists.
package enum LRUCommand: Hashable, Sendable, BitwiseCopyable {
  case tune
  case mode
  case temporaryTTL
}

/// `lru_crawler`. Classes are a word, to be read by `ClassList`.
package enum CrawlerCommand: Hashable, Sendable, BitwiseCopyable {
  case enable
  case disable
  case crawl(classes: ByteRange)
  case metadump(classes: ByteRange)
  case mgdump(classes: ByteRange)
  /// Microseconds between two steps.
  case sleep(UInt32)
  /// Items of a class that are looked at, at most; 0: all.
  case toCrawl(UInt32)
}

/// What `lru_crawler` is to go over.
package enum ClassList: Equatable, Sendable {
  case all
  /// All, by way of the index.
  case index
  /// A bit for each class: bit 0 is never set.
  case some(SlabClassSet)

  /// `all`, `hash`, or numbers with commas between them; nil where one is none, or that of no class.
  package init?(_ word: Span<UInt8>) {
    if word.isWord("all") {
      self = .all
    } else if word.isWord("hash") {
      self = .index
    } else {
      guard let classes = SlabClassSet(word) else { return nil }
      self = .some(classes)
    }
  }

  /// There is none in it.
  package var isEmpty: Bool {
    if case .some(let classes) = self { classes.isEmpty } else { false }
  }

  package func contains(_ slabClass: Int) -> Bool {
    switch self {
    case .all, .index: true
    case .some(let classes): classes.contains(slabClass)
    }
  }
}

/// Numbers of slab classes.
package struct SlabClassSet: Equatable, Sendable, BitwiseCopyable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// One more than the greatest number there is.
  package static var end: UInt32 { 128 }

  package init() {}

  /// Numbers with commas between them, as strtok(3) cuts: nothing stands between two commas.
  package init?(_ word: Span<UInt8>) {
    var start = 0
    while start < word.count {
      var end = start
      while end < word.count, word[end] != UInt8(ascii: ",") { end &+= 1 }
      if end > start {
        guard let number = word.unsigned32(ByteRange(start: start, count: end &- start)), 1..<Self.end ~= number else {
          return nil
        }
        insert(Int(number))
      }
      start = end &+ 1
    }
  }

  package var isEmpty: Bool { low | high == 0 }

  package mutating func insert(_ slabClass: Int) {
    guard 0..<128 ~= slabClass else { return }
    if slabClass < 64 { low |= 1 &<< UInt64(slabClass) } else { high |= 1 &<< UInt64(slabClass &- 64) }
  }

  package func contains(_ slabClass: Int) -> Bool {
    guard 0..<128 ~= slabClass else { return false }
    let word = slabClass < 64 ? low : high
    return word &>> UInt64(slabClass & 63) & 1 != 0
  }
}

extension Span where Element == UInt8 {
  fileprivate func isWord(_ name: String) -> Bool {
    guard count == name.utf8.count else { return false }
    for (index, byte) in name.utf8.enumerated() where self[index] != byte { return false }
    return true
  }
}
